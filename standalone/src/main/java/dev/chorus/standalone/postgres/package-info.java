/** The PostgreSQL that comes with {@code up} and {@code cluster}: unpacked, initialised, watched, stopped. */
package dev.chorus.standalone.postgres;
