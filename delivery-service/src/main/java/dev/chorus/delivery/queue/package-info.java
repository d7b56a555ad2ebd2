/** What waits for those who are not connected, and what is dropped of it. */
package dev.chorus.delivery.queue;
