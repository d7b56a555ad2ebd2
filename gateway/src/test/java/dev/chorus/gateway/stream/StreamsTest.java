package dev.chorus.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.bus.GatewayMessage.StreamDigest;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.bus.StreamRecord;
import dev.chorus.cluster.MemberState;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.model.Principal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class StreamsTest {
  private static final Principal ANN = new Principal(new UserId("ann"), null, List.of("*"), false, 0);
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final StreamId OWN = new StreamId("~word");
  private static final StreamId IN_LOBBY = new StreamId("lobby~word");
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  private final Reader reader = new Reader();

  private FakeStreaming.Log log(StreamId stream) {
    return gateway.on(() -> gateway.streaming.stream(stream, stream.room().orElse(null), ANN.user()));
  }

  private Streams.Attached attach(StreamId stream, Long after, String epoch, StreamReader who) {
    return HttpGateway
        .await(gateway.run(() -> gateway.streams.attach(stream, after, epoch, ANN, false, false, who)).compose(attached -> attached));
  }

  private StartStream request(StreamId stream, boolean goesOn) {
    return new StartStream(stream, stream.room().orElse(null), ANN.user(), "{}", false, null, null, null, "token", null, goesOn, false,
        null, null, true, gateway.self,
        "r1");
  }

  private void hears(Reader who, String... words) {
    Until.holds(() -> gateway.<Integer>on(() -> who.heard.size()) >= words.length);
    assertThat(gateway.<List<String>>on(() -> List.copyOf(who.heard))).containsExactly(words);
  }

  @Test
  void aLateReaderGetsTheLogThenWhatComesLive() {
    FakeStreaming.Log log = log(OWN);
    gateway.does(() -> log.text("a", "b"));
    Ack.StreamAttached ack = attach(OWN, null, null, reader).ack();
    assertThat(ack).isEqualTo(new Ack.StreamAttached("word", 2, "STREAMING", true));
    hears(reader, "open", "1r", "2r");
    gateway.does(() -> log.text("c"));
    gateway.does(log::complete);
    hears(reader, "open", "1r", "2r", "3", "end4");
  }

  @Test
  void aReaderGoesOnFromWhereItWas() {
    FakeStreaming.Log log = log(OWN);
    gateway.does(() -> log.text("a", "b", "c"));
    assertThat(attach(OWN, 2L, "word", reader).ack().recovered()).isTrue();
    hears(reader, "3r");
    Reader other = new Reader();
    assertThat(attach(OWN, 2L, "elsewhere", other).ack().recovered()).isFalse();
    hears(other, "open", "1r", "2r", "3r");
    assertThatThrownBy(() -> attach(OWN, 9L, "word", new Reader())).hasMessageContaining("bad_request");
  }

  @Test
  void aLostFanOutIsReadFromTheLogWhenTheNextOneComes() {
    FakeStreaming.Log log = log(OWN);
    attach(OWN, null, null, reader);
    gateway.does(() -> log.text("a"));
    gateway.does(() -> {
      gateway.streaming.loseFanouts = true;
      log.text("b", "c");
      gateway.streaming.loseFanouts = false;
      log.text("d");
    });
    hears(reader, "open", "1", "2", "3", "4");
  }

  @Test
  void aLostEndIsFoundByTheDigest() {
    FakeStreaming.Log log = log(OWN);
    attach(OWN, null, null, reader);
    gateway.does(() -> {
      gateway.streaming.loseFanouts = true;
      log.text("a");
      log.complete();
      gateway.streams.digest(new StreamDigest(gateway.self, List.of(FakeStreaming.head(log))));
    });
    hears(reader, "open", "1", "end2");
  }

  @Test
  void aFullReaderIsLeftAloneAndGoesOnFromTheLogWhileOthersDoNotWait() {
    FakeStreaming.Log log = log(OWN);
    Reader quick = new Reader();
    attach(OWN, null, null, reader);
    attach(OWN, null, null, quick);
    gateway.does(() -> log.text("a"));
    hears(reader, "open", "1");
    gateway.does(() -> {
      reader.full = true;
      log.text("b");
    });
    hears(reader, "open", "1", "2");
    gateway.does(() -> log.text("c", "d"));
    hears(quick, "open", "1", "2", "3", "4");
    hears(reader, "open", "1", "2");
    gateway.does(() -> {
      reader.full = false;
      reader.attachment.drained();
    });
    hears(reader, "open", "1", "2", "3", "4");
    gateway.does(log::complete);
    hears(reader, "open", "1", "2", "3", "4", "end5");
  }

  @Test
  void readersAtTheSamePositionShareOneEncoding() {
    FakeStreaming.Log log = log(OWN);
    Reader other = new Reader();
    attach(OWN, null, null, reader);
    attach(OWN, null, null, other);
    gateway.does(() -> log.text("a"));
    hears(reader, "open", "1");
    hears(other, "open", "1");
    gateway.does(() -> assertThat(reader.batches.getLast().envelopes()).isSameAs(other.batches.getLast().envelopes()));
  }

  @Test
  void theAnswerToAStartComesBeforeItsFirstRecord() {
    gateway.does(() -> gateway.streaming.onStart = log -> log.text("a"));
    List<String> order = reader.heard;
    Future<StartedStream> started = gateway
        .on(() -> gateway.streams.start(request(OWN, true), ANN, false, reader).onSuccess(answer -> order.add("started")));
    HttpGateway.await(started);
    hears(reader, "started", "open", "1");
  }

  @Test
  void aStreamOfARoomIsShownToAllWhoAreJoinedWhenItOpens() {
    gateway.does(() -> gateway.joined.add(reader));
    HttpGateway.await(gateway.<Future<List<Ack.RunningStream>>>on(() -> gateway.streams.roomJoined(LOBBY)));
    FakeStreaming.Log log = log(IN_LOBBY);
    gateway.does(() -> log.append());
    gateway.does(() -> log.text("a"));
    hears(reader, "open", "1");
    assertThat(gateway.<List<Ack.RunningStream>>on(() -> gateway.streams.running(LOBBY)))
        .containsExactly(new Ack.RunningStream(IN_LOBBY, 1));
    gateway.does(log::complete);
    hears(reader, "open", "1", "end2");
    assertThat(gateway.<List<Ack.RunningStream>>on(() -> gateway.streams.running(LOBBY))).isEmpty();
  }

  @Test
  void anEndThatCameBetweenTwoOwnersIsFoundWhenTheNewOneIsTold() {
    gateway.does(() -> gateway.joined.add(reader));
    HttpGateway.await(gateway.<Future<List<Ack.RunningStream>>>on(() -> gateway.streams.roomJoined(LOBBY)));
    FakeStreaming.Log log = log(IN_LOBBY);
    gateway.does(() -> log.text("a"));
    hears(reader, "open", "1");
    gateway.does(() -> {
      gateway.streaming.loseFanouts = true;
      log.complete();
      gateway.cluster.says(gateway.self, MemberState.DRAINING);
      gateway.streams.clusterChanged();
      gateway.cluster.says(gateway.self, MemberState.SERVING);
      gateway.streams.clusterChanged();
    });
    hears(reader, "open", "1", "end2");
  }

  @Test
  void anEndedStreamIsNotShownAgainWhenAnOwnerThatHungWakesUpAndSpeaksOfIt() {
    gateway.does(() -> gateway.joined.add(reader));
    HttpGateway.await(gateway.<Future<List<Ack.RunningStream>>>on(() -> gateway.streams.roomJoined(LOBBY)));
    FakeStreaming.Log log = log(IN_LOBBY);
    gateway.does(() -> log.text("a"));
    hears(reader, "open", "1");
    gateway.does(log::complete);
    hears(reader, "open", "1", "end2");
    gateway.does(() -> gateway.streams.fanOut(new StreamFanout(List.of(new StreamRecords(IN_LOBBY, LOBBY, log.open, 0, List.of())))));
    gateway.does(
        () -> gateway.streams.digest(new StreamDigest(gateway.self, List.of(new StreamHead(IN_LOBBY, LOBBY, "word", 1, "STREAMING")))));
    FakeStreaming.Log next = log(new StreamId("lobby~next"));
    gateway.does(() -> next.text("b"));
    hears(reader, "open", "1", "end2", "open", "1");
  }

  @Test
  void aStreamThatRanBeforeIsListedButNotShown() {
    FakeStreaming.Log log = log(IN_LOBBY);
    gateway.does(() -> log.text("a"));
    gateway.does(() -> gateway.joined.add(reader));
    List<Ack.RunningStream> running = HttpGateway
        .await(gateway.<Future<List<Ack.RunningStream>>>on(() -> gateway.streams.roomJoined(LOBBY)));
    assertThat(running).containsExactly(new Ack.RunningStream(IN_LOBBY, 1));
    gateway.does(() -> log.text("b"));
    Until.holds(() -> gateway.<List<Ack.RunningStream>>on(() -> gateway.streams.running(LOBBY))
        .equals(List.of(new Ack.RunningStream(IN_LOBBY, 2))));
    hears(reader);
  }

  @Test
  void aStreamWhoseOpeningWasLostIsShownFromItsBeginning() {
    gateway.does(() -> gateway.joined.add(reader));
    HttpGateway.await(gateway.<Future<List<Ack.RunningStream>>>on(() -> gateway.streams.roomJoined(LOBBY)));
    FakeStreaming.Log log = log(IN_LOBBY);
    gateway.does(() -> {
      gateway.streaming.loseFanouts = true;
      log.text("a", "b");
      gateway.streaming.loseFanouts = false;
      log.text("c");
    });
    hears(reader, "open", "1", "2", "3");
  }

  @Test
  void aStreamThatRunsForItsReadersEndsWithTheLastOfThem() {
    HttpGateway.await(gateway.<Future<StartedStream>>on(() -> gateway.streams.start(request(OWN, false), ANN, false, reader)));
    FakeStreaming.Log log = gateway.on(gateway.streaming::only);
    gateway.does(() -> log.text("a"));
    hears(reader, "open", "1");
    gateway.does(() -> reader.attachment.gone());
    Until.holds(() -> gateway.on(() -> gateway.streaming.gone.size() == 1));
    Until.holds(() -> gateway.on(() -> gateway.streaming.streams.isEmpty()));
  }

  @Test
  void anEndedStreamIsNoLongerReadOrWatched() {
    FakeStreaming.Log log = log(OWN);
    attach(OWN, null, null, reader);
    gateway.does(() -> log.append(new StreamRecord.Chunk(1, StreamRecord.Kind.CONTENT, "a", null, null, null)));
    gateway.does(log::complete);
    hears(reader, "open", "1", "end2");
    // Its owner has nothing more to say of it, so that it is in no hurry to hear it.
    gateway.does(() -> gateway.streams.tick());
    Until.holds(() -> gateway.on(() -> gateway.streaming.streams.isEmpty()));
    assertThat(attach(OWN, 2L, "word", new Reader()).complete()).isTrue();
  }
}
