/** How messages get into the log: batches, one at a time per lane, each one call and one commit. */
package dev.chorus.delivery.lane;
