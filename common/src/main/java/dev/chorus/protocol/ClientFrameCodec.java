package dev.chorus.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.Text;
import dev.chorus.protocol.ClientFrame.Send;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decodes what clients say: the envelope of docs/protocol.md section 2 and the data of each type. All field names of client frames are here and in {@link MessageFrames}. */
public final class ClientFrameCodec {
  private static final int HISTORY_LIMIT = 50;
  private static final int ROOMS_LIMIT = 100;
  private static final int MAX_PAGE = 500;
  private static final int MAX_NAME = 128;
  private static final int MAX_AGENTS = 20;
  private static final ObjectNode NO_DATA = JsonNodeFactory.instance.objectNode();
  private final MessageFrames messages;

  public ClientFrameCodec(Limits limits) {
    this.messages = new MessageFrames(limits);
  }

  /** Decodes one envelope: {@code length} bytes of UTF-8 from {@code offset}, without the newline that ends it. Never throws. */
  public Received decode(byte[] bytes, int offset, int length) {
    JsonNode tree;
    try {
      tree = Json.read(bytes, offset, length);
    } catch (IOException e) {
      return malformed(null, "This is not JSON, or it is nested too deeply.");
    }
    return decode(tree);
  }

  /** Decodes one envelope that is a JSON tree already. Never throws. */
  public Received decode(JsonNode tree) {
    if (tree == null || !tree.isObject())
      return malformed(null, "An envelope is a JSON object.");
    JsonNode id = tree.get("id");
    if (id != null && id.isNull())
      id = null;
    if (id != null && !isId(id))
      return malformed(null, "'id' is not a string or a number.");
    JsonNode type = tree.get("type");
    if (type == null || !type.isTextual())
      return malformed(id, "'type' is missing or not a string.");
    JsonNode data = tree.get("data");
    if (data != null && !data.isNull() && !data.isObject())
      return malformed(id, "'data' is not an object.");
    try {
      return new Received.Frame(id, frame(type.textValue(), new Fields(tree), new Fields(data == null || data.isNull() ? NO_DATA : data)));
    } catch (Refusal refusal) {
      return new Received.Invalid(id, refusal.problem(), false);
    }
  }

  /** A number beyond the range of a double could not be said back. */
  private static boolean isId(JsonNode id) {
    if (id.isNumber())
      return Double.isFinite(id.doubleValue());
    return id.isTextual() && id.textValue().length() <= MAX_NAME && Text.isStorable(id.textValue());
  }

  private static Received malformed(JsonNode id, String sentence) {
    return new Received.Invalid(id, Problem.badRequest(sentence), true);
  }

  private ClientFrame frame(String type, Fields envelope, Fields data) {
    return switch (type) {
      case "auth" -> new ClientFrame.Auth(data.requiredText("token"), data.text("device", MAX_NAME), data.flag("replace", false));
      case "heartbeat" -> new ClientFrame.Heartbeat(data.integer("at"));
      case "rooms:list" -> new ClientFrame.RoomsList(data.text("cursor", MAX_NAME * 4), data.limit("limit", MAX_PAGE, ROOMS_LIMIT));
      case "room:join" ->
        new ClientFrame.Join(room(envelope), data.sequence("after"), data.text("epoch", MAX_NAME), data.flag("hidden", false),
            data.flag("acks", false));
      case "room:leave" -> new ClientFrame.Leave(room(envelope), data.flag("forget", false));
      case "message:send" -> messages.send(room(envelope), data);
      case "message:edit" -> messages.edit(room(envelope), data);
      case "message:delete" -> messages.delete(room(envelope), data);
      case "message:read" -> messages.read(room(envelope), data);
      case "delivery:ack" -> new ClientFrame.Delivered(room(envelope), data.required("seq", data.sequence("seq")));
      case "delivery:status" -> new ClientFrame.DeliveryStatus(room(envelope), data.requiredText("messageId"));
      case "delivery:retry" -> new ClientFrame.DeliveryRetry(room(envelope), data.requiredText("messageId"));
      case "delivery:cancel" -> new ClientFrame.DeliveryCancel(room(envelope), data.requiredText("messageId"));
      case "delivery:stats" -> new ClientFrame.DeliveryStats();
      case "receipts:set" ->
        new ClientFrame.ReceiptsSet(envelope.get("room") == null ? null : room(envelope), data.required("enabled", data.flag("enabled")));
      case "queue:drain" -> new ClientFrame.QueueDrain();
      case "history" -> new ClientFrame.History(room(envelope), data.sequence("before"), data.sequence("after"),
          data.limit("limit", MAX_PAGE, HISTORY_LIMIT));
      case "presence:list" ->
        new ClientFrame.PresenceList(room(envelope), data.text("cursor", MAX_NAME * 4), data.limit("limit", MAX_PAGE, MAX_PAGE));
      case "presence:update", "cursor:move", "activity:update" -> PresenceFields.frame(type, envelope, data);
      case "typing:start" -> new ClientFrame.Typing(room(envelope), data.text("agentId", MAX_NAME), true);
      case "typing:stop" -> new ClientFrame.Typing(room(envelope), data.text("agentId", MAX_NAME), false);
      case "stream:start" -> streamStart(envelope.get("room") == null ? null : room(envelope), data);
      case "stream:attach" -> new ClientFrame.StreamAttach(stream(data), data.sequence("after"), data.text("epoch", MAX_NAME));
      case "stream:detach" -> new ClientFrame.StreamDetach(stream(data));
      case "stream:pause" -> new ClientFrame.StreamPause(stream(data));
      case "stream:resume" -> new ClientFrame.StreamResume(stream(data));
      case "stream:cancel" -> new ClientFrame.StreamCancel(stream(data));
      case "stream:cancel-all" -> new ClientFrame.StreamCancelAll(streamsRoom(envelope, data));
      case "stream:list" -> new ClientFrame.StreamList(streamsRoom(envelope, data));
      case "stream:metrics" -> new ClientFrame.StreamMetrics(stream(data));
      case "stream:multiplex" -> multiplex(envelope.get("room") == null ? null : room(envelope), data);
      case "progress:subscribe" -> progressSubscribe(data);
      default -> new ClientFrame.Unknown(type);
    };
  }

