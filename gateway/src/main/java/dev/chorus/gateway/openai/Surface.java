package dev.chorus.gateway.openai;

/**
 * One of the paths that speak chat completions.
 *
 * @param ids chunks carry an id to go on from
 * @param streamsByDefault where the request does not say
 * @param outlivesClient the stream goes on when the client goes away, where the request does not say
 * @param dialect refusals have OpenAI's form too, not Chorus' own
 */
record Surface(String path, boolean ids, boolean streamsByDefault, boolean outlivesClient, boolean dialect) {
  /** As a drop-in for OpenAI's own. */
  static final Surface OPENAI = new Surface("/v1/chat/completions", false, false, false, true);
  /** The same chunks, resumable. */
  static final Surface INFERENCE = new Surface("/api/v1/inference/stream", true, true, true, false);
}
