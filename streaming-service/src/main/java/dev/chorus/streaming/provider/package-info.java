/** Providers of answers: the file that names them, and the port through which one attempt at an answer runs. */
package dev.chorus.streaming.provider;
