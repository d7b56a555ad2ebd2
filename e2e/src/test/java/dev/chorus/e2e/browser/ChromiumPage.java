package dev.chorus.e2e.browser;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One tab: what a person does with it, and what they would see. What the page complains about is collected. */
final class ChromiumPage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int CONTROL = 2;

  private final DevTools devTools;
  private final String target;
  private final String session;
  private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();

  ChromiumPage(DevTools devTools, String target, String session, URI address) {
    this.devTools = devTools;
    this.target = target;
    this.session = session;
    devTools.listen(session, this::listen);
    for (String domain : List.of("Page", "Runtime", "Log", "Network"))
      call(domain + ".enable", Map.of());
    call("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    call("Emulation.setDeviceMetricsOverride", Map.of("width", 1200, "height", 800, "deviceScaleFactor", 1, "mobile", false));
    call("Page.navigate", Map.of("url", address.toString()));
  }

  /** The value of a JavaScript expression; promises are awaited, an exception is an {@link AssertionError}. */
  JsonNode evaluate(String expression) {
    JsonNode answer = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails"))
      throw new AssertionError(expression + ": " + answer.path("exceptionDetails").path("exception").path("description").asText());
    return answer.path("result").path("value");
  }

  /** Waits until an expression is true in JavaScript's sense, and returns it; fails with what the page shows. An exception is "not yet". */
  JsonNode waitFor(String expression) {
    try {
      return Await.until(expression, PATIENCE, () -> {
        JsonNode value = evaluate("(() => { try { return " + expression + "; } catch { return null; } })()");
        return isTrue(value) ? value : null;
      });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; the page shows:\n" + evaluate("document.body.innerText").asText(), e);
    }
  }

  /** Puts text into the focused element of this selector, as a keyboard would. */
  void type(String selector, String text) {
    evaluate("document.querySelector('" + selector + "').focus()");
    call("Input.insertText", Map.of("text", text));
  }

  void pressEnter() {
    enter(0);
  }

  void pressControlEnter() {
    enter(CONTROL);
  }

  /** Reloads, and comes back when the old document is gone. */
  void reload() {
    evaluate("window.beforeReload = true");
    call("Page.reload", Map.of());
    Await.until("the page is loaded anew", PATIENCE,
        () -> evaluate("!window.beforeReload && document.readyState === 'complete'").asBoolean());
  }

  /** Takes the network away from the tab, or gives it back. */
  void offline(boolean offline) {
    call("Network.emulateNetworkConditions", Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
  }

  void screenshot(Path file) throws IOException {
    Files.write(file, Base64.getDecoder().decode(call("Page.captureScreenshot", Map.of("format", "png")).path("data").asText()));
  }

  /** Exceptions, refused resources and breaches of the page's security policy so far. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Closes the tab as a person would; the page gets to know it. */
  @Override
  public void close() {
    devTools.call("", "Target.closeTarget", Map.of("targetId", target));
  }

  private void enter(int modifiers) {
    for (String type : List.of("keyDown", "keyUp")) {
      call("Input.dispatchKeyEvent",
          Map.of("type", type, "key", "Enter", "code", "Enter", "windowsVirtualKeyCode", 13, "modifiers", modifiers, "text",
              "keyDown".equals(type) ? "\r" : ""));
    }
  }

  private void listen(JsonNode event) {
    JsonNode parameters = event.path("params");
    switch (event.path("method").asText()) {
      case "Runtime.exceptionThrown" -> complaints.add(parameters.path("exceptionDetails").path("exception").path("description").asText());
      case "Log.entryAdded" -> {
        JsonNode entry = parameters.path("entry");
        if ("error".equals(entry.path("level").asText()))
          complaints.add(entry.path("text").asText() + " " + entry.path("url").asText());
      }
      default -> {
        // The page's life and its network are of no interest here.
      }
    }
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return devTools.call(session, method, parameters);
  }

  private static boolean isTrue(JsonNode value) {
    return value.isBoolean()
        ? value.asBoolean()
        : value.isNumber() ? value.asDouble() != 0 : value.isTextual() ? !value.asText().isEmpty() : value.isContainerNode();
  }
}
