/** Attempts at one answer: which target next, when, and how long one may be silent. */
package dev.chorus.streaming.attempt;
