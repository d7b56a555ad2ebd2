/** What users see of a cluster of real processes, while it works and while parts of it die. */
package dev.chorus.e2e.cluster;
