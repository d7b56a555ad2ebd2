/** Messages that were not acked in time, once more. */
package dev.chorus.delivery.retry;
