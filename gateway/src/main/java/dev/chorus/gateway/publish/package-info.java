/** Events of other programs, on their way to everybody in a room or to all connections of a user. */
package dev.chorus.gateway.publish;
