/** Programs of others that use Chorus from within its cluster. */
package dev.chorus.e2e.program;
