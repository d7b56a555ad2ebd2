package dev.chorus.delivery;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Text;
import dev.chorus.protocol.ClientFrame.Delete;
import dev.chorus.protocol.ClientFrame.Edit;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.Optional;

/** What can be said of a message without looking at its room. */
final class SendRules {
  private SendRules() {}

  /** Why it is refused, if it is. */
  static Optional<Problem> refusal(Append append) {
    return switch (append.entry()) {
      case Send send -> {
        if (send.role() != Send.Role.USER && !append.admin())
          yield problem(ErrorCode.FORBIDDEN, "Only an admin sends with another 'role' than user.");
        yield storable(send.content(), send.agentId(), send.metadata(), send.clientId());
      }
      case Edit edit -> storable(edit.content(), edit.metadata(), edit.clientId(), edit.messageId());
      case Delete deletion -> storable(deletion.clientId(), deletion.messageId());
    };
  }

  /** An unpaired surrogate would be stored as a question mark, and live readers would get something else than later ones. */
  private static Optional<Problem> storable(String... texts) {
    for (String text : texts) {
      if (!isStorable(text))
        return problem(ErrorCode.BAD_REQUEST, "The message holds U+0000 or an unpaired surrogate.");
    }
    return Optional.empty();
  }

  private static boolean isStorable(String text) {
    return text == null || Text.isStorable(text);
  }

  private static Optional<Problem> problem(ErrorCode code, String sentence) {
    return Optional.of(Problem.of(code, sentence));
  }
}
