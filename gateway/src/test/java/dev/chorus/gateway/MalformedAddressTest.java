package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.gateway.socketkit.Jwt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An address that cannot be read is the caller's fault, and is told so. */
final class MalformedAddressTest {
  private static final int READ_MS = 60_000;
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** The first line of the answer; no client library would send such a request. */
  private String status(String address, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      socket.setSoTimeout(READ_MS);
      String request = "GET " + address + " HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer " + Jwt.user("ann") + "\r\n"
          + String.join("", headers) + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }
  }

  @Test
  void aQueryThatIsNotPercentEncodedIsABadRequest() throws IOException {
    assertThat(status("/api/rooms/lobby/messages?limit=%zz")).startsWith("HTTP/1.1 400 ");
    assertThat(status("/api/rooms/lobby/messages?limit=%")).startsWith("HTTP/1.1 400 ");
    assertThat(status("/ws?access_token=%zz", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aNameWithTheNullCharacterIsABadRequestWhereverItStands() throws IOException {
    for (String address : new String[]{"/api/projects/%00/progress", "/api/sse/agent-stream?projectId=a%00b", "/api/streams/%00",
        "/api/rooms/lobby/members?cursor=%00", "/api/rooms/lobby/messages/%00/status"})
      assertThat(status(address)).as(address).startsWith("HTTP/1.1 400 ");
  }
}
