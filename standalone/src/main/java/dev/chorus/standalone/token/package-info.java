/** The secret that a data directory holds, and tokens signed with it. */
package dev.chorus.standalone.token;
