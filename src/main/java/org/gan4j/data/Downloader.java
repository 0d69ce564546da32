package org.gan4j.data;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/** Fetches files of known size over HTTP. */
final class Downloader {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

  /** Slower than any line that one would wait for: CIFAR-10 in three hours. */
  private static final int LEAST_BYTES_PER_SECOND = 1 << 14;

  private static final long REPORT_MILLIS = 100;

  private final HttpClient client;
  private final Duration silenceLimit;
  private final int leastBytesPerSecond;

  Downloader() {
    this(SILENCE_LIMIT, LEAST_BYTES_PER_SECOND);
  }

  /**
   * A downloader.
   *
   * @param silenceLimit a server that sends nothing for so long has failed
   * @param leastBytesPerSecond a server that is so slow on the whole, after a first silence, has
   *     failed too
   */
  Downloader(Duration silenceLimit, int leastBytesPerSecond) {
    this.silenceLimit = silenceLimit;
    this.leastBytesPerSecond = leastBytesPerSecond;
    client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /**
   * Fetches one file.
   *
   * @param address where it is
   * @param bytes its size
   * @param progress hears the bytes so far, on this thread
   * @return its content, {@code bytes} long
   * @throws IOException if it can't be fetched or has another size
   * @throws InterruptedException if this thread is interrupted
   */
  byte[] fetch(URI address, int bytes, IntConsumer progress)
      throws IOException, InterruptedException {
    Body body = new Body(bytes);
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(HttpRequest.newBuilder(address).build(), body::start);
    try {
      int seen = 0;
      long start = System.nanoTime();
      long deadline = start + silenceLimit.toNanos();
      Duration whole = silenceLimit.plusSeconds(1 + bytes / leastBytesPerSecond);
      while (System.nanoTime() - deadline < 0) {
        if (System.nanoTime() - start > whole.toNanos()) {
          throw new IOException(
              "the server sent " + seen + " of " + bytes + " bytes in " + whole.toSeconds() + " s");
        }
        try {
          return response.get(REPORT_MILLIS, TimeUnit.MILLISECONDS).body();
        } catch (TimeoutException stillRunning) {
          int received = body.received;
          if (received > seen) {
            seen = received;
            deadline = System.nanoTime() + silenceLimit.toNanos();
            progress.accept(seen);
          }
        }
      }
      throw new IOException("the server was silent for " + silenceLimit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      response.cancel(true);
    }
  }

  /** The body of a response: exactly as many bytes as expected, or an error. */
  private static final class Body implements HttpResponse.BodySubscriber<byte[]> {
    private final byte[] content;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private int status;
    private Flow.Subscription subscription;
    private volatile int received;

    Body(int bytes) {
      content = new byte[bytes];
    }

    HttpResponse.BodySubscriber<byte[]> start(HttpResponse.ResponseInfo response) {
      status = response.statusCode();
      return this;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
      if (status == 200) {
        subscription.request(Long.MAX_VALUE);
      } else {
        fail("the server answers with HTTP status " + status);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        int length = part.remaining();
        if (length > content.length - received) {
          fail("the server sends more than the " + content.length + " bytes of the file");
          return;
        }
        part.get(content, received, length);
        received += length;
      }
    }

    @Override
    public void onError(Throwable error) {
      result.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      if (received == content.length) {
        result.complete(content);
      } else {
        fail("the server sends " + received + " of the " + content.length + " bytes of the file");
      }
    }

    private void fail(String why) {
      subscription.cancel();
      result.completeExceptionally(new IOException(why));
    }
  }
}
