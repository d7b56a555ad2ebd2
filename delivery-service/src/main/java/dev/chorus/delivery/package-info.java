/** Delivery: durable, ordered messages. The wiring and the shell; its nouns are the packages below. */
package dev.chorus.delivery;
