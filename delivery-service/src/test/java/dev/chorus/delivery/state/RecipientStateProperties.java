package dev.chorus.delivery.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever happens to a message on its way to somebody, in whatever order. */
class RecipientStateProperties {
  enum Happening {
    DELIVERED, READ, ATTEMPT, TIMEOUT, DROP, RETRY, CANCEL
  }

  /** What is stored, changed as the statements change it. */
  private static final class World {
    long now = 1000;
    Long deliveredAt;
    Long readAt;
    Facts.Exceptional exception;
    Facts.Dropped dropped;
    Long cancelledAt;

    Facts facts() {
      return new Facts(1000, deliveredAt != null, deliveredAt, readAt != null, readAt, exception, dropped, cancelledAt);
    }

    void happen(Happening happening) {
      now++;
      Status status = RecipientState.of(facts()).status();
      boolean open = status == Status.SENT || status == Status.PENDING;
      switch (happening) {
        case DELIVERED -> deliveredAt = deliveredAt == null ? Long.valueOf(now) : deliveredAt;
        case READ -> {
          readAt = readAt == null ? Long.valueOf(now) : readAt;
          deliveredAt = deliveredAt == null ? Long.valueOf(now) : deliveredAt;
        }
        case ATTEMPT -> {
          if (open)
            exception = new Facts.Exceptional(Facts.Course.RETRYING, exception == null ? 1 : exception.attempts() + 1, null, now);
        }
        case TIMEOUT -> {
          if (status == Status.SENT && exception != null)
            exception = new Facts.Exceptional(Facts.Course.FAILED, exception.attempts(), "timeout", now);
        }
        case DROP -> {
          // A drop reaches over what was cancelled.
          if ((open || status == Status.CANCELLED) && exception == null && dropped == null)
            dropped = new Facts.Dropped("overflow", now);
        }
        case RETRY -> {
          if (status == Status.FAILED)
            exception = new Facts.Exceptional(Facts.Course.RETRYING, 0, null, now);
        }
        case CANCEL -> {
          cancelledAt = cancelledAt == null ? Long.valueOf(now) : cancelledAt;
          if (exception != null && exception.state() == Facts.Course.RETRYING)
            exception = new Facts.Exceptional(Facts.Course.CANCELLED, exception.attempts(), null, now);
        }
      }
    }
  }

  @Property(tries = 3000)
  void noStateGoesBackAndItsTimesAreKnown(@ForAll @Size(max = 20) List<Happening> happenings) {
    World world = new World();
    RecipientState before = RecipientState.of(world.facts());
    assertThat(before.status()).isEqualTo(Status.SENT);
    for (Happening happening : happenings) {
      world.happen(happening);
      RecipientState after = RecipientState.of(world.facts());
      assertThat(mayFollow(before.status(), after.status(), happening)).as("%s by %s to %s", before.status(), happening, after.status())
          .isTrue();
      if (happening == Happening.READ)
        assertThat(after.status()).isEqualTo(Status.READ);
      List<Long> times = new ArrayList<>(after.history().values());
      assertThat(after.history()).containsKey("SENT");
      if (after.status() != Status.PENDING)
        assertThat(after.history()).containsKey(after.status().name());
      if (after.status() == Status.READ)
        assertThat(after.history()).containsKey("DELIVERED");
      if (after.status() != Status.FAILED)
        assertThat(after.reason()).isNull();
      assertThat(times).isSorted();
      before = after;
    }
  }

  private static boolean mayFollow(Status before, Status after, Happening happening) {
    if (before == after)
      return true;
    return switch (before) {
      case PENDING, SENDING -> after != Status.SENDING;
      case SENT -> after == Status.DELIVERED || after == Status.READ || after == Status.FAILED || after == Status.CANCELLED;
      case DELIVERED -> after == Status.READ;
      case READ -> false;
      case FAILED -> after == Status.DELIVERED || after == Status.READ || (after == Status.PENDING && happening == Happening.RETRY);
      case CANCELLED -> after == Status.DELIVERED || after == Status.READ;
    };
  }
}
