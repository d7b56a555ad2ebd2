/** What the tests speak: real processes, and clients that talk as users' programs do. */
package dev.chorus.e2e.kit;
