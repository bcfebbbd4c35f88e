package org.histofm.tiling.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.SlideWriter.Compression;
import org.histofm.testkit.SlideWriter.Recorded;
import org.histofm.tiling.Slides;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Slides in S3Proxy, a store that checks signatures. Compiled with the Maven profile s3 only. */
class S3ProxyTest {
  private static final SlideLocation SLIDE = SlideLocation.parse("s3://slides/folder/case%207.svs");
  private static final Mpp MPP = Mpp.of(0.5);

  @TempDir private Path folder;
  private final Map<String, Optional<String>> before = new TreeMap<>();
  private final TransientNio2BlobStore store = new TransientNio2BlobStore();
  private final S3Proxy proxy =
      S3Proxy.builder()
          .blobStore(store)
          .endpoint(URI.create("http://127.0.0.1:0"))
          .awsAuthentication(AuthenticationType.AWS_V4, "KEY", "SECRET")
          .build();
  private Path file;

  @BeforeEach
  void start() throws Exception {
    file = folder.resolve("slide.svs");
    SlideWriter.of(2048, 2048)
        .withTilePx(256)
        .withLevels(1, 4)
        .withCompression(Compression.JPEG)
        .withMpp(MPP, Recorded.APERIO)
        .write(file, (x, y) -> (int) (x * y * 0x9E3779B97F4A7C15L >>> 43));
    store.createContainer("slides");
    PutObjectRequest put =
        PutObjectRequest.builder()
            .bucket("slides")
            .key("folder/case 7.svs")
            .contentLength(Files.size(file))
            .build();
    try (InputStream in = Files.newInputStream(file)) {
      store.putBlob(put, in);
    }
    proxy.start();
    set("aws.endpointUrlS3", "http://127.0.0.1:" + proxy.getPort());
    set("aws.region", "eu-central-1");
    set("aws.accessKeyId", "KEY");
    set("aws.secretAccessKey", "SECRET");
  }

  private void set(String property, String value) {
    before.putIfAbsent(property, Optional.ofNullable(System.getProperty(property)));
    System.setProperty(property, value);
  }

  @AfterEach
  void stop() throws Exception {
    proxy.stop();
    store.close();
    before.forEach(
        (property, value) ->
            value.ifPresentOrElse(
                old -> System.setProperty(property, old), () -> System.clearProperty(property)));
  }

  @Test
  void read_fromAStore_givesThePixelsOfTheFileForFewBytesMore() {
    Slides slides = Slides.withDefaults();
    try (SlideReader near = slides.open(SlideLocation.of(file));
        SlideReader far = slides.open(SLIDE)) {
      for (int y = 0; y < 2048; y += 224) {
        for (int x = 0; x < 2048; x += 224) {
          Region region = new Region(x, y, 224, 224);
          assertThat(far.read(region, MPP)).isEqualTo(near.read(region, MPP));
        }
      }
      ByteCounts counts = far.byteCounts();
      assertThat(counts.fetchedPerTileByte().orElseThrow()).isBetween(1.0, 1.1);
      assertThat(counts.requests()).isLessThanOrEqualTo(64 + 3);
    }
  }

  @Test
  void open_refused_saysWhy() {
    Slides slides = Slides.withDefaults();
    assertThatThrownBy(() -> slides.open(SlideLocation.parse("s3://slides/absent.svs")))
        .isInstanceOf(SlideException.class)
        .hasMessageContaining("does not exist");
    set("aws.secretAccessKey", "ANOTHER");
    assertThatThrownBy(() -> slides.open(SLIDE))
        .isInstanceOf(SlideException.class)
        .hasMessageContaining("may not be read with this login")
        .hasMessageContaining("AWS_PROFILE");
  }
}
