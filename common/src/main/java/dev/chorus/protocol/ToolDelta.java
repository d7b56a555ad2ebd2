package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;

/** A piece of a tool call, as the provider streams it: {@code arguments} are to be concatenated by {@code index}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ToolDelta(int index, String id, String name, String arguments) {}
