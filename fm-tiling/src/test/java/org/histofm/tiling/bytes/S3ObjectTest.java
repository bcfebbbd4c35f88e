package org.histofm.tiling.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The AWS SDK against a web server that answers as S3 does. */
class S3ObjectTest {
  private static final FetchRules RULES = new FetchRules(1000, 10, 5, 10_000, 20_000, 2);
  private static final byte[] CONTENT = MemoryObject.content(100_000);
  private static final String ADDRESS = "s3://slide_bucket/folder/case%207.svs";

  private final Map<String, String> before = new TreeMap<>();
  private final List<Duration> pauses = new ArrayList<>();
  private RangeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RangeServer(CONTENT);
    set("aws.endpointUrlS3", "http://" + server.authority());
    set("aws.region", "eu-central-1");
    set("aws.accessKeyId", "KEY");
    set("aws.secretAccessKey", "SECRET");
  }

  private void set(String property, String value) {
    before.put(property, String.valueOf(System.getProperty(property)));
    System.setProperty(property, value);
  }

  @AfterEach
  void stop() {
    server.close();
    before.forEach(
        (property, value) -> {
          if (value.equals("null")) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }

  private ByteSource open(String address, boolean anonymous) throws IOException {
    Traffic traffic = new Traffic();
    return ByteSources.open(
        SlideLocation.parse(address),
        S3Object.of(URI.create(address), anonymous, Duration.ofSeconds(60), traffic),
        new Retries(pauses::add),
        RULES,
        traffic);
  }

  private static byte[] read(ByteSource source, long position, int length) throws IOException {
    byte[] target = new byte[length];
    source.read(position, target, 0, length);
    return target;
  }

  private static byte[] expected(int position, int length) {
    return Arrays.copyOfRange(CONTENT, position, position + length);
  }

  @Test
  void read_fromS3_signsRangesAndNamesTheBucketInThePath() throws IOException {
    try (ByteSource source = ByteSources.open(SlideLocation.parse(ADDRESS))) {
      assertThat(source.size()).isEqualTo(CONTENT.length);
      assertThat(read(source, 70_000, 8000)).isEqualTo(expected(70_000, 8000));
      assertThat(source.counts()).isEqualTo(new ByteCounts(2, (64 << 10) + 8000, 8000, 8000, 0));
    }
    assertThat(server.requests())
        .extracting(r -> r.method() + " " + r.path() + " " + r.header("Range"))
        .containsExactly(
            "GET /slide_bucket/folder/case%207.svs bytes=0-65535",
            "GET /slide_bucket/folder/case%207.svs bytes=70000-77999");
    assertThat(server.requests())
        .allSatisfy(
            r ->
                assertThat(r.header("Authorization"))
                    .startsWith("AWS4-HMAC-SHA256 Credential=KEY/")
                    .contains("/eu-central-1/s3/"));
    assertThat(server.requests().get(1).header("If-Match")).isEqualTo("\"one\"");
  }

  @Test
  void read_anonymously_sendsNoLogin() throws IOException {
    try (ByteSource source = open(ADDRESS, true)) {
      assertThat(read(source, 5000, 100)).isEqualTo(expected(5000, 100));
    }
    assertThat(server.requests())
        .hasSize(2)
        .allSatisfy(r -> assertThat(r.header("Authorization")).isEqualTo("null"));
  }

  @Test
  void open_ofAnEmptyObject_hasNoBytes() throws IOException {
    server.content = new byte[0];
    try (ByteSource source = open(ADDRESS, false)) {
      assertThat(source.size()).isZero();
    }
  }

  @Test
  void open_refused_saysWhy() {
    server.next(RangeServer.status(404));
    assertThatThrownBy(() -> open(ADDRESS, false))
        .isInstanceOfSatisfying(
            SlideException.class,
            e -> assertThat(e.reason()).isEqualTo(SlideException.Reason.MISSING))
        .hasMessageContaining("does not exist");
    server.next(RangeServer.status(403));
    assertThatThrownBy(() -> open(ADDRESS, false))
        .isInstanceOf(SlideException.class)
        .hasMessageContaining("HISTOFM_S3_ANONYMOUS")
        .hasMessageContaining("AWS_PROFILE");
    assertThatThrownBy(() -> ByteSources.open(SlideLocation.parse(ADDRESS + "?versionId=2")))
        .isInstanceOf(SlideException.class)
        .hasMessageContaining("s3://bucket/key");
    assertThat(pauses).isEmpty();
  }

  @Test
  void open_onAStoreThatIgnoresRanges_isRefused() {
    server.always(
        (exchange, self) -> {
          exchange.sendResponseHeaders(200, 1 << 20);
          exchange.getResponseBody().write(new byte[1 << 20]);
        });
    assertThatThrownBy(() -> open(ADDRESS, false))
        .isInstanceOf(SlideException.class)
        .hasMessageContaining("whole files only");
  }

  @Test
  void read_onABusyStore_orOneThatBreaksOff_asksAgain() throws IOException {
    try (ByteSource source = open(ADDRESS, false)) {
      server.next(RangeServer.status(503), RangeServer.breakingOff(), RangeServer.status(500));
      assertThat(read(source, 5000, 100)).isEqualTo(expected(5000, 100));
      assertThat(source.counts()).isEqualTo(new ByteCounts(5, 1000 + 90 + 100, 100, 100, 0));
    }
    assertThat(pauses).extracting(Duration::toMillis).containsExactly(500L, 1000L, 2000L);
  }

  @Test
  void read_ofAnObjectThatChanged_isRefused() throws IOException {
    try (ByteSource source = open(ADDRESS, false)) {
      server.etag = "\"two\"";
      assertThatThrownBy(() -> read(source, 5000, 100)).hasMessageContaining("changed");
    }
    server.always((exchange, self) -> self.part(exchange, 0)); // heeds no condition
    try (ByteSource source = open(ADDRESS, false)) {
      server.etag = "\"three\"";
      assertThatThrownBy(() -> read(source, 5000, 100)).hasMessageContaining("ETag");
    }
  }
}
