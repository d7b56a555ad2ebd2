/** What has become of one message at each of its recipients. */
package dev.chorus.delivery.state;
