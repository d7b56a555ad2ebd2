/** What an admin does to users, at whatever gateway they are. */
package dev.chorus.gateway.moderation;
