package dev.chorus.streaming.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.streaming.conversation.Conversation.Misunderstood;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the content of a message: a text, or a list of parts. */
final class Contents {
  private static final String PARAM = "messages";
  private static final String DATA = "data:";
  private static final String BASE64 = ";base64,";

  private Contents() {}

  /** Empty texts are left out: the dialects that this is for refuse them. */
  static List<Part> parts(JsonNode content) throws Misunderstood {
    if (content.isTextual())
      return content.textValue().isEmpty() ? List.of() : List.of(new Part.Text(content.textValue()));
    List<Part> parts = new ArrayList<>();
    for (JsonNode part : content) {
      Part read = part(part);
      if (!(read instanceof Part.Text(String text)) || !text.isEmpty())
        parts.add(read);
    }
    return parts;
  }

  private static Part part(JsonNode part) throws Misunderstood {
    return switch (part.path("type").asText("")) {
      case "text", "input_text" -> new Part.Text(part.path("text").asText(""));
      case "refusal" -> new Part.Text(part.path("refusal").asText(""));
      case "image_url" ->
        media(true, part.path("image_url").isTextual() ? part.path("image_url") : part.path("image_url").path("url"), null);
      case "file" -> media(false, part.path("file").path("file_data"), part.path("file").path("filename").textValue());
      default ->
        throw new Misunderstood(PARAM, "This provider cannot take content of the type '" + shortened(part.path("type").asText("")) + "'.");
    };
  }

  private static Part media(boolean image, JsonNode where, String name) throws Misunderstood {
    String url = where.asText("");
    if (url.regionMatches(true, 0, DATA, 0, DATA.length())) {
      int at = url.toLowerCase(Locale.ROOT).indexOf(BASE64);
      if (at > 0)
        return new Part.Media(image, url.substring(DATA.length(), at), url.substring(at + BASE64.length()), null, name);
    } else if (url.startsWith("https://") || url.startsWith("http://")) {
      return new Part.Media(image, null, null, url, name);
    }
    throw new Misunderstood(PARAM, "An image or file has to be a data URL in base64, or an http URL.");
  }

  private static String shortened(String word) {
    return word.length() > 40 ? word.substring(0, 40) : word;
  }
}
