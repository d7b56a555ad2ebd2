package dev.chorus.delivery;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Text;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.Optional;

/** What can be said of a message without looking at its room. */
final class SendRules {
  private SendRules() {}

  /** Why it is refused, if it is. */
  static Optional<Problem> refusal(Append append) {
    Send send = append.send();
    if (send.guarantee() == Send.Guarantee.AT_MOST_ONCE)
      return problem(ErrorCode.UNSUPPORTED, "'guarantee' at-most-once is not supported yet.");
    if (send.role() != Send.Role.USER && !append.admin())
      return problem(ErrorCode.FORBIDDEN, "Only an admin sends with another 'role' than user.");
    // An unpaired surrogate would be stored as a question mark, and live readers would get something else than later ones.
    if (!Text.isStorable(send.content()) || !isStorable(send.agentId()) || !isStorable(send.metadata()) || !isStorable(send.clientId())) {
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
