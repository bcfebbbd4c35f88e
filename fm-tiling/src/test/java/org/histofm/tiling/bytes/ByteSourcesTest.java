package org.histofm.tiling.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByteSourcesTest {
  @TempDir private Path folder;

  @Test
  void open_ofAFile_readsIt() throws IOException {
    byte[] content = MemoryObject.content(1000);
    Path file = Files.write(folder.resolve("a.svs"), content);
    try (ByteSource source = ByteSources.open(SlideLocation.of(file))) {
      byte[] target = new byte[1000];
      source.read(0, target, 0, 1000);
      assertThat(target).isEqualTo(content);
      assertThat(source.counts()).isEqualTo(ByteCounts.NONE);
    }
  }

  @Test
  void open_ofNoFile_isRefused() {
    assertThatThrownBy(() -> ByteSources.open(SlideLocation.of(folder.resolve("b.svs"))))
        .isInstanceOfSatisfying(
            SlideException.class,
            e -> assertThat(e.reason()).isEqualTo(SlideException.Reason.MISSING));
    assertThatThrownBy(() -> ByteSources.open(SlideLocation.of(folder)))
        .isInstanceOfSatisfying(
            SlideException.class,
            e -> assertThat(e.reason()).isEqualTo(SlideException.Reason.NOT_A_SLIDE));
  }

  @Test
  void counts_ofTwoSources_addUp() {
    ByteCounts counts = new ByteCounts(1, 20, 30, 10, 0);
    assertThat(counts.fetchedPerTileByte()).isEmpty();
    ByteCounts sum = counts.plus(new ByteCounts(2, 10, 10, 10, 20));
    assertThat(sum).isEqualTo(new ByteCounts(3, 30, 40, 20, 20));
    assertThat(sum.fetchedPerTileByte()).hasValue(1.5);
    assertThat(sum)
        .hasToString(
            "30 bytes fetched in 3 requests, 20 bytes used, 20 of them of tiles"
                + " (fetched / tiles = 1.500)");
  }

  /** The classes of the test's class path without the AWS SDK, defined anew. */
  private static final class WithoutSdk extends ClassLoader {
    WithoutSdk() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      String resource = name.replace('.', '/') + ".class";
      try (InputStream in = ByteSourcesTest.class.getClassLoader().getResourceAsStream(resource)) {
        if (in == null || name.startsWith("software.amazon.")) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void open_inS3WithoutTheSdk_namesTheArtifacts() throws Exception {
    ClassLoader loader = new WithoutSdk();
    Class<?> location = loader.loadClass(SlideLocation.class.getName());
    Object slide =
        location.getMethod("parse", String.class).invoke(null, "s3://bucket/folder/case.svs");
    Method open = loader.loadClass(ByteSources.class.getName()).getMethod("open", location);
    assertThatThrownBy(() -> open.invoke(null, slide))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .hasMessageContaining("software.amazon.awssdk:s3")
        .hasMessageContaining("software.amazon.awssdk:url-connection-client")
        .satisfies(
            e -> assertThat(e.getClass().getName()).isEqualTo("org.histofm.EnvironmentException"));
  }
}
