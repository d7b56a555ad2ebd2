/** Marks of members, and how others hear of them. */
package dev.chorus.delivery.receipt;
