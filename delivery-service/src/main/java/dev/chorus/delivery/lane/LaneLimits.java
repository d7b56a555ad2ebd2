package dev.chorus.delivery.lane;

/**
 * The bounds of a lane.
 *
 * @param queueRows drafts that wait at most; more are refused
 * @param queueBytes what they weigh at most
 * @param batchRows in one call
 * @param batchBytes in one call, unless a single row weighs more
 * @param answerMs how long a call may take before its connection is given up
 */
public record LaneLimits(int queueRows, long queueBytes, int batchRows, long batchBytes, long answerMs) {}
