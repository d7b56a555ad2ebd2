/** How gateways learn of new entries: fan-out and digest. */
package dev.chorus.delivery.watch;
