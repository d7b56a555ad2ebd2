/** In which portions an answer goes out. */
package dev.chorus.streaming.deliver;
