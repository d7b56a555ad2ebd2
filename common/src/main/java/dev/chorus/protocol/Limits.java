package dev.chorus.protocol;

/**
 * The sizes that the codec enforces, settings of docs/protocol.md section 11.
 *
 * @param contentBytes of a message, UTF-8
 * @param metadataBytes of a message's metadata as JSON text, UTF-8
 * @param clientIdCharacters of a clientId
 */
public record Limits(int contentBytes, int metadataBytes, int clientIdCharacters) {
  public static final Limits DEFAULT = new Limits(65_536, 4096, 64);
}
