/** Presence: who is in which room and who types. Everything of it is in the owner's memory and rebuilt from the gateways' announcements. */
package dev.chorus.presence;
