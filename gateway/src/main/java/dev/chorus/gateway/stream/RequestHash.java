package dev.chorus.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** A short word for what was asked for: the same words, the same request. */
public final class RequestHash {
  private RequestHash() {}

  /** Of a request's JSON, however the fields of its objects are ordered, and what else belongs to it. */
  public static String ofJson(String json, String... more) {
    String[] parts = new String[more.length + 1];
    parts[0] = Json.text(sorted(Json.tree(json.getBytes(StandardCharsets.UTF_8))));
    System.arraycopy(more, 0, parts, 1, more.length);
    return of(parts);
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      ArrayNode list = Json.MAPPER.createArrayNode();
      node.forEach(item -> list.add(sorted(item)));
      return list;
    }
    if (!node.isObject())
      return node;
    ObjectNode object = Json.MAPPER.createObjectNode();
    node.properties().stream().sorted(Map.Entry.comparingByKey()).forEach(field -> object.set(field.getKey(), sorted(field.getValue())));
    return object;
  }

  /** SHA-256 of the parts, each ended so that no two lists of parts read the same; null counts as empty. */
  public static String of(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update((part == null ? "" : part).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
