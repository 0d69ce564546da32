package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.gan4j.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataFilesTest {
  private static final PublishedFiles TINY = PublishedFiles.mnistLike(12, 4);
  private static final Split SPLIT = new Split(10, 2, 0);
  private static final String FIRST = "train-images.gz";

  @TempDir Path temporary;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private ExecutorService threads;
  private HttpServer server;

  private final Progress progress =
      new Progress() {
        @Override
        public void downloaded(String file, long done, long total) {
          if (done == total) {
            heard.add(file);
          }
        }

        @Override
        public void note(String line) {
          heard.add(line);
        }
      };

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
    serve("/good", DataFilesTest::answer);
  }

  @AfterEach
  void stopServer() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestURI().getPath());
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private static byte[] requested(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return TINY.gzip(path.substring(path.lastIndexOf('/') + 1).replace(".gz", ""));
  }

  private static void answer(HttpExchange exchange) throws IOException {
    answer(exchange, requested(exchange));
  }

  private static void answer(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content);
  }

  private URI mirror(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private Path cache() {
    return temporary.resolve("cache/gan4j/mnist");
  }

  private DataLocation usual(String... mirrors) {
    return DataLocation.of(
            Optional.empty(),
            Map.of("XDG_CACHE_HOME", temporary.resolve("cache").toAbsolutePath().toString()),
            temporary)
        .withMirrors(Stream.of(mirrors).map(this::mirror).toList());
  }

  private DataSet open(DataLocation where) {
    return Mnist.DIGITS.open(TINY.source(List.of()), SPLIT, where, progress);
  }

  private DataException failure(DataLocation where) {
    DataException e = assertThrows(DataException.class, () -> open(where));
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e;
  }

  private static void assertSays(DataException e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  /** A home that is read-only is one such place. */
  @Test
  void aCacheThatCantBeWrittenIsNamedWithTheRemedy() throws IOException {
    try (SmallDisk disk = new SmallDisk(temporary.resolve("cache"), 1000, "ro")) {
      assertSays(
          failure(usual("/good")),
          disk.folder().toAbsolutePath() + "/gan4j/mnist/",
          " can't be written (",
          "set XDG_CACHE_HOME to a folder that you may write to, or name a folder that has the"
              + " files with --data");
    }
  }

  private static void assertWhole(DataSet set) {
    assertEquals(10, set.train().count());
    assertEquals(7, set.train().pixel(0, 1));
    assertEquals(4, set.test().count());
  }

  private Path local() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("local"));
    TINY.writeTo(folder);
    return folder;
  }

  private DataLocation named(Path folder) {
    return new DataLocation(
        Optional.of(folder), Optional.empty(), temporary, List.of(mirror("/good")), true);
  }

  private DataLocation shared(Path folder) {
    return new DataLocation(
        Optional.empty(), Optional.of(folder), cache().getParent(), List.of(mirror("/good")), true);
  }

  @Test
  void downloadsOnceThenReadsTheCache() {
    assertWhole(open(usual("/good")));
    assertEquals(4, requests.size());
    assertEquals(
        List.of(FIRST, "train-labels.gz", "test-images.gz", "test-labels.gz"), List.copyOf(heard));
    assertWhole(open(usual("/good")));
    assertWhole(open(usual().offline()));
    assertEquals(4, requests.size());
  }

  @Test
  void theDataSetsOwnMirrorsAreUsedWhenNoneIsNamed() {
    DataFiles.Source source = TINY.source(List.of(mirror("/good")));
    assertWhole(Mnist.DIGITS.open(source, SPLIT, usual(), progress));
    assertEquals(4, requests.size());
  }

  @Test
  void theCacheHasTheFilesAsPublishedAndNothingElse() throws IOException {
    open(usual("/good"));
    assertArrayEquals(TINY.gzip("train-images"), Files.readAllBytes(cache().resolve(FIRST)));
    try (Stream<Path> files = Files.list(cache())) {
      assertEquals(4, files.count());
    }
  }

  @Test
  void secondMirrorAfter404() {
    assertWhole(open(usual("/nothing-here", "/good/")));
  }

  @Test
  void redirectIsFollowed() {
    serve(
        "/moved",
        exchange -> {
          String path = exchange.getRequestURI().getPath().replace("/moved", "/good");
          exchange.getResponseHeaders().add("Location", mirror(path).toString());
          exchange.sendResponseHeaders(302, -1);
        });
    assertWhole(open(usual("/moved")));
  }

  @Test
  void endlessRedirectFails() {
    serve(
        "/loop",
        exchange -> {
          exchange.getResponseHeaders().add("Location", exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(302, -1);
        });
    assertSays(failure(usual("/loop")), mirror("/loop").toString());
  }

  @Test
  void oneMessageWhenAllMirrorsFail() {
    DataException e = failure(usual("/a", "/b"));
    assertSays(
        e,
        FIRST,
        mirror("/a") + ": the server answers with HTTP status 404",
        mirror("/b").toString(),
        "train-labels.gz, test-images.gz, test-labels.gz",
        cache().toString(),
        "--data",
        "mnist-10k");
    assertFalse(Files.exists(cache()));
  }

  @Test
  void offlineSaysWhereToPutTheFiles() {
    assertSays(failure(usual("/good").offline()), "switched off", cache().toString());
    assertTrue(requests.isEmpty());
  }

  @Test
  void serverThatIsNotThere() {
    DataLocation where = usual("/good");
    server.stop(0);
    assertSays(failure(where), mirror("/good") + ": ", "onnect");
  }

  @Test
  void bodyCutShort() {
    serve(
        "/cut",
        exchange -> {
          byte[] content = requested(exchange);
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, content.length / 2);
          exchange.getResponseBody().flush();
        });
    failure(usual("/cut"));
    assertFalse(Files.exists(cache()));
    assertWhole(open(usual("/cut", "/good")));
  }

  @Test
  void bodyThatIsShorterAndSaysSo() {
    serve("/short", exchange -> answer(exchange, Arrays.copyOf(requested(exchange), 20)));
    assertSays(failure(usual("/short")), "sends 20 of the");
  }

  @Test
  void wrongChecksum() {
    serve(
        "/other",
        exchange -> {
          byte[] content = requested(exchange);
          content[content.length - 1] ^= 1;
          answer(exchange, content);
        });
    assertSays(failure(usual("/other")), "sha256");
    assertFalse(Files.exists(cache()));
    assertWhole(open(usual("/other", "/good")));
  }

  @Test
  void endlessBodyIsCutOff() {
    serve("/endless", DataFilesTest::answerEndlessly);
    assertSays(failure(usual("/endless")), "more than");
    assertWhole(open(usual("/endless", "/good")));
  }

  private static void answerEndlessly(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    byte[] chunk = new byte[1 << 12];
    // Ends with an exception when the client hangs up.
    while (true) {
      out.write(chunk);
    }
  }

  @Test
  void silentServerIsGivenUp() {
    serve("/silent", this::hang);
    Downloader impatient = new Downloader(Duration.ofMillis(300), 1000);
    URI address = mirror("/silent/x");
    IOException e = assertThrows(IOException.class, () -> impatient.fetch(address, 10, done -> {}));
    assertTrue(e.getMessage().contains("silent"), e.getMessage());
  }

  @Test
  @Timeout(20)
  void slowServerIsGivenUp() {
    serve(
        "/drip",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          // Ends with an exception when the client hangs up.
          while (true) {
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            pause(500);
          }
        });
    Downloader patient = new Downloader(Duration.ofSeconds(2), 1000);
    URI address = mirror("/drip/x");
    IOException e = assertThrows(IOException.class, () -> patient.fetch(address, 1000, done -> {}));
    assertTrue(e.getMessage().matches("the server sent \\d of 1000 bytes in 4 s"), e.getMessage());
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hang(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 10);
    exchange.getResponseBody().flush();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void interruptEndsTheDownloadAndIsKept() {
    Thread reader = Thread.currentThread();
    serve(
        "/slow",
        exchange -> {
          reader.interrupt();
          hang(exchange);
        });
    DataException e = failure(usual("/slow", "/good"));
    assertTrue(Thread.interrupted());
    assertSays(e, "interrupted");
    assertEquals(List.of("/slow/" + FIRST), requests);
    assertFalse(Files.exists(cache()));
  }

  @Test
  void damagedFileInTheCacheIsNotedAndDownloadedAgain() throws IOException {
    open(usual("/good"));
    heard.clear();
    Files.write(cache().resolve(FIRST), new byte[] {1, 2, 3});
    assertSays(failure(usual("/good").offline()), cache().resolve(FIRST).toString());
    assertWhole(open(usual("/good")));
    assertEquals(2, heard.size());
    assertTrue(heard.get(0).startsWith("downloading " + FIRST + " again: "), heard.get(0));
    assertArrayEquals(TINY.gzip("train-images"), Files.readAllBytes(cache().resolve(FIRST)));
  }

  @Test
  void cacheThatCannotBeWritten() throws IOException {
    Files.createDirectory(temporary.resolve("cache"));
    Files.write(temporary.resolve("cache/gan4j"), new byte[1]);
    assertSays(failure(usual("/good")), "can't be written", "XDG_CACHE_HOME");
  }

  @Test
  void namedFolderIsUsedPlainOrGzipped() throws IOException {
    Path folder = local();
    Files.delete(folder.resolve(FIRST));
    Files.write(folder.resolve("train-images"), TINY.contents().get("train-images"));
    assertWhole(open(named(folder)));
    assertTrue(requests.isEmpty());
  }

  @Test
  void sharedFolderComesAfterTheNamedOneAndBeforeTheCache() throws IOException {
    Path folder = local();
    assertWhole(open(shared(folder)));
    assertTrue(requests.isEmpty());

    Path empty = Files.createDirectory(temporary.resolve("empty"));
    DataLocation both =
        new DataLocation(Optional.of(folder), Optional.of(empty), temporary, List.of(), false);
    assertWhole(open(both));
    assertWhole(open(shared(empty)));
    assertEquals(4, requests.size());
  }

  @Test
  void namedFolderNeverFallsBack() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    assertSays(failure(named(empty)), empty.toString(), FIRST, "test-labels.gz");
    Path nowhere = temporary.resolve("nowhere");
    assertSays(failure(named(nowhere)), nowhere.toString(), "not a folder");
    assertTrue(requests.isEmpty());
  }

  @Test
  void fileThatIsMissingInAFolderIsNamed() throws IOException {
    Path folder = local();
    Files.delete(folder.resolve("test-images.gz"));
    for (DataLocation where : List.of(named(folder), shared(folder))) {
      DataException e = failure(where);
      assertSays(e, folder.toString(), "put test-images.gz (or");
    }
    assertTrue(requests.isEmpty());
  }

  @Test
  void damagedFileInAFolderIsAnErrorThatNamesIt() throws IOException {
    Path folder = local();
    Path file = folder.resolve("test-images.gz");
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length / 2));
    assertSays(failure(named(folder)), file.toString(), "damaged");
    assertSays(failure(shared(folder)), file.toString(), "damaged");
    assertTrue(requests.isEmpty());
  }

  @Test
  void fileOfAnotherDataSetIsAnErrorThatNamesIt() throws IOException {
    Path folder = local();
    Path file = folder.resolve("test-images.gz");
    byte[] other = TINY.contents().get("test-images").clone();
    other[other.length - 1] ^= 1;
    Files.write(file, IdxFiles.gzip(other));
    assertSays(failure(named(folder)), file.toString(), "sha256");
    assertTrue(requests.isEmpty());
  }
}
