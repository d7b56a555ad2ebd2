package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a stream has used, in tokens, its failed attempts included.
 *
 * @param estimated true where the provider did not say it; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Usage(long promptTokens, long completionTokens, long totalTokens, Boolean estimated) {}
