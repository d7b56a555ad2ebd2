/** The gateway: holds clients' sockets and HTTP requests, knows no business rules, and finds the owners of what they ask for. */
package dev.chorus.gateway;
