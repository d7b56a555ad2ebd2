/** Reasoning that a model writes between tags in the middle of its text. */
package dev.chorus.streaming.thinking;
