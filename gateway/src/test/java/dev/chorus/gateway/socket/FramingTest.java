package dev.chorus.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The frames that are written are what any decoder of the standard reads. */
final class FramingTest {
  private static final UnpooledByteBufAllocator BUFFERS = UnpooledByteBufAllocator.DEFAULT;

  /** To be released, or many of them together are more memory than there is. */
  private static List<WebSocketFrame> decoded(ByteBuf bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 1 << 24));
    channel.writeInbound(bytes);
    List<WebSocketFrame> frames = new ArrayList<>();
    while (channel.inboundMessages().peek() != null)
      frames.add(channel.readInbound());
    channel.finishAndReleaseAll();
    return frames;
  }

  @Property(tries = 200)
  void envelopesComeBackWholeAndInOrder(@ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 70_000) Integer> lengths) {
    List<byte[]> envelopes = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      byte[] envelope = new byte[lengths.get(i)];
      Arrays.fill(envelope, (byte) ('a' + i % 26));
      envelopes.add(envelope);
    }
    List<String> read = new ArrayList<>();
    for (WebSocketFrame frame : decoded(Framing.text(BUFFERS, envelopes))) {
      assertThat(frame.isFinalFragment()).isTrue();
      String text = ((TextWebSocketFrame) frame).text();
      frame.release();
      assertThat(text.length() <= 32 * 1024 || !text.contains("\n")).isTrue();
      read.addAll(List.of(text.split("\n", -1)));
    }
    assertThat(read).isEqualTo(envelopes.stream().map(envelope -> new String(envelope, StandardCharsets.UTF_8)).toList());
  }

  @Test
  void aCloseFrameCarriesCodeAndReason() {
    CloseWebSocketFrame close = (CloseWebSocketFrame) decoded(Framing.close(BUFFERS, 4000, CloseCode.DRAIN.reason(2300))).getFirst();
    assertThat(close.statusCode()).isEqualTo(4000);
    assertThat(close.reasonText()).isEqualTo("{\"code\":\"drain\",\"reconnectInMs\":2300}");
    assertThat(((CloseWebSocketFrame) decoded(Framing.close(BUFFERS, -1, "")).getFirst()).statusCode()).isEqualTo(-1);
  }
}
