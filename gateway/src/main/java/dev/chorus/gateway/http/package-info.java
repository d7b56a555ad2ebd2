/** What clients reach by HTTP: one table of routes, and what every exchange shares (request ids, errors, origins, credentials, bodies, streaming answers). */
package dev.chorus.gateway.http;
