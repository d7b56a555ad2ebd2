/** A test kit that speaks like a client, and owners of rooms that do what a test tells them. */
package dev.chorus.gateway.socketkit;
