package dev.chorus.streaming.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.provider.Finish;
import java.util.function.Consumer;

/** Reads the events of one answer, taken out of their frames. */
interface EventBody {
  void on(String type, JsonNode payload, Consumer<Heard> heard);

  boolean isWhole();

  boolean saidWhy();

  Finish finish();
}
