/** A provider for tests: real HTTP, every dialect, every fault at every place. */
package dev.chorus.testkit.provider;
