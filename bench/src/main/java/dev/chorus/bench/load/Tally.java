package dev.chorus.bench.load;

/** What the connections of one crowd have counted together: everything since the start, and apart from that what fell into the measured window. */
final class Tally {
  /** The counts of a moment. */
  record Mark(long received, long acked, long refused, long outOfOrder) {}

  private long received;
  private long outOfOrder;
  private long acked;
  private long refused;
  private long lostSockets;
  private String trouble;
  private boolean counting;
  private long countedDeliveries;
  private long countedAcks;
  private Histogram delivery = new Histogram();
  private Histogram ack = new Histogram();

  void delivered(long nanos) {
    received++;
    if (!counting)
      return;
    countedDeliveries++;
    delivery.record(nanos);
  }

  void acked(long nanos) {
    acked++;
    if (!counting)
      return;
    countedAcks++;
    ack.record(nanos);
  }

  void outOfOrder() {
    outOfOrder++;
  }

  void refused(String answer) {
    refused++;
    if (trouble == null)
      trouble = answer;
  }

  void lostSocket(String reason) {
    lostSockets++;
    if (trouble == null)
      trouble = reason;
  }

  void startCounting() {
    counting = true;
    countedDeliveries = 0;
    countedAcks = 0;
    delivery = new Histogram();
    ack = new Histogram();
  }

  void stopCounting() {
    counting = false;
  }

  /** Where the counts stand, to be compared with later. */
  Mark mark() {
    return new Mark(received, acked, refused, outOfOrder);
  }

  long receivedSince(Mark mark) {
    return received - mark.received;
  }

  long ackedSince(Mark mark) {
    return acked - mark.acked;
  }

  long refusedSince(Mark mark) {
    return refused - mark.refused;
  }

  long outOfOrderSince(Mark mark) {
    return outOfOrder - mark.outOfOrder;
  }

  long lostSockets() {
    return lostSockets;
  }

  /** The first thing that went wrong, in the server's words; null if nothing did. */
  String trouble() {
    return trouble;
  }

  long countedDeliveries() {
    return countedDeliveries;
  }

  long countedAcks() {
    return countedAcks;
  }

  Histogram delivery() {
    return delivery;
  }

  Histogram ack() {
    return ack;
  }
}
