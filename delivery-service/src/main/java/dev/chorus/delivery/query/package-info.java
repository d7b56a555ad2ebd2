/** Reading from PostgreSQL with bounds on time and waiting. */
package dev.chorus.delivery.query;
