package dev.chorus.streaming.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.ToolDelta;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.ProviderFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** What a decoder made of a body. */
public record Hearing(List<Heard> heard, boolean saidWhy, Finish finish) {
  /** A cut at each place, one at a time, costs the square of the size: of a long body as much of the beginning as this allows. */
  private static final int WORK = 4_000_000;

  public static Hearing of(Decoder decoder, byte[] bytes, int... cuts) {
    List<Heard> heard = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      decoder.feed(Arrays.copyOfRange(bytes, from, cut), heard::add);
      from = cut;
    }
    decoder.feed(Arrays.copyOfRange(bytes, from, bytes.length), heard::add);
    return new Hearing(heard, decoder.saidWhy(), decoder.saidWhy() ? decoder.finish() : null);
  }

  /** The same body cut at every place at once, and at each place alone, says the same. */
  public static Hearing anyhow(Supplier<Decoder> decoder, byte[] bytes) {
    Hearing whole = of(decoder.get(), bytes);
    int[] everywhere = java.util.stream.IntStream.range(1, bytes.length).toArray();
    assertThat(of(decoder.get(), bytes, everywhere)).isEqualTo(whole);
    for (int cut = 0; cut <= Math.min(bytes.length, WORK / bytes.length); cut++)
      assertThat(of(decoder.get(), bytes, cut)).as("cut at %d", cut).isEqualTo(whole);
    return whole;
  }

  public List<Frame> frames() {
    return heard.stream().filter(Heard.Said.class::isInstance).map(said -> ((Heard.Said) said).frame()).toList();
  }

  private <T extends Piece> List<T> pieces(Class<T> kind) {
    return frames().stream().flatMap(frame -> frame.pieces().stream()).filter(kind::isInstance).map(kind::cast).toList();
  }

  public String text() {
    return String.join("", pieces(Piece.Content.class).stream().map(Piece.Content::text).toList());
  }

  public String reasoning() {
    return String.join("", pieces(Piece.Reasoning.class).stream().map(Piece.Reasoning::text).toList());
  }

  public List<ToolDelta> tools() {
    return pieces(Piece.Tool.class).stream().map(Piece.Tool::delta).toList();
  }

  /** The arguments of that tool call, joined. */
  public String arguments(int index) {
    return String.join("", tools().stream().filter(delta -> delta.index() == index && delta.arguments() != null)
        .map(ToolDelta::arguments).toList());
  }

  /** The first failure, or null. */
  public ProviderFailure failure() {
    return heard.stream().filter(Heard.Failed.class::isInstance).map(failed -> ((Heard.Failed) failed).failure()).findFirst().orElse(null);
  }
}
