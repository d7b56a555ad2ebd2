/** The wire contract with clients: what they say, what they hear, and the one codec for both (docs/protocol.md). */
package dev.chorus.protocol;
