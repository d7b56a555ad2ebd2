/** When users were last seen, and who may know it: the one thing of presence that PostgreSQL keeps. */
package dev.chorus.presence.lastseen;
