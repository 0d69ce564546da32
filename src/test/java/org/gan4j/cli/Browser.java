package org.gan4j.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.gan4j.FormatException;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/** Chromium without a window, through ChromeDriver and its protocol (W3C WebDriver). */
final class Browser implements AutoCloseable {
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String server;
  private final String session;

  /** Whether Debian's chromium and chromium-driver are there. */
  static boolean isInstalled() {
    return Files.isExecutable(DRIVER) && Files.isExecutable(CHROMIUM);
  }

  /** Starts one, whose files lie in a folder. */
  Browser(Path folder) throws IOException, InterruptedException {
    Path log = folder.resolve("driver.log");
    driver =
        new ProcessBuilder(DRIVER.toString(), "--port=0")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      server = "http://localhost:" + port(log);
      List<String> options =
          List.of(
              "--headless",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-quic",
              "--no-first-run",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--user-data-dir=" + folder.resolve("profile"));
      JsonValue begun =
          send(
              "POST",
              "/session",
              Map.of(
                  "capabilities",
                  Map.of(
                      "alwaysMatch",
                      Map.of(
                          "goog:chromeOptions",
                          Map.of("binary", CHROMIUM.toString(), "args", options),
                          "goog:loggingPrefs",
                          Map.of("browser", "ALL")))));
      session = "/session/" + begun.get("sessionId").text();
    } catch (IOException | InterruptedException | RuntimeException e) {
      driver.destroyForcibly();
      throw e;
    }
  }

  /** The driver chooses a free port and says which. */
  private static String port(Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      String said = Files.readString(log);
      if (said.contains("started successfully on port ")) {
        return said.replaceAll("(?s).*started successfully on port ([0-9]+).*", "$1");
      }
      Thread.sleep(20);
    }
    throw new IOException("chromedriver did not start: " + Files.readString(log));
  }

  private JsonValue send(String method, String path, Object body)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher content =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(Json.write(body, Json.Layout.LINE));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(PATIENCE)
            .method(method, content)
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.body());
    }
    return Json.parse(answer.body(), FormatException::new).get("value");
  }

  void open(Path page) throws IOException, InterruptedException {
    send("POST", session + "/url", Map.of("url", page.toUri().toString()));
  }

  /** Runs JavaScript in the page; what it returns. */
  JsonValue run(String script) throws IOException, InterruptedException {
    return send("POST", session + "/execute/sync", Map.of("script", script, "args", List.of()));
  }

  /** What the console says since the last call; a JSON list. */
  JsonValue console() throws IOException, InterruptedException {
    return send("POST", session + "/se/log", Map.of("type", "browser"));
  }

  @Override
  public void close() throws IOException {
    try {
      send("DELETE", session, null);
      driver.destroy();
      driver.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      driver.destroyForcibly();
    }
  }
}
