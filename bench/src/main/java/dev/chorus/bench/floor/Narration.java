package dev.chorus.bench.floor;

import dev.chorus.bench.load.Recital;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection of the {@link StreamProvider}: reads a request, tells its {@link Recital} token by token, waits for the next request. */
final class Narration {
  private static final long TOKEN_NANOS = 20_000_000;
  private static final int DEFAULT_TOKENS = 50;
  private static final byte[] HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
      .getBytes(StandardCharsets.US_ASCII);
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)", Pattern.CASE_INSENSITIVE);
  private static final String CHUNK = "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"mock\",\"choices\":[%s]}\n\n";
  private static final String[] AROUND = CHUNK.formatted("{\"index\":0,\"delta\":{\"content\":\"|\"},\"finish_reason\":null}").split("\\|");
  private static final byte[] ROLE = framed(
      CHUNK.formatted("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}"));
  private static final byte[] END = framed(CHUNK.formatted("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}") + "data: [DONE]\n\n");
  private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private final SocketChannel channel;
  private final SelectionKey key;
  private byte[] asked = new byte[1024];
  private int length;
  private Recital recital;
  private byte[] filler;
  private int tokens;
  private int said;
  private long beganAt;
  private boolean answering;
  private ByteBuffer unsent;
  /** Until then the reader has kept it waiting. */
  private long heldUntil;

  Narration(SocketChannel channel, SelectionKey key) {
    this.channel = channel;
    this.key = key;
  }

  /** When the next token is due, by System.nanoTime(). */
  long dueAt() {
    return beganAt + said * TOKEN_NANOS;
  }

  /** Whether there is something to say, and somebody who takes it. */
  boolean hasMore() {
    return answering && unsent == null;
  }

  /** Writes what is due: one token, or several when the reader has kept it waiting. */
  void speak(long now, ByteBuffer work) {
    if (!hasMore())
      return;
    work.clear();
    if (said == 0)
      work.put(HEAD).put(ROLE);
    while (said < tokens && dueAt() <= now && roomFor(work)) {
      work.put(Recital.isMarked(said) ? framed(AROUND[0] + recital.token(said, stamp(now)) + AROUND[1]) : filler);
      said++;
    }
    if (said == tokens && roomFor(work)) {
      work.put(END).put(LAST);
      answering = false;
    }
    write(work.flip());
  }

  /** What the reader has kept waiting is as old as if it had not; that this process was late is none of its doing. */
  private long stamp(long now) {
    return dueAt() < heldUntil ? dueAt() : now;
  }

  private boolean roomFor(ByteBuffer work) {
    return work.remaining() > 2 * (filler.length + END.length + LAST.length);
  }

  private void write(ByteBuffer bytes) {
    try {
      channel.write(bytes);
      if (bytes.hasRemaining()) {
        unsent = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      }
    } catch (IOException gone) {
      close();
    }
  }

  /** The reader can take more. */
  void flush() {
    ByteBuffer rest = unsent;
    unsent = null;
    key.interestOps(SelectionKey.OP_READ);
    if (rest != null)
      write(rest);
    heldUntil = System.nanoTime();
  }

  /** Reads a request, or that nobody listens any more. */
  void read(ByteBuffer work) {
    work.clear();
    try {
      if (channel.read(work) < 0) {
        close();
        return;
      }
    } catch (IOException gone) {
      close();
      return;
    }
    work.flip();
    asked = asked.length < length + work.remaining() ? Arrays.copyOf(asked, 2 * (length + work.remaining())) : asked;
    int count = work.remaining();
    work.get(asked, length, count);
    length += count;
    request();
  }

  private void request() {
    String text = new String(asked, 0, length, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n");
    Matcher size = LENGTH.matcher(text);
    if (head < 0 || !size.find())
      return;
    int end = head + 4 + Integer.parseInt(size.group(1));
    if (length < end)
      return;
    JsonObject body = Buffer.buffer(Arrays.copyOfRange(asked, head + 4, end)).toJsonObject();
    length = 0;
    tokens = body.getInteger("max_tokens", DEFAULT_TOKENS);
    recital = new Recital(body.getInteger("filler", Recital.USUAL.fillerBytes()));
    filler = framed(AROUND[0] + recital.filler() + AROUND[1]);
    said = 0;
    heldUntil = 0;
    beganAt = System.nanoTime();
    answering = true;
  }

  private void close() {
    answering = false;
    unsent = null;
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed as far as we are concerned.
    }
  }

  /** As a chunk of HTTP's chunked coding. */
  private static byte[] framed(String text) {
    return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }
}
