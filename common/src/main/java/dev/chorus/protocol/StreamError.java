package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Why a stream failed, for its readers: never a provider's key or address.
 *
 * @param code one of the protocol's codes
 * @param retryable whether starting the same again can succeed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamError(String code, String message, boolean retryable) {}
