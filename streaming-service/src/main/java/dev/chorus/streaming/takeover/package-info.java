/** What happens to the streams of an owner that died. */
package dev.chorus.streaming.takeover;
