/** A gateway's HTTP side before fake owners, spoken to over real sockets. */
package dev.chorus.gateway.httpkit;