  /** The data of a {@code message:send}, also as the body of {@code POST /api/rooms/{room}/messages}. Fails with a {@link Refusal}. */
  public Send send(RoomId room, Fields data) {
    return messages.send(room, data);
  }

  /** The data of a {@code presence:update}, also as the body of {@code POST /api/rooms/{room}/presence}. Fails with a {@link Refusal}. */
  public ClientFrame.PresenceUpdate presenceUpdate(RoomId room, Fields data) {
    return PresenceFields.update(room, data);
  }

  /** The data of typing for {@code POST /api/rooms/{room}/typing}: as on a socket, with {@code typing} for start or stop. Fails with a {@link Refusal}. */
  public ClientFrame.Typing typing(RoomId room, Fields data) {
    boolean on = data.required("typing", data.get("typing")) != null && data.flag("typing", false);
    return new ClientFrame.Typing(room, data.text("agentId", MAX_NAME), on);
  }

  /** The data of a {@code stream:start}, also as an HTTP body. Fails with a {@link Refusal}. */
  public ClientFrame.StreamStart streamStart(RoomId room, Fields data) {
    ArrayNode messages = data.required("messages", data.array("messages"));
    if (messages.isEmpty())
      throw Problem.badRequest("'messages' is empty.").refusal();
    for (JsonNode message : messages) {
      if (!message.isObject() || !message.path("role").isTextual())
        throw Problem.badRequest("Each of 'messages' is an object with a 'role'.").refusal();
      if (!Fields.isStorable(message))
        throw Problem.badRequest("'messages' hold U+0000 or an unpaired surrogate.").refusal();
    }
    String clientId = this.messages.clientId(data);
    return new ClientFrame.StreamStart(room, data.requiredText("model"), messages, data.text("provider", MAX_NAME),
        data.text("agentId", MAX_NAME),
        data.text("projectId", MAX_NAME), data.object("options"),
        data.word("deliver", Deliver.class, Deliver.TOKEN).name().toLowerCase(java.util.Locale.ROOT),
        data.array("sections"), data.word("onDisconnect", OnDisconnect.class, OnDisconnect.CONTINUE) == OnDisconnect.CONTINUE,
        data.flag("post", false), clientId);
  }

  /** The data of a {@code stream:multiplex}. Fails with a {@link Refusal}. */
  private ClientFrame.StreamMultiplex multiplex(RoomId room, Fields data) {
    ArrayNode asked = data.required("agents", data.array("agents"));
    if (asked.isEmpty())
      throw Problem.badRequest("'agents' is empty.").refusal();
    if (asked.size() > MAX_AGENTS)
      throw Refusal.of(ErrorCode.TOO_LARGE, "'agents' has more than " + MAX_AGENTS + " items.");
    List<ClientFrame.StreamStart> agents = new ArrayList<>(asked.size());
    Set<String> names = new HashSet<>();
    for (JsonNode agent : asked) {
      if (!agent.isObject())
        throw Problem.badRequest("Each of 'agents' is an object with 'agentId', 'model' and 'messages'.").refusal();
      ClientFrame.StreamStart start = streamStart(room, new Fields(agent));
      if (start.agentId() == null || start.agentId().isEmpty() || !names.add(start.agentId()))
        throw Problem.badRequest("Each of 'agents' has an 'agentId' of its own.").refusal();
      agents.add(start);
    }
    return new ClientFrame.StreamMultiplex(room, agents,
        data.word("merge", ClientFrame.StreamMultiplex.Merge.class, ClientFrame.StreamMultiplex.Merge.INTERLEAVE));
  }

  private static ClientFrame.ProgressSubscribe progressSubscribe(Fields data) {
    return new ClientFrame.ProgressSubscribe(ProgressReports.projectId(data.requiredText("projectId")), agentIds(data.array("agentIds")),
        data.sequence("after"));
  }

  private static List<String> agentIds(ArrayNode names) {
    if (names == null)
      return null;
    List<String> agents = new ArrayList<>(names.size());
    for (JsonNode name : names) {
      if (!name.isTextual() || !Text.isStorable(name.textValue()))
        throw Problem.badRequest("'agentIds' is not a list of names.").refusal();
      agents.add(name.textValue());
    }
    return agents;
  }

  /** In the data; on the envelope, where all other frames have it, it is understood too. */
  private static RoomId streamsRoom(Fields envelope, Fields data) {
    return data.get("room") == null ? room(envelope) : room(data);
  }

  private enum Deliver {
    TOKEN, SENTENCE, SECTION, BUFFERED
  }

  private enum OnDisconnect {
    CONTINUE, CANCEL
  }

  private static RoomId room(Fields envelope) {
    return RoomId.parse(envelope.requiredText("room"));
  }

  private static StreamId stream(Fields data) {
    return StreamId.parse(data.requiredText("streamId")).orElseThrow(() -> Refusal.of(ErrorCode.NOT_FOUND, "There is no such stream."));
  }
}
