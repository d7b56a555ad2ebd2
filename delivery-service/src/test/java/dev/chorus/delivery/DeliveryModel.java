package dev.chorus.delivery;

import dev.chorus.protocol.Ack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What must come of it when the members of a room send, ack, read, come and go, cancel, drop and ask again while time passes: as simple as it can be said, for each message and
 * recipient by itself.
 */
final class DeliveryModel {
  static final int ATTEMPTS = 5;
  final List<Message> messages = new ArrayList<>();
  final Map<String, Long> delivered = new HashMap<>();
  final Map<String, Long> read = new HashMap<>();
  /** Who is connected, and whether they ack. */
  final Map<String, Boolean> connected = new TreeMap<>();
  long head;

  /** How a message stands that the recipient's marks do not cover. */
  enum Course {
    SENT, PENDING, FAILED, CANCELLED
  }

  static final class Recipient {
    Course course = Course.SENT;
    /** Since the message was sent, or since its sender asked last. */
    int attempts;
    /** Whether the time to ack it is over. */
    boolean late;
    int redeliveries;
    int failures;

    boolean isOpen() {
      return course == Course.SENT || course == Course.PENDING;
    }

    void attempt() {
      attempts++;
      redeliveries++;
      course = Course.SENT;
    }

    void fail() {
      course = Course.FAILED;
      failures++;
    }
  }

  static final class Message {
    final Ack.Sent sent;
    final String sender;
    final Map<String, Recipient> recipients = new TreeMap<>();

    Message(Ack.Sent sent, String sender) {
      this.sent = sent;
      this.sender = sender;
    }
  }

  DeliveryModel(List<String> users) {
    for (String user : users) {
      delivered.put(user, 0L);
      read.put(user, 0L);
    }
  }

  /** @param to null: everybody else */
  void sent(Ack.Sent sent, String sender, String to) {
    Message message = new Message(sent, sender);
    delivered.keySet().stream().filter(user -> to == null ? !user.equals(sender) : user.equals(to))
        .forEach(user -> message.recipients.put(user, new Recipient()));
    messages.add(message);
  }

  void marked(String user, long deliveredSeq, long readSeq) {
    read.merge(user, readSeq, Math::max);
    delivered.merge(user, Math.max(deliveredSeq, read.get(user)), Math::max);
  }

  void cancelled(Message message) {
    open(message, user -> true).forEach(recipient -> recipient.course = Course.CANCELLED);
  }

  /** Who acks gets it at once, others when they come. */
  void asked(Message message) {
    message.recipients.forEach((user, recipient) -> {
      if (isReached(message, user) || recipient.course != Course.FAILED)
        return;
      recipient.course = Course.PENDING;
      recipient.attempts = 0;
      recipient.late = true;
      if (acks(user))
        recipient.attempt();
    });
  }

  void dropped(String user) {
    messages.forEach(message -> open(message, user::equals).forEach(Recipient::fail));
  }

  void came(String user, boolean acks) {
    boolean before = acks(user);
    connected.put(user, acks);
    if (acks && !before)
      begins(user);
  }

  void left(String user) {
    connected.remove(user);
  }

  /** Another node owns the room: it knows what was tried, and gives everybody their time again. */
  void moved() {
    connected.keySet().stream().filter(this::acks).forEach(this::begins);
  }

  private void begins(String user) {
    messages.forEach(message -> open(message, user::equals)
        .forEach(recipient -> recipient.late = recipient.attempts > 0 || recipient.course == Course.PENDING));
  }

  /** More time than any wait takes. */
  void timePassed() {
    messages.forEach(message -> open(message, this::acks).forEach(recipient -> {
      if (!recipient.late)
        recipient.late = true;
      else if (recipient.attempts < ATTEMPTS)
        recipient.attempt();
      else
        recipient.fail();
    }));
  }

  boolean acks(String user) {
    return connected.getOrDefault(user, false);
  }

  private boolean isReached(Message message, String user) {
    return delivered.get(user) >= message.sent.seq();
  }

  private List<Recipient> open(Message message, Predicate<String> whom) {
    return message.recipients.entrySet().stream()
        .filter(one -> whom.test(one.getKey()) && !isReached(message, one.getKey()) && one.getValue().isOpen()).map(Map.Entry::getValue)
        .toList();
  }

  String status(Message message, String user) {
    if (read.get(user) >= message.sent.seq())
      return "READ";
    return isReached(message, user) ? "DELIVERED" : message.recipients.get(user).course.name();
  }

  /** How many recipients of the sender's messages stand so. */
  long count(String sender, String status) {
    return messages.stream().filter(message -> message.sender.equals(sender))
        .mapToLong(message -> message.recipients.keySet().stream().filter(user -> status(message, user).equals(status)).count()).sum();
  }

  long retries(String sender) {
    return messages.stream().filter(message -> message.sender.equals(sender)).flatMap(message -> message.recipients.values().stream())
        .mapToLong(recipient -> recipient.redeliveries).sum();
  }
}
