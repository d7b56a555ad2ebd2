/** What a newcomer, a browser, an official client and an attacker see of one {@code chorus up}. */
package dev.chorus.e2e.up;
