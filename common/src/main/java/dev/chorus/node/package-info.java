/** What turns services into a process: Vert.x, cluster, health, metrics, logs, start and graceful stop. */
package dev.chorus.node;
