package org.histofm.tiling.bytes;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.histofm.slide.SlideException;
import org.jspecify.annotations.Nullable;

/**
 * An object at an {@code http} or {@code https} address, read by ranged GETs (RFC 9110, §14).
 *
 * <p>The first answer's ETag, or else Last-Modified, and size are compared with those of every
 * later one, and asked for as a condition ({@code If-Match}, {@code If-Unmodified-Since}), so bytes
 * of two states never mix. A server that gives neither is held to the size alone.
 *
 * <p>HTTP/1.1, where each range in flight has a connection of its own: over HTTP/2 they would share
 * one, and its congestion window. Redirects are followed here and not by the JDK's client, which
 * would take the login along to another host.
 */
final class HttpObject implements RemoteObject {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
  private static final int MOST_REDIRECTS = 5;

  /** One client for all slides, so that they share its idle connections and its one thread. */
  private static final class Shared {
    private static final HttpClient CLIENT =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** What the first answer said about the object's state. */
  private record State(long size, Optional<String> etag, Optional<String> modified) {}

  private final URI address;
  private final Optional<String> login;
  private final Duration timeout;
  private final Traffic traffic;
  private volatile URI current; // where redirects led last
  private volatile @Nullable State state;

  /**
   * @param address may hold user and password
   * @param timeout longest time for one answer with its body
   */
  HttpObject(URI address, Duration timeout, Traffic traffic) {
    this.address = plain(address);
    this.login =
        Optional.ofNullable(address.getUserInfo())
            .map(
                info ->
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(info.getBytes(StandardCharsets.UTF_8)));
    this.timeout = timeout;
    this.traffic = traffic;
    this.current = this.address;
  }

  private static URI plain(URI address) {
    String authority = address.getRawAuthority();
    return URI.create(
        address.getScheme()
            + "://"
            + authority.substring(authority.lastIndexOf('@') + 1)
            + address.getRawPath()
            + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery()));
  }

  @Override
  public byte[] begin(int length) throws IOException {
    HttpResponse<byte[]> answer = get(0, length);
    HttpHeaders headers = answer.headers();
    Optional<String> range = headers.firstValue("Content-Range");
    if (answer.statusCode() == 416 && range.filter(r -> r.endsWith("*/0")).isPresent()) {
      state = new State(0, Optional.empty(), Optional.empty());
      return answer.body();
    }
    requirePart(answer);
    ContentRange part = ContentRange.parse(range.orElse(null), 0);
    state = new State(part.size(), headers.firstValue("ETag"), headers.firstValue("Last-Modified"));
    part.check(answer.body(), (int) Math.min(length, part.size()), part.size());
    return answer.body();
  }

  @Override
  public long size() {
    return known().size();
  }

  @Override
  public byte[] fetch(long position, int length) throws IOException {
    State known = known();
    HttpResponse<byte[]> answer = get(position, length);
    requirePart(answer);
    HttpHeaders headers = answer.headers();
    if (!headers.firstValue("ETag").equals(known.etag())) {
      throw RemoteFailure.changed("its ETag is another");
    }
    if (known.etag().isEmpty() && !headers.firstValue("Last-Modified").equals(known.modified())) {
      throw RemoteFailure.changed("its Last-Modified is another");
    }
    ContentRange.parse(headers.firstValue("Content-Range").orElse(null), position)
        .check(answer.body(), length, known.size());
    return answer.body();
  }

  private State known() {
    State known = state;
    if (known == null) {
      throw new IllegalStateException("nothing was asked of the object yet");
    }
    return known;
  }

  private static void requirePart(HttpResponse<byte[]> answer) throws RemoteFailure {
    if (answer.statusCode() != 206) {
      throw RemoteFailure.status(answer.statusCode(), serversWait(answer.headers()));
    }
    String coding = answer.headers().firstValue("Content-Encoding").orElse("identity");
    if (!coding.toLowerCase(Locale.ROOT).equals("identity")) {
      throw RemoteFailure.lasting(
          SlideException.Reason.UNSUPPORTED,
          "comes from a server that compresses it on the way (" + coding + ")",
          "Serve it as it is, or copy it to a local disk.");
    }
  }

