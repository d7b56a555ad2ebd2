package dev.chorus.streaming;

import dev.chorus.streaming.provider.LiveCatalogue;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** On SIGHUP the provider file is read again. Where the system has no such signal, or keeps it for itself, the file is read only at start. */
final class HangUp {
  private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

  private HangUp() {}

  /** By reflection: the JDK has no other way to hear a signal, and its compiler warns of this one wherever it is named. */
  static void reloads(LiveCatalogue catalogue) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object reload = Proxy.newProxyInstance(HangUp.class.getClassLoader(), new Class<?>[]{handler}, (self, method, arguments) -> {
        if (method.getName().equals("handle"))
          reload(catalogue);
        return null;
      });
      signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance("HUP"), reload);
    } catch (ReflectiveOperationException notHere) {
      LOG.atInfo().addKeyValue("reason", String.valueOf(notHere.getCause()))
          .log("The provider file is read only at start: SIGHUP cannot be heard.");
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
