/** The way without a WebSocket: a connection whose client hears by one long HTTP answer and speaks by requests (docs/protocol.md, section 8). */
package dev.chorus.gateway.downlink;
