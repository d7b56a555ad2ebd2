package dev.chorus.delivery.retry;

import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;

/**
 * One room's messages that somebody connected has still to ack. Pure.
 *
 * <p>Recipients who ack in time cost nothing per message: each has one time at which they are looked at again, that of their oldest message which is not acked. Each late message is then
 * tried by itself, so that one which a client cannot take does not hold up those behind it. Beyond {@value #MAX_MESSAGES} messages the oldest are let go.
 */
final class RoomRetries {
  /** No time. */
  static final long NEVER = Long.MAX_VALUE;
  private static final int MAX_MESSAGES = 4096;
  private static final int MAX_LATE = 256;
  private final RetryPolicy policy;
  private final DoubleSupplier random;
  private final TreeMap<Long, Message> messages = new TreeMap<>();
  private final Map<UserId, Recipient> recipients = new HashMap<>();

  /** Somebody who acks. */
  private static final class Recipient {
    final long since;
    final TreeMap<Long, Late> late = new TreeMap<>();
    long delivered;
    /** Up to here messages have had their time. */
    long looked;
    /** What has FAILED here, or was cancelled, of what has not had its time: of what has, nothing is begun again. */
    final TreeSet<Long> settled = new TreeSet<>();
    long wakeAt = NEVER;

    Recipient(long since, long delivered) {
      this.since = since;
      this.delivered = delivered;
      this.looked = delivered;
    }

    void looked(long seq) {
      looked = Math.max(looked, seq);
      settled.headSet(looked, true).clear();
    }

    void settle(long seq) {
      if (seq > looked)
        settled.add(seq);
    }
  }

  /** A message that was not acked in time. */
  private static final class Late {
    int made;
    long due;
    /** The sender wants it tried: it is, at least once, also where nothing is tried of itself. */
    boolean asked;

    Late(int made, long due, boolean asked) {
      this.made = made;
      this.due = due;
      this.asked = asked;
    }
  }

  /**
   * What an earlier owner has noted.
   *
   * @param settled FAILED or cancelled: nothing more is to be done
   */
  record Noted(long seq, int attempts, boolean settled) {}

  /** @param random in [0, 1), for the jitter */
  RoomRetries(RetryPolicy policy, DoubleSupplier random) {
    this.policy = policy;
    this.random = random;
  }

  /** From now on this user acks. Returns when to look at them. */
  long connected(UserId user, long delivered, List<Noted> noted, long now) {
    Recipient recipient = new Recipient(now, delivered);
    for (Noted one : noted) {
      if (one.seq() <= delivered)
        continue;
      if (one.settled())
        recipient.settled.add(one.seq());
      else if (messages.containsKey(one.seq()))
        recipient.late.put(one.seq(),
            new Late(one.attempts(), now + policy.wait(one.attempts() + 1, random.getAsDouble()), one.attempts() == 0));
    }
    recipients.put(user, recipient);
    return plan(recipient);
  }

  /** Their connections are gone, or ack no more. */
  void disconnected(UserId user) {
    recipients.remove(user);
  }

  boolean isTracked(UserId user) {
    return recipients.containsKey(user);
  }

  boolean isEmpty() {
    return recipients.isEmpty();
  }

  /** How many messages, and how many decisions about one of them at one recipient, are kept. */
  int kept() {
    return messages.size() + recipients.values().stream().mapToInt(recipient -> recipient.late.size() + recipient.settled.size()).sum();
  }

  /** A message that asks for acks. Returns who is to be looked at, and when. */
  Map<UserId, Long> appended(Message message) {
    known(message);
    Map<UserId, Long> wake = new HashMap<>();
    recipients.forEach((user, recipient) -> {
      if (recipient.wakeAt == NEVER)
        wake.put(user, plan(recipient));
    });
    return wake;
  }

  /** A message out of the log. */
  void known(Message message) {
    messages.put(message.seq(), message);
    if (messages.size() > MAX_MESSAGES)
      messages.pollFirstEntry();
  }

  /** The delivered mark of that user. */
  void marked(UserId user, long delivered) {
    Recipient recipient = recipients.get(user);
    if (recipient == null || delivered <= recipient.delivered)
      return;
    recipient.delivered = delivered;
    recipient.looked(delivered);
    recipient.late.headMap(delivered, true).clear();
  }

