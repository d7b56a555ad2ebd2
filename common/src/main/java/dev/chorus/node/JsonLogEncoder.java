package dev.chorus.node;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.event.KeyValuePair;

/**
 * One log event as one line of JSON: {@code at} (milliseconds since the epoch), {@code level}, {@code logger}, {@code thread}, {@code message}, then the
 * event's own keys, then {@code error} with the stack trace. Named in {@code logback.xml}.
 */
public final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = new byte[0];
  private final JsonFactory json = new JsonFactory();

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator out = json.createGenerator(line)) {
      out.writeStartObject();
      out.writeNumberField("at", event.getTimeStamp());
      out.writeStringField("level", event.getLevel().toString());
      out.writeStringField("logger", event.getLoggerName());
      out.writeStringField("thread", event.getThreadName());
      out.writeStringField("message", event.getFormattedMessage());
      if (event.getKeyValuePairs() != null)
        for (KeyValuePair pair : event.getKeyValuePairs())
          write(out, pair);
      if (event.getThrowableProxy() != null)
        out.writeStringField("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
      out.writeEndObject();
    } catch (IOException impossible) {
      return (impossible + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static void write(JsonGenerator out, KeyValuePair pair) throws IOException {
    switch (pair.value) {
      case null -> out.writeNullField(pair.key);
      case Integer number -> out.writeNumberField(pair.key, number);
      case Long number -> out.writeNumberField(pair.key, number);
      case Double number -> out.writeNumberField(pair.key, number);
      case Boolean flag -> out.writeBooleanField(pair.key, flag);
      default -> out.writeStringField(pair.key, pair.value.toString());
    }
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
