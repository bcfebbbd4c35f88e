package org.histofm.benchmarks.slides;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves the files of a folder to this machine, whole or by ranges, until its input ends; then says
 * how many requests and bytes it served.
 */
public final class RangeServer {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final int BLOCK = 1 << 16;

  private final Path folder;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  private RangeServer(Path folder) {
    this.folder = folder;
  }

  /** Arguments: {@code FOLDER PORT}; port 0 takes a free one, which is printed first. */
  public static void main(String... args) throws IOException {
    RangeServer files = new RangeServer(Path.of(args[0]).toAbsolutePath().normalize());
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])), 0);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    server.setExecutor(threads);
    server.createContext("/", files::answer);
    server.start();
    System.out.println("port " + server.getAddress().getPort());
    while (System.in.read() >= 0) {
      // until the input ends
    }
    server.stop(0);
    threads.shutdownNow();
    System.out.println("served " + files.requests + " requests, " + files.bytes + " bytes");
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
    try (exchange) {
      if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
        send(exchange, content);
      }
    }
  }

  private void send(HttpExchange exchange, RandomAccessFile content) throws IOException {
    long size = content.length();
    long from = 0;
    long to = size - 1;
    int status = 200;
    String wanted = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(wanted == null ? "" : wanted);
    if (range.matches()) {
      from = Long.parseLong(range.group(1));
      to = range.group(2).isEmpty() ? to : Math.min(to, Long.parseLong(range.group(2)));
      status = 206;
      if (from > to) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + size);
    }
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    exchange.getResponseHeaders().set("ETag", "\"" + size + "\"");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(to - from + 1));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, to - from + 1);
    byte[] block = new byte[BLOCK];
    content.seek(from);
    try (OutputStream out = exchange.getResponseBody()) {
      for (long left = to - from + 1; left > 0; ) {
        int length = (int) Math.min(block.length, left);
        content.readFully(block, 0, length);
        out.write(block, 0, length);
        bytes.addAndGet(length);
        left -= length;
      }
    }
  }
}
