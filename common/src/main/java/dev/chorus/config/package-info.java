/** Settings from the environment: every key is read once at start, every error is reported together with its key. */
package dev.chorus.config;
