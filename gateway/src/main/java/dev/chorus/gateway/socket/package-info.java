/** WebSockets as bytes: the upgrade, frames in and out, one flush per socket and tick. It knows nothing of rooms or users. */
package dev.chorus.gateway.socket;