  /** The sender wants a FAILED one tried again. Returns when to look at that user: NEVER if they are not here. */
  long asked(UserId user, Message message, long now) {
    Recipient recipient = recipients.get(user);
    if (recipient == null || message.seq() <= recipient.delivered)
      return NEVER;
    messages.putIfAbsent(message.seq(), message);
    recipient.settled.remove(message.seq());
    recipient.late.put(message.seq(), new Late(0, now, true));
    recipient.wakeAt = now;
    return now;
  }

  /** Nobody gets it again. */
  void cancelled(long seq) {
    messages.remove(seq);
    recipients.values().forEach(recipient -> recipient.late.remove(seq));
  }

  /** Nothing more is to be done about it at that user. */
  void settled(UserId user, long seq) {
    Recipient recipient = recipients.get(user);
    if (recipient == null)
      return;
    recipient.late.remove(seq);
    recipient.settle(seq);
  }

  /** What is to be done for that user now, and when to look again. */
  List<Step> look(UserId user, long now) {
    Recipient recipient = recipients.get(user);
    // Woken by a time that holds no more.
    if (recipient == null || recipient.wakeAt > now)
      return List.of();
    collect(recipient, user, now);
    List<Step> steps = new ArrayList<>();
    for (Iterator<Map.Entry<Long, Late>> all = recipient.late.entrySet().iterator(); all.hasNext();) {
      Map.Entry<Long, Late> entry = all.next();
      Message message = messages.get(entry.getKey());
      Late late = entry.getValue();
      if (message == null) {
        all.remove();
      } else if (late.due <= now && late.made >= policy.attempts() && !late.asked) {
        all.remove();
        recipient.settle(message.seq());
        steps.add(new Step.GiveUp(user, message, late.made));
      } else if (late.due <= now) {
        late.made++;
        late.due = now + (late.made < policy.attempts() ? policy.wait(late.made + 1, random.getAsDouble()) : policy.lastWait());
        steps.add(new Step.Again(user, message, late.made, late.asked));
        late.asked = false;
      }
    }
    prune();
    plan(recipient);
    return steps;
  }

  /** A step could not be noted, so it was not done: it is due again then. Returns when to look at that user. */
  long undone(Step step, long due) {
    Recipient recipient = recipients.get(step.user());
    if (recipient == null || step.message().seq() <= recipient.delivered)
      return NEVER;
    int made = switch (step) {
      case Step.Again again -> again.attempt() - 1;
      case Step.GiveUp gaveUp -> gaveUp.attempts();
    };
    recipient.settled.remove(step.message().seq());
    recipient.late.put(step.message().seq(), new Late(made, due, step instanceof Step.Again again && again.asked()));
    return plan(recipient);
  }

  /** When to look at that user again, NEVER if nothing waits. */
  long wakeAt(UserId user) {
    Recipient recipient = recipients.get(user);
    return recipient == null ? NEVER : recipient.wakeAt;
  }

  /** Messages whose time is over become late ones. */
  private void collect(Recipient recipient, UserId user, long now) {
    for (Message message : messages.tailMap(recipient.looked, false).values()) {
      if (timeout(recipient, message) > now || recipient.late.size() >= MAX_LATE)
        return;
      boolean settled = recipient.settled.contains(message.seq());
      recipient.looked(message.seq());
      if (message.isFor(user) && !settled)
        recipient.late.computeIfAbsent(message.seq(), seq -> new Late(0, now + policy.wait(1, random.getAsDouble()), false));
    }
  }

  private long timeout(Recipient recipient, Message message) {
    return Math.max(message.at(), recipient.since) + policy.timeoutMs();
  }

  private long plan(Recipient recipient) {
    Map.Entry<Long, Message> next = recipient.late.size() >= MAX_LATE ? null : messages.higherEntry(recipient.looked);
    long wake = next == null ? NEVER : timeout(recipient, next.getValue());
    for (Late late : recipient.late.values())
      wake = Math.min(wake, late.due);
    recipient.wakeAt = wake;
    return wake;
  }

  private void prune() {
    long lowest = recipients.values().stream().mapToLong(recipient -> recipient.delivered).min().orElse(Long.MAX_VALUE);
    messages.headMap(lowest, true).clear();
  }
}
