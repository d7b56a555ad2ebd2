/** One request to a provider over HTTP and its streamed answer: what all dialects share, from the connection to the framing of events and the reading of errors. */
package dev.chorus.streaming.exchange;
