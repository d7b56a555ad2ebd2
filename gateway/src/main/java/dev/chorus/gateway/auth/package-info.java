/** Who is calling: tokens and API keys become principals. */
package dev.chorus.gateway.auth;
