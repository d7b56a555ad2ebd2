package dev.chorus.gateway.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.model.Principal;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** API keys, known only by their SHA-256: {@code [{"sha256","user","admin"?,"rooms"?}]}. They do not end. */
public final class ApiKeys {
  static final ApiKeys NONE = new ApiKeys(Map.of());
  private final Map<String, Principal> byHash;

  private ApiKeys(Map<String, Principal> byHash) {
    this.byHash = byHash;
  }

  /** Fails with a sentence that goes on after the setting's name. */
  static ApiKeys read(Path file, List<String> roomsByDefault) throws IOException {
    JsonNode keys;
    try {
      keys = Json.read(Files.readString(file));
    } catch (IOException e) {
      throw new IOException("names a file that cannot be read as JSON.", e);
    }
    if (!keys.isArray())
      throw new IOException("names a file that is not a JSON array of {\"sha256\",\"user\",\"admin\"?,\"rooms\"?}.");
    Map<String, Principal> byHash = new HashMap<>();
    for (JsonNode key : keys) {
      String hash = key.path("sha256").asText();
      if (!hash.matches("[0-9a-f]{64}"))
        throw new IOException("names a file with a 'sha256' that is not 64 lower-case hex digits.");
      String user = key.path("user").asText();
      if (!UserId.isValid(user))
        throw new IOException("names a file with a 'user' that has not 1 to 128 bytes.");
      byHash.put(hash, new Principal(new UserId(user), null, rooms(key, roomsByDefault), key.path("admin").asBoolean(false), 0));
    }
    return new ApiKeys(Map.copyOf(byHash));
  }

  private static List<String> rooms(JsonNode key, List<String> byDefault) throws IOException {
    JsonNode rooms = key.get("rooms");
    if (rooms == null || rooms.isNull())
      return byDefault;
    if (!rooms.isArray())
      throw new IOException("names a file with 'rooms' that are not an array.");
    List<String> globs = new ArrayList<>();
    for (JsonNode glob : rooms)
      globs.add(glob.asText());
    return List.copyOf(globs);
  }

  Optional<Principal> find(String credential) {
    return byHash.isEmpty() ? Optional.empty() : Optional.ofNullable(byHash.get(sha256(credential)));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
