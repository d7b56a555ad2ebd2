/** The rules of docs/architecture.md that a build can check. */
package dev.chorus.e2e.architecture;
