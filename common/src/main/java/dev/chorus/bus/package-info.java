/** What services say to each other: typed records through one codec, the same interface on both sides of the bus. Nothing else uses the event bus. */
package dev.chorus.bus;
