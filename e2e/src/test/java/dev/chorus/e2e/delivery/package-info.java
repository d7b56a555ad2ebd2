/** Delivery from outside: what becomes of messages, over several gateways and with offline users. */
package dev.chorus.e2e.delivery;
