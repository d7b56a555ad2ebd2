/** Marks of readers on their way from this gateway to the owners of their rooms. */
package dev.chorus.gateway.receipt;
