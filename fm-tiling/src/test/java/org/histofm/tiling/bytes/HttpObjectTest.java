package org.histofm.tiling.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpObjectTest {
  private static final FetchRules RULES = new FetchRules(1000, 10, 5, 10_000, 20_000, 2);
  private static final byte[] CONTENT = MemoryObject.content(100_000);

  private final List<Duration> pauses = new ArrayList<>();
  private RangeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RangeServer(CONTENT);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ByteSource open(SlideLocation slide, Duration timeout) {
    Traffic traffic = new Traffic();
    return ByteSources.open(
        slide,
        new HttpObject(slide.uri(), timeout, traffic),
        new Retries(pauses::add),
        RULES,
        traffic);
  }

  private ByteSource open() {
    return open(server.location(), Duration.ofSeconds(60));
  }

  private static byte[] read(ByteSource source, long position, int length) throws IOException {
    byte[] target = new byte[length];
    source.read(position, target, 0, length);
    return target;
  }

  private static byte[] expected(int position, int length) {
    return Arrays.copyOfRange(CONTENT, position, position + length);
  }

  private static void assertRefused(
      ThrowingCallable open, SlideException.Reason reason, String... words) {
    assertThatThrownBy(open)
        .isInstanceOfSatisfying(SlideException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContainingAll(words);
  }

  @Test
  void read_overHttp_givesTheBytesAndCountsThem() throws IOException {
    try (ByteSource source = open()) {
      assertThat(source.size()).isEqualTo(CONTENT.length);
      assertThat(read(source, 50_000, 3000)).isEqualTo(expected(50_000, 3000));
      assertThat(read(source, 99_999, 1)).isEqualTo(expected(99_999, 1));
      assertThat(source.counts()).isEqualTo(new ByteCounts(3, 1000 + 3000 + 1000, 3001, 3001, 0));
    }
    assertThat(server.requests())
        .extracting(r -> r.method() + " " + r.header("Range") + " " + r.header("If-Match"))
        .containsExactly(
            "GET bytes=0-999 null",
            "GET bytes=50000-52999 \"one\"",
            "GET bytes=99000-99999 \"one\"");
    assertThat(server.requests())
        .allSatisfy(r -> assertThat(r.header("Accept-Encoding")).isEqualTo("identity"));
  }

  @Test
  void open_ofFewerBytesThanABlock_takesThem() throws IOException {
    server.content = expected(0, 7);
    try (ByteSource source = open()) {
      assertThat(read(source, 0, 7)).isEqualTo(expected(0, 7));
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void open_ofAnEmptyObject_hasNoBytes() throws IOException {
    server.content = new byte[0];
    try (ByteSource source = open()) {
      assertThat(source.size()).isZero();
    }
  }

  @Test
  void open_onAServerWithoutRanges_isRefusedBeforeTheFileComes() {
    List<Throwable> sending = new ArrayList<>();
    server.always(
        (exchange, self) -> {
          exchange.sendResponseHeaders(200, 1L << 40);
          byte[] chunk = new byte[1 << 16];
          try {
            while (true) {
              exchange.getResponseBody().write(chunk); // ends when the reader hangs up
            }
          } catch (IOException e) {
            sending.add(e);
          }
        });
    assertRefused(
        this::open, SlideException.Reason.UNSUPPORTED, "whole files only", "nginx", "case.svs");
  }

  @Test
  void open_refused_saysWhy() {
    server.next(RangeServer.status(404));
    assertRefused(this::open, SlideException.Reason.MISSING, "does not exist", "Check the address");
    server.next(RangeServer.status(401));
    assertRefused(this::open, SlideException.Reason.MISSING, "login", "user and password");
    server.next(RangeServer.status(403));
    assertRefused(this::open, SlideException.Reason.MISSING, "may not be read", "signed");
    server.next(RangeServer.status(418));
    assertRefused(this::open, SlideException.Reason.MISSING, "status 418");
    assertThat(pauses).isEmpty();
  }

  @Test
  void open_whereNothingListens_saysSoAfterSomeTries() {
    SlideLocation slide = server.location();
    server.close();
    assertRefused(
        () -> open(slide, Duration.ofSeconds(60)),
        SlideException.Reason.MISSING,
        "accepts no connection",
        "tried 5 times");
  }

  @Test
  void open_atAnUnknownHost_isRefusedAtOnce() {
    assertRefused(
        () ->
            open(SlideLocation.parse("http://no-such-host.invalid/a.svs"), Duration.ofSeconds(60)),
        SlideException.Reason.MISSING,
        "not known",
        "no-such-host.invalid");
    assertThat(pauses).isEmpty();
  }

  @Test
  void open_onABusyServer_waitsAsAskedAndGoesOn() throws IOException {
    server.next(
        RangeServer.status(503),
        RangeServer.status(429, "Retry-After", "7"),
        RangeServer.status(503, "Retry-After", "86400"));
    try (ByteSource source = open()) {
      assertThat(read(source, 0, 10)).isEqualTo(expected(0, 10));
      assertThat(source.counts().requests()).isEqualTo(4);
    }
    assertThat(pauses)
        .containsExactly(Duration.ofMillis(500), Duration.ofSeconds(7), Duration.ofSeconds(30));
  }

  @Test
  void open_onAServerThatStaysBusy_givesUp() {
    server.always(RangeServer.status(429));
    assertRefused(
        this::open, SlideException.Reason.MISSING, "no more requests", "tried 5 times", "later");
    assertThat(pauses).extracting(Duration::toMillis).containsExactly(500L, 1000L, 2000L, 4000L);
  }

  @Test
  void read_ofAnAnswerThatBreaksOff_isAskedForAgain() throws IOException {
    try (ByteSource source = open()) {
      server.next(RangeServer.breakingOff());
      assertThat(read(source, 5000, 100)).isEqualTo(expected(5000, 100));
      assertThat(source.counts().fetched()).isEqualTo(1000 + 90 + 100);
    }
    assertThat(pauses).hasSize(1);
  }

  @Test
  void open_thatNobodyAnswers_runsOutOfTime() {
    server.always(RangeServer.silent());
    assertRefused(
        () -> open(server.location(), Duration.ofMillis(100)),
        SlideException.Reason.MISSING,
        "tried 5 times");
    assertThat(pauses).hasSize(4);
  }

  @Test
  void read_ofAnObjectThatChanged_isRefused() throws IOException {
    try (ByteSource source = open()) {
      server.etag = "\"two\"";
      assertThatThrownBy(() -> read(source, 5000, 100)).hasMessageContaining("changed");
      server.etag = "\"one\"";
      assertThatThrownBy(() -> read(source, 0, 100)).hasMessageContaining("changed");
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void read_ofAnObjectThatChanged_isRefusedAlsoWhereTheServerHeedsNoCondition() throws IOException {
    server.always((exchange, self) -> self.part(exchange, 0));
    try (ByteSource source = open()) {
      server.etag = "\"two\"";
      assertThatThrownBy(() -> read(source, 5000, 100)).hasMessageContaining("ETag");
    }
    server.etag = "";
    try (ByteSource source = open()) {
      server.modified = "Wed, 25 Nov 2026 11:00:00 GMT";
      assertThatThrownBy(() -> read(source, 5000, 100)).hasMessageContaining("Last-Modified");
    }
    server.modified = "";
    try (ByteSource source = open()) {
      server.content = MemoryObject.content(99_999);
      assertThatThrownBy(() -> read(source, 5000, 100)).hasMessageContaining("99999");
    }
  }

  @Test
  void read_underAWeakEtag_isComparedAndNotAskedFor() throws IOException {
    server.etag = "W/\"one\"";
    try (ByteSource source = open()) {
      assertThat(read(source, 5000, 100)).isEqualTo(expected(5000, 100));
      server.etag = "W/\"two\"";
      assertThatThrownBy(() -> read(source, 6000, 100)).hasMessageContaining("changed");
    }
    assertThat(server.requests().get(1).header("If-Match")).isEqualTo("null");
  }

  @Test
  void read_ofOtherBytesThanAskedFor_isRefused() throws IOException {
    try (ByteSource source = open()) {
      server.next(
          (exchange, self) -> {
            exchange.getResponseHeaders().set("ETag", self.etag);
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-99/100000");
            exchange.sendResponseHeaders(206, 100);
            exchange.getResponseBody().write(new byte[100]);
          });
      assertThatThrownBy(() -> read(source, 5000, 100))
          .hasMessageContaining("other bytes")
          .hasMessageContaining("bytes 0-99/100000");
      server.next(
          (exchange, self) -> {
            exchange.getResponseHeaders().set("ETag", self.etag);
            exchange.getResponseHeaders().set("Content-Range", "bytes 5000-5099/100000");
            exchange.sendResponseHeaders(206, 0); // of unknown length
            exchange.getResponseBody().write(new byte[200]);
          });
      assertThat(read(source, 5000, 100)).isEqualTo(expected(5000, 100));
    }
  }

  @Test
  void open_onAServerThatCompresses_isRefused() {
    server.always(
        (exchange, self) -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          self.serve(exchange);
        });
    assertRefused(this::open, SlideException.Reason.UNSUPPORTED, "compresses", "gzip");
  }

  @Test
  void open_ledElsewhere_followsAndKeepsTheLoginToItself() throws IOException {
    try (RangeServer store = new RangeServer(CONTENT)) {
      server.always(
          RangeServer.status(302, "Location", store.address("/there?signature=secret").toString()));
      SlideLocation slide =
          SlideLocation.parse("http://me:pass%20word@" + server.authority() + "/a.svs?token=t");
      try (ByteSource source = open(slide, Duration.ofSeconds(60))) {
        assertThat(read(source, 5000, 100)).isEqualTo(expected(5000, 100));
        store.next(RangeServer.status(403)); // the signature has run out
        assertThat(read(source, 7000, 100)).isEqualTo(expected(7000, 100));
      }
      assertThat(server.requests()).hasSize(2);
      assertThat(server.requests().get(0).path()).isEqualTo("/a.svs?token=t");
      assertThat(server.requests().get(0).header("Authorization"))
          .isEqualTo("Basic bWU6cGFzcyB3b3Jk"); // me:pass word
      assertThat(store.requests())
          .hasSize(4)
          .allSatisfy(r -> assertThat(r.header("Authorization")).isEqualTo("null"));
    }
  }

  @Test
  void open_ledInCircles_isRefusedWithoutSecrets() {
    server.always(RangeServer.status(302, "Location", "/b.svs?token=secret"));
    URI address = URI.create("http://me:secret@" + server.authority() + "/a.svs?token=secret");
    assertThatThrownBy(() -> open(SlideLocation.of(address), Duration.ofSeconds(60)))
        .isInstanceOf(SlideException.class)
        .hasMessageContaining("led on")
        .hasMessageContaining("/a.svs")
        .hasMessageNotContaining("secret");
    server.always(RangeServer.status(302, "Location", "file:///etc/passwd"));
    assertRefused(this::open, SlideException.Reason.MISSING, "from http to file");
  }
}