  private static @Nullable Duration serversWait(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(text -> text.matches("\\d{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(null);
  }

  private HttpResponse<byte[]> get(long position, int length) throws IOException {
    URI from = current;
    HttpResponse<byte[]> answer = follow(from, position, length);
    int status = answer.statusCode();
    if (!from.equals(address) && status >= 400 && status < 500 && status != 412 && status != 429) {
      return follow(address, position, length); // what a redirect led to may run out
    }
    return answer;
  }

  private HttpResponse<byte[]> follow(URI from, long position, int length) throws IOException {
    URI at = from;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpResponse<byte[]> answer = send(request(at, position, length), length);
      Optional<String> next = answer.headers().firstValue("Location");
      if (!isRedirect(answer.statusCode()) || next.isEmpty()) {
        current = at;
        return answer;
      }
      at = resolve(at, next.get());
    }
    throw RemoteFailure.lasting(
        SlideException.Reason.MISSING,
        "is led on by its server more than " + MOST_REDIRECTS + " times",
        "Check the address.");
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static URI resolve(URI at, String next) throws RemoteFailure {
    URI to;
    try {
      to = at.resolve(next);
    } catch (IllegalArgumentException e) {
      throw RemoteFailure.missing("is led on to no address", "Check the address.", e);
    }
    String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
    boolean kept = scheme.equals(at.getScheme().toLowerCase(Locale.ROOT));
    if (to.getHost() == null || !(kept || scheme.equals("https"))) {
      throw RemoteFailure.lasting(
          SlideException.Reason.MISSING,
          "is led on by its server from " + at.getScheme() + " to " + scheme,
          "Give the address that it lies at.");
    }
    return plain(to);
  }

  private HttpRequest request(URI at, long position, int length) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .timeout(timeout)
            .header("Range", "bytes=" + position + "-" + (position + length - 1))
            .header("Accept-Encoding", "identity");
    if (sameOrigin(at, address)) {
      login.ifPresent(value -> request.header("Authorization", value));
    }
    State known = state;
    if (known != null) {
      // A weak ETag never matches by If-Match; it is compared with the answer's instead.
      if (known.etag().isPresent()) {
        known
            .etag()
            .filter(tag -> !tag.startsWith("W/"))
            .ifPresent(t -> request.header("If-Match", t));
      } else {
        known.modified().ifPresent(time -> request.header("If-Unmodified-Since", time));
      }
    }
    return request.build();
  }

  private static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getRawAuthority().equalsIgnoreCase(b.getRawAuthority());
  }

  private HttpResponse<byte[]> send(HttpRequest request, int length) throws IOException {
    traffic.sent();
    CompletableFuture<HttpResponse<byte[]>> sent =
        Shared.CLIENT.sendAsync(
            request, info -> new RangeBody(info.statusCode() == 206 ? length : 0, traffic));
    try {
      return sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw RemoteFailure.passing("did not come within " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the thread was interrupted while it waited for an answer");
    } catch (ExecutionException e) {
      throw failure(request.uri(), e.getCause() == null ? e : e.getCause());
    }
  }

  private static RemoteFailure failure(URI at, Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
        return RemoteFailure.missing(
            "lies at a host that is not known (" + at.getHost() + ")", "Check the address.", cause);
      }
      if (t instanceof SSLException) {
        return RemoteFailure.missing(
            "lies at a host whose certificate or encryption is not accepted ("
                + t.getMessage()
                + ")",
            "Check the address, or add the host's certificate to the JDK's trust store.",
            cause);
      }
    }
    return RemoteFailure.passing(
        cause instanceof ConnectException
            ? "lies at a host that accepts no connection (" + at.getRawAuthority() + ")"
            : "could not be read from its server ("
                + (cause.getMessage() == null
                    ? cause.getClass().getSimpleName()
                    : cause.getMessage())
                + ")",
        cause);
  }

  @Override
  public void close() {
    // the connections are the shared client's
  }
}
