/** Nodes as processes of one machine: started, listed in a file, stopped. */
package dev.chorus.standalone.fleet;
