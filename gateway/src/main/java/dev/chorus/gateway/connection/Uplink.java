package dev.chorus.gateway.connection;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.node.Deadline;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Received;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What one HTTP request says, done in the order in which it is said. With a connection the frames are that connection's, and errors of frames without an id go down there;
 * without one only what needs none can be done, and all errors stand in the answer.
 */
public final class Uplink {
  private static final long ANSWER_MS = 15_000;
  private static final Problem LATE = Problem.of(ErrorCode.TIMEOUT,
      "No answer came in time; it may have been done or not. Repeat it with the same clientId.");
  private final Desk desk;
  private final Connection connection;
  private final boolean alone;

  /** For no connection: this one ends with it. */
  Uplink(Desk desk, Connection connection) {
    this(desk, connection, true);
  }

  private Uplink(Desk desk, Connection connection, boolean alone) {
    this.desk = desk;
    this.connection = connection;
    this.alone = alone;
  }

  static Uplink of(Desk desk, Connection connection) {
    return new Uplink(desk, connection, false);
  }

  /** Does it all. Returns the answers in the order of the frames. */
  public Future<List<byte[]>> perform(List<byte[]> envelopes) {
    connection.heard();
    List<Future<byte[]>> answers = new ArrayList<>(envelopes.size());
    for (byte[] envelope : envelopes)
      answers.add(perform(desk.codec().decode(envelope, 0, envelope.length)));
    return Future.join(answers).map(all -> answers.stream().map(Future::result).filter(Objects::nonNull).toList()).onComplete(done -> {
      if (alone)
        connection.closed(true);
    });
  }

  private Future<byte[]> perform(Received received) {
    boolean ignored = received instanceof Received.Frame frame && frame.frame() instanceof ClientFrame.Unknown;
    if (received.id() == null && (ignored || !alone)) {
      connection.received(received);
      return Future.succeededFuture();
    }
    UplinkId id = new UplinkId(received.id());
    if (connection.isClosed())
      id.refuse(Problem.of(ErrorCode.NOT_FOUND, "This connection has ended."));
    else if (alone && received instanceof Received.Frame frame && needsConnection(frame.frame()))
      id.refuse(Problem.badRequest("This is for a connection: open GET /api/sse/events and name it in 'Chorus-Connection'."));
    else
      connection.received(switch (received) {
        case Received.Frame frame -> new Received.Frame(id, frame.frame());
        case Received.Invalid invalid -> new Received.Invalid(id, invalid.problem(), invalid.malformed());
      });
    return Deadline.within(desk.vertx(), ANSWER_MS, id.answer()).recover(late -> {
      id.refuse(LATE);
      return id.answer();
    });
  }

  private static boolean needsConnection(ClientFrame frame) {
    return switch (frame) {
      case ClientFrame.Auth auth -> true;
      case ClientFrame.Heartbeat heartbeat -> true;
      case ClientFrame.Join join -> true;
      case ClientFrame.QueueDrain drain -> true;
      case ClientFrame.PresenceUpdate update -> true;
      case ClientFrame.Typing typing -> true;
      case ClientFrame.CursorMove move -> true;
      case ClientFrame.ActivityUpdate update -> true;
      case ClientFrame.StreamAttach attach -> true;
      case ClientFrame.StreamDetach detach -> true;
      case ClientFrame.ProgressSubscribe subscribe -> true;
      default -> false;
    };
  }
}
