/** Keeps the owners of rooms told of what this gateway has and wants: in batches, again when the ring changes, again when an owner forgot. */
package dev.chorus.gateway.watch;
