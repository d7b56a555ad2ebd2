package dev.chorus.streaming.conversation;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A function that the model may call.
 *
 * @param description or null
 * @param schema of its input; an object without properties where none was given
 */
public record Tool(String name, String description, JsonNode schema) {}
