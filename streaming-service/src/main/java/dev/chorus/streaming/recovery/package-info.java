/** How an answer goes on behind a broken attempt without saying anything twice, and without mixing two texts. */
package dev.chorus.streaming.recovery;
