/** Answers in named parts, each generated with a prompt of its own. */
package dev.chorus.streaming.section;
