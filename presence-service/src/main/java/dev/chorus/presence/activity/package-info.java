/** What the users of a room do. Without I/O. */
package dev.chorus.presence.activity;
