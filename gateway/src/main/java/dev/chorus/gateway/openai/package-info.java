/** The OpenAI chat-completions surface: requests, chunks, whole completions and errors as OpenAI's own clients expect them. */
package dev.chorus.gateway.openai;
