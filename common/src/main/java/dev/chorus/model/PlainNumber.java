package dev.chorus.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes a whole number as one, as JavaScript does: clients that said 10 hear 10, not 10.0. */
final class PlainNumber extends JsonSerializer<Double> {
  private static final double MAX_SAFE_INTEGER = (1L << 53) - 1;

  @Override
  public void serialize(Double number, JsonGenerator out, SerializerProvider context) throws IOException {
    if (number == Math.rint(number) && Math.abs(number) <= MAX_SAFE_INTEGER)
      out.writeNumber(number.longValue());
    else
      out.writeNumber(number);
  }
}
