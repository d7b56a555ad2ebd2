/** The rooms in which this gateway has anybody: one feed of each log, and everybody's own way through it. */
package dev.chorus.gateway.room;
