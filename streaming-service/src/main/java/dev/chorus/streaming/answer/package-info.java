/** A stream while it runs: from a provider's frames to numbered records in the log. */
package dev.chorus.streaming.answer;
