/** Which gateways hear of which streams, and how they are told. */
package dev.chorus.streaming.fanout;
