package dev.chorus.protocol;

/**
 * What a stream has cost by the prices of its provider file.
 *
 * @param currency an ISO 4217 code
 */
public record Cost(double amount, String currency) {}
