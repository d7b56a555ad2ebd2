package dev.chorus.delivery.retry;

import dev.chorus.delivery.retry.Recipient.Late;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * One room's messages that somebody connected has still to ack. Pure.
 *
 * <p>Recipients who ack in time cost nothing per message: each has one time at which they are looked at again, that of their oldest message which is not acked. Each late message is then
 * tried by itself, so that one which a client cannot take does not hold up those behind it. Who is far behind is read for in parts, each when those before it have had their time.
 * Beyond {@value #MAX_MESSAGES} messages the oldest are let go.
 */
final class RoomRetries {
  /** No time. */
  static final long NEVER = Long.MAX_VALUE;
  /** Below every seq. */
  static final long UNREAD = -1;
  private static final int MAX_MESSAGES = 4096;
  private final RetryPolicy policy;
  private final DoubleSupplier random;
  private final TreeMap<Long, Message> messages = new TreeMap<>();
  private final Map<UserId, Recipient> recipients = new HashMap<>();
  /** For whom the log is being read: what is appended meanwhile is kept, since the reading may not see it. */
  private final Set<UserId> reading = new HashSet<>();

  /** @param random in [0, 1), for the jitter */
  RoomRetries(RetryPolicy policy, DoubleSupplier random) {
    this.policy = policy;
    this.random = random;
  }

  /** Somebody begins to ack; where they stand is being read. */
  void comes(UserId user) {
    reading.add(user);
  }

  /**
   * This user acks, and stands there. Returns when to look at them.
   *
   * @param end up to where messages above the mark are {@link #known}, {@link Recipient#ALL} if all are
   */
  long connected(UserId user, long delivered, List<Noted> noted, long end, long now) {
    reading.remove(user);
    Recipient recipient = new Recipient(user, now, delivered, end);
    recipients.put(user, recipient);
    return begin(recipient, noted, now);
  }

  /** Messages are known further on, up to that end: they have their time from now on. Returns when to look at that user. */
  long readOn(UserId user, List<Noted> noted, long end, long now) {
    reading.remove(user);
    Recipient recipient = recipients.get(user);
    if (recipient == null)
      return NEVER;
    recipient.readOn(end, now);
    return begin(recipient, noted, now);
  }

  private long begin(Recipient recipient, List<Noted> noted, long now) {
    for (Noted one : noted) {
      if (one.seq() <= recipient.looked)
        continue;
      if (one.settled())
        recipient.settled.add(one.seq());
      else if (messages.containsKey(one.seq()))
        recipient.late.putIfAbsent(one.seq(),
            new Late(one.attempts(), now + policy.wait(one.attempts() + 1, random.getAsDouble()), one.attempts() == 0));
    }
    return plan(recipient);
  }

  /** Whether the log is to be read on for that user now; said once, until it is done. */
  boolean isToReadOn(UserId user, long now) {
    Recipient recipient = recipients.get(user);
    if (recipient == null || !lacks(recipient) || now < recipient.since + policy.timeoutMs())
      return false;
    reading.add(user);
    plan(recipient);
    return true;
  }

  /** Up to where nothing has to be read for that user any more; {@link #UNREAD} before they are {@link #connected}. */
  long readTo(UserId user) {
    Recipient recipient = recipients.get(user);
    return recipient == null ? UNREAD : recipient.readTo();
  }

  /** Nothing that is known waits for its time, and there is more in the log. */
  private boolean lacks(Recipient recipient) {
    return recipient.end != Recipient.ALL && !reading.contains(recipient.user) && !recipient.isFull() && next(recipient) == null;
  }

  /** The next known message that has not had its time; null if there is none. */
  private Message next(Recipient recipient) {
    Map.Entry<Long, Message> next = messages.higherEntry(recipient.looked);
    return next == null || next.getKey() > recipient.end ? null : next.getValue();
  }

  /** Their connections are gone, or ack no more. */
  void disconnected(UserId user) {
    reading.remove(user);
    recipients.remove(user);
  }

  boolean isTracked(UserId user) {
    return recipients.containsKey(user);
  }

  boolean isEmpty() {
    return recipients.isEmpty() && reading.isEmpty();
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
    collect(recipient, now);
    List<Step> steps = new ArrayList<>();
    for (Iterator<Map.Entry<Long, Late>> all = recipient.late.entrySet().iterator(); all.hasNext();) {
      Map.Entry<Long, Late> entry = all.next();
      Message message = messages.get(entry.getKey());
      Late late = entry.getValue();
      boolean isDue = late.due <= now && !late.underWay;
      if (message == null) {
        all.remove();
      } else if (isDue && late.made >= policy.attempts() && !late.asked) {
        all.remove();
        recipient.settle(message.seq());
        steps.add(new Step.GiveUp(user, message, late.made));
      } else if (isDue) {
        late.made++;
        late.underWay = true;
        late.due = now + (late.made < policy.attempts() ? policy.wait(late.made + 1, random.getAsDouble()) : policy.lastWait());
        steps.add(new Step.Again(user, message, late.made, late.asked));
        late.asked = false;
      }
    }
    prune();
    plan(recipient);
    return steps;
  }

  /** That attempt has been noted: only now the next one may follow, so that none overtakes it. */
  void noted(UserId user, long seq) {
    Recipient recipient = recipients.get(user);
    Late late = recipient == null ? null : recipient.late.get(seq);
    if (late == null)
      return;
    late.underWay = false;
    recipient.wakeAt = Math.min(recipient.wakeAt, late.due);
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
  private void collect(Recipient recipient, long now) {
    for (Message message = next(recipient); message != null; message = next(recipient)) {
      if (timeout(recipient, message) > now || recipient.isFull())
        return;
      boolean settled = recipient.settled.contains(message.seq());
      recipient.looked(message.seq());
      if (message.isFor(recipient.user) && !settled)
        recipient.late.putIfAbsent(message.seq(), new Late(0, now + policy.wait(1, random.getAsDouble()), false));
    }
  }

  private long timeout(Recipient recipient, Message message) {
    return Math.max(message.at(), recipient.since) + policy.timeoutMs();
  }

  private long plan(Recipient recipient) {
    Message next = recipient.isFull() ? null : next(recipient);
    long wake = next == null ? NEVER : timeout(recipient, next);
    if (lacks(recipient))
      wake = recipient.since + policy.timeoutMs();
    for (Late late : recipient.late.values())
      wake = late.underWay ? wake : Math.min(wake, late.due);
    recipient.wakeAt = wake;
    return wake;
  }

  /** Of those who are read for in parts nobody needs what lies between their parts and what the others have had. */
  private void prune() {
    if (!reading.isEmpty())
      return;
    long parts = Long.MAX_VALUE;
    long ends = 0;
    long others = Long.MAX_VALUE;
    for (Recipient recipient : recipients.values()) {
      if (recipient.end == Recipient.ALL) {
        others = Math.min(others, recipient.delivered);
      } else {
        parts = Math.min(parts, recipient.delivered);
        ends = Math.max(ends, recipient.keepTo());
      }
    }
    messages.headMap(Math.min(parts, others), true).clear();
    if (ends < others)
      messages.subMap(ends, false, others, true).clear();
  }
}
