/** How much a caller may ask of a gateway. */
package dev.chorus.gateway.limit;
