/** What is due when. */
package dev.chorus.presence.agenda;
