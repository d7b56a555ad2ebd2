package dev.chorus.bench.load;

import java.util.stream.IntStream;

/**
 * Who sits where. Reader {@code i} reads {@code roomsPerReader} neighbouring rooms, publisher {@code p} sends to rooms {@code p, p + publishers, …} in
 * turn, so that every room has one publisher, but for a single room, which all of them share.
 *
 * @param readersPerUser connections that share one user
 * @param contentLength characters of each message
 */
public record Seating(int rooms, int readers, int roomsPerReader, int readersPerUser, int publishers, int contentLength) {
  /** The usual length of a chat message in these runs. */
  public static final int USUAL_CONTENT = 128;

  /** Readers that each sit in one room, publishers apart from them. */
  public static Seating oneRoomEach(int rooms, int readers, int publishers) {
    return new Seating(rooms, readers, 1, Math.max(1, readers / rooms / 100), publishers, USUAL_CONTENT);
  }

  double readersPerRoom() {
    return (double) readers * roomsPerReader / rooms;
  }

  int firstRoom(int reader) {
    return reader * roomsPerReader % rooms;
  }

  int[] roomsOfPublisher(int publisher) {
    if (rooms < publishers)
      return new int[]{publisher % rooms};
    return IntStream.range(0, rooms).filter(room -> room % publishers == publisher).toArray();
  }

  String readerName(int reader) {
    return "reader-" + reader / readersPerUser;
  }

  String publisherName(int publisher) {
    return "publisher-" + publisher;
  }
}
