package dev.chorus.delivery.retry;

/**
 * What an earlier owner has noted of a message at somebody.
 *
 * @param settled FAILED or cancelled: nothing more is to be done
 */
record Noted(long seq, int attempts, boolean settled) {}
