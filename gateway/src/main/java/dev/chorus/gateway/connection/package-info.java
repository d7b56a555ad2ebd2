/** One client's connection: who it is, what it may, what it asks, and when it ends. */
package dev.chorus.gateway.connection;
