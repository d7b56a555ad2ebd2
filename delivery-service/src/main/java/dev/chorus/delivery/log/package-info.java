/** How entries are read from the log, and their one encoding. */
package dev.chorus.delivery.log;
