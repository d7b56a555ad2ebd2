package dev.chorus.bus;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event bus as Chorus uses it: typed requests to one node, each with a timeout, a bounded number under way per node. At most once: a request whose answer does not come
 * may have been carried out or not. The event bus itself queues without bound towards a slow node, hence the bound here.
 */
public final class Bus {
  public static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
  private static final int MAX_UNDER_WAY = 2048;
  /** One hint of so many is answered: enough to know how far behind a node is, for an eighth of the price of knowing it exactly. */
  private static final int HINTS_PER_ANSWER = 8;
  private static final int MAX_HINTS_UNDER_WAY = 128 / HINTS_PER_ANSWER;
  private static final int MAX_GONE = 1000;
  private final Vertx vertx;
  private final Map<NodeId, Towards> nodes = new ConcurrentHashMap<>();
  /** The last ones that have left: what would be sent to them would wait for its whole time. */
  private final Set<NodeId> gone = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<NodeId, Boolean> eldest) {
      return size() > MAX_GONE;
    }
  }));
  private final AtomicLong droppedHints = new AtomicLong();

  /** What is under way towards one node; guarded by itself being concurrent. */
  private static final class Towards {
    final Set<Promise<?>> requests = ConcurrentHashMap.newKeySet();
    final Set<Promise<?>> hints = ConcurrentHashMap.newKeySet();
    final AtomicLong told = new AtomicLong();
  }

  public Bus(Vertx vertx) {
    this.vertx = vertx;
    vertx.eventBus().registerCodec(new BusCodec());
  }

  /** Answers what comes to that address, on the context that calls this. The future is done when other nodes can reach it. */
  public <M extends BusMessage> Future<MessageConsumer<M>> serve(Address<M> address, Function<M, Future<? extends BusMessage>> handler) {
    MessageConsumer<M> consumer = vertx.eventBus().consumer(address.name(), message -> answer(message, handler));
    return consumer.completion().map(consumer);
  }

  private static <M extends BusMessage> void answer(Message<M> message, Function<M, Future<? extends BusMessage>> handler) {
    Future<? extends BusMessage> answer;
    try {
      answer = handler.apply(message.body());
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(result -> {
      if (message.replyAddress() == null)
        return;
      BusMessage reply = result.succeeded() ? result.result() : failed(message.body(), result.cause());
      message.reply(reply, options());
    });
  }

  private static BusMessage.Failed failed(BusMessage request, Throwable cause) {
    if (cause instanceof NotCarriedOut)
      return new BusMessage.Failed(null, true);
    if (!(cause instanceof Refusal))
      LOG.atError().addKeyValue("request", request.getClass().getSimpleName()).setCause(cause).log("request failed");
    return new BusMessage.Failed(Refusal.problemOf(cause), false);
  }

  /**
   * Asks one node. Fails with {@link NotCarriedOut} when it surely did nothing, with a {@link Refusal} of its own, or with {@code timeout} when the outcome is unknown.
   *
   * @param answer the type that the request is answered with
   */
  public <M extends BusMessage, A extends BusMessage> Future<A> request(Address<M> address, M message, Class<A> answer, Duration timeout) {
    return ask(address, message, timeout, towards(address.node()).requests, MAX_UNDER_WAY).compose(reply -> switch (reply) {
      case BusMessage.Failed failed -> Future.failedFuture(failed.moved() ? NotCarriedOut.moved() : new Refusal(failed.problem()));
      default -> answer.isInstance(reply)
          ? Future.succeededFuture(answer.cast(reply))
          : Future.failedFuture(new IllegalStateException("answered with " + reply.getClass().getSimpleName()));
    });
  }

  /** Tells a node what it may miss. When it is so slow that too much is under way, or has left, it is dropped: false. */
  public <M extends BusMessage> boolean tell(Address<M> address, M message) {
    if (gone.contains(address.node()))
      return false;
    Towards node = towards(address.node());
    if (node.hints.size() >= MAX_HINTS_UNDER_WAY) {
      droppedHints.incrementAndGet();
      return false;
    }
    if (node.told.getAndIncrement() % HINTS_PER_ANSWER == 0)
      ask(address, message, TIMEOUT, node.hints, MAX_HINTS_UNDER_WAY);
    else
      vertx.eventBus().send(address.name(), message, options());
    return true;
  }

  private <M extends BusMessage> Future<BusMessage> ask(Address<M> address, M message, Duration timeout, Set<Promise<?>> underWay,
      int max) {
    if (underWay.size() >= max)
      return Future.failedFuture(new NotCarriedOut("too much under way"));
    // Bound to the caller's context: a node's end is told by a thread of the cluster's, and what follows an answer belongs on the caller's loop.
    Promise<BusMessage> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
    underWay.add(promise);
    // Looked at when it is among those who are told of a node's end, so that one of the two is sure to happen.
    if (gone.contains(address.node())) {
      underWay.remove(promise);
      return Future.failedFuture(new NotCarriedOut("the node has left"));
    }
    vertx.eventBus().<BusMessage>request(address.name(), message, options().setSendTimeout(timeout.toMillis())).onComplete(reply -> {
      underWay.remove(promise);
      if (reply.succeeded())
        promise.tryComplete(reply.result().body());
      else
        promise.tryFail(unanswered(reply.cause()));
    });
    return promise.future();
  }

  private static Throwable unanswered(Throwable cause) {
    if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS)
      return new NotCarriedOut("no handler");
    return Refusal.of(ErrorCode.TIMEOUT, "No answer came in time; it may have been done or not. Repeat it with the same clientId.");
  }

  /** A node has left: nobody waits for its answers any more, and nothing is sent to it until it is {@link #back}. */
  public void gone(NodeId node) {
    gone.add(node);
    Towards left = nodes.remove(node);
    if (left == null)
      return;
    left.requests.forEach(promise -> promise.tryFail(unanswered(null)));
    left.hints.forEach(promise -> promise.tryFail(unanswered(null)));
  }

  /** A node is there (again). */
  public void back(NodeId node) {
    gone.remove(node);
  }

  /** How many hints were dropped since the start. */
  public long droppedHints() {
    return droppedHints.get();
  }

  private Towards towards(NodeId node) {
    return nodes.computeIfAbsent(node, key -> new Towards());
  }

  private static DeliveryOptions options() {
    return new DeliveryOptions().setCodecName(BusCodec.NAME);
  }
}
