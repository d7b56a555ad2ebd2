/** What can be set about a gateway. */
package dev.chorus.gateway.config;
