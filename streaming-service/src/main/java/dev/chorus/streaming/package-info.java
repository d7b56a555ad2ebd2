/** Streaming: answers of AI providers, logged token by token before anybody is told. */
package dev.chorus.streaming;
