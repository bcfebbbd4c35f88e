package org.histofm.tiling.bytes;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.histofm.slide.SlideLocation;

/**
 * A web server on this machine that serves one object by ranges, and misbehaves as told: each
 * misbehaviour answers one request.
 */
public final class RangeServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

  /** Answers a request otherwise. */
  public interface Misbehaviour {
    void answer(HttpExchange exchange, RangeServer server) throws IOException;
  }

  /** One request that came. */
  public record Request(String method, String path, Headers headers) {
    public String header(String name) {
      return String.valueOf(headers.getFirst(name));
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Misbehaviour> next = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Misbehaviour always = (exchange, self) -> self.serve(exchange);
  volatile byte[] content;
  volatile String etag = "\"one\"";
  volatile String modified = "Wed, 25 Nov 2026 10:00:00 GMT";

  public RangeServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public SlideLocation location() {
    return SlideLocation.of(address("/slides/case.svs"));
  }

  public URI address(String path) {
    return URI.create("http://" + authority() + path);
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next requests are answered so, each by one. */
  public void next(Misbehaviour... answers) {
    next.addAll(List.of(answers));
  }

  /** All requests but those of {@link #next} are answered so. */
  public void always(Misbehaviour answer) {
    always = answer;
  }

  public List<Request> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Headers headers = new Headers();
    headers.putAll(exchange.getRequestHeaders());
    requests.add(
        new Request(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers));
    Misbehaviour answer = next.poll();
    try (exchange) {
      (answer == null ? always : answer).answer(exchange, this);
    }
  }

  /** The right answer. */
  void serve(HttpExchange exchange) throws IOException {
    String condition = exchange.getRequestHeaders().getFirst("If-Match");
    if (condition != null && !condition.equals(etag)) {
      exchange.sendResponseHeaders(412, -1);
      return;
    }
    part(exchange, 0);
  }

  /** The range asked for, but that {@code missing} bytes at its end are never sent. */
  public void part(HttpExchange exchange, int missing) throws IOException {
    byte[] now = content;
    Matcher range = RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
    if (!range.matches()) {
      throw new IOException("a request without a range");
    }
    int from = Integer.parseInt(range.group(1));
    int end = Math.min(now.length, Integer.parseInt(range.group(2)) + 1);
    Headers headers = exchange.getResponseHeaders();
    if (from >= now.length) {
      headers.set("Content-Range", "bytes */" + now.length);
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (!etag.isEmpty()) {
      headers.set("ETag", etag);
    }
    if (!modified.isEmpty()) {
      headers.set("Last-Modified", modified);
    }
    headers.set("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + now.length);
    exchange.sendResponseHeaders(206, end - from);
    exchange.getResponseBody().write(Arrays.copyOfRange(now, from, end - missing));
  }

  public static Misbehaviour status(int status, String... headers) {
    return (exchange, self) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  /** Breaks the connection after half of the bytes. */
  static Misbehaviour breakingOff() {
    return (exchange, self) -> self.part(exchange, 10);
  }

  /** Says nothing until the server closes. */
  static Misbehaviour silent() {
    return (exchange, self) -> {
      try {
        self.closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
