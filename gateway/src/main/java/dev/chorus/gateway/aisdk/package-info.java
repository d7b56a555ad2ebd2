/** The UI message stream of the AI SDK, version 1: what its {@code useChat} sends and reads. */
package dev.chorus.gateway.aisdk;
