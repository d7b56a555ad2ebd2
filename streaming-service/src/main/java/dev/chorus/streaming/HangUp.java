package dev.chorus.streaming;

import dev.chorus.streaming.provider.LiveCatalogue;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** On SIGHUP the provider file is read again. Where the system has no such signal, or keeps it for itself, nothing happens. */
final class HangUp {
  private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

  private HangUp() {}

  static void reloads(LiveCatalogue catalogue) {
    try {
      Signal.handle(new Signal("HUP"), signal -> reload(catalogue));
    } catch (IllegalArgumentException notHere) {
      LOG.atDebug().setCause(notHere).log("The provider file is read only at start: there is no SIGHUP.");
    }
  }

  private static void reload(LiveCatalogue catalogue) {
    List<String> problems = catalogue.reload();
    if (problems.isEmpty())
      LOG.atInfo().addKeyValue("models", catalogue.get().names().size()).log("The provider file was read again and holds from now on.");
    else
      LOG.atError().addKeyValue("problems", String.join(" ", problems)).log("The provider file has mistakes; what held before holds on.");
  }
}
