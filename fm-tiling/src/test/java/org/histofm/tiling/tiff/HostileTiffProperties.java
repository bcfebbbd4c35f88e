package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.SlideWriter.Compression;
import org.histofm.testkit.SlideWriter.Recorded;

/** A small pyramid with some bits turned over, or cut off, is read or refused, in little memory. */
class HostileTiffProperties {
  // A sound file takes 2 MB. A claim just below the limits costs a tile of 128 MiB and its RGB
  // twice.
  private static final long MAX_ALLOCATED = 400L << 20;

  private static Path folder = Path.of("");
  private static byte[][] sound = {};

  @BeforeContainer
  static void writeSlides() throws IOException {
    folder = Files.createTempDirectory("hostile");
    Compression[] kinds = Compression.values();
    sound = new byte[kinds.length][];
    for (int i = 0; i < kinds.length; i++) {
      Path file = folder.resolve("sound.tif");
      SlideWriter.of(256, 192)
          .withTilePx(64)
          .withLevels(1, 2)
          .withCompression(kinds[i])
          .withBigTiff(i % 2 == 1)
          .withSubIfds(i % 2 == 1)
          .withMpp(Mpp.of(0.5), Recorded.values()[i % 3])
          .write(file, (x, y) -> (int) (x << 16 | y << 8 | x * y & 0xff));
      sound[i] = Files.readAllBytes(file);
    }
  }

  @AfterContainer
  static void delete() throws IOException {
    for (String name : new String[] {"sound.tif", "hostile.tif"}) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.deleteIfExists(folder);
  }

  @Property(tries = 600, seed = "20261125")
  void changedBytes_areReadOrRefused(@ForAll long draw) throws IOException {
    SplittableRandom random = new SplittableRandom(draw);
    byte[] bytes = sound[random.nextInt(sound.length)].clone();
    // What matters most stands at the end: the directories.
    int from = random.nextBoolean() ? Math.max(0, bytes.length - 1500) : 0;
    for (int i = random.nextInt(1, 12); i > 0; i--) {
      bytes[random.nextInt(from, bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    Path file = folder.resolve("hostile.tif");
    Files.write(file, bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    readAll(file);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED);
  }

  private static void readAll(Path file) {
    try (SlideReader slide =
        new TiffSlideProvider().open(SlideLocation.of(file), Optional.of(Mpp.of(0.5)))) {
      for (double scale : new double[] {1, 2}) {
        slide.read(new Region(0, 0, 256, 192), Mpp.of(0.5 * scale));
      }
    } catch (SlideException e) {
      assertThat(e.getMessage()).contains("hostile.tif");
    }
  }
}
