package dev.chorus.streaming.answer;

import dev.chorus.streaming.attempt.Breakers;
import dev.chorus.streaming.deliver.Pacer;
import dev.chorus.streaming.deliver.Portions;
import dev.chorus.streaming.log.LogLanes;
import dev.chorus.streaming.log.Unlogged;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.trace.Traces;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * What all running streams of a node share.
 *
 * @param random in [0, 1), for jitter
 * @param logPatience how long a stream waits for the log before it ends
 * @param pauseLimit how long a stream may be paused
 * @param traces what each stream is a part of
 */
public record Tools(Vertx vertx, Clock clock, LogLanes lanes, Unlogged unlogged, Function<ProviderEntry, Provider> providers,
    Breakers breakers,
    DoubleSupplier random, Pacer pacer, Portions portions, Duration logPatience, Duration pauseLimit, Traces traces) {}
