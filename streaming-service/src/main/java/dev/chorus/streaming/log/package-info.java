/** The log of streams in PostgreSQL: written by one owner each, read by anybody. */
package dev.chorus.streaming.log;
