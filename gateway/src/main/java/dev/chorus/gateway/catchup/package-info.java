/** Catch-up and live as one stream with a marker between: the one piece of code behind rooms, streams and slow readers. */
package dev.chorus.gateway.catchup;
