/** The dialect of the Anthropic Messages API. */
package dev.chorus.streaming.anthropic;
