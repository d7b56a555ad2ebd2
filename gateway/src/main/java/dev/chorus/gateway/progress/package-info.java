/** The progress of projects: their events as sockets and HTTP answers follow them, read and published (docs/protocol.md, section 7). */
package dev.chorus.gateway.progress;
