/** The progress of projects: their numbered events, who is told of them, and what running streams say of themselves (docs/protocol.md, section 7). */
package dev.chorus.streaming.progress;
