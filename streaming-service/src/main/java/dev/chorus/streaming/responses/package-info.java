/** OpenAI's other way to a model, the Responses API: its requests and its events. */
package dev.chorus.streaming.responses;
