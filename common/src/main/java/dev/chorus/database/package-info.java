/** PostgreSQL, the truth: where it is, bringing a schema up to date, and clients to it. Each service has a schema of its own. */
package dev.chorus.database;
