package org.histofm.tiling.tiff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;

/**
 * Writes every level and every image beside the slides of a folder as raw RGB, for
 * scripts/fixtures/tiff_compare.py.
 */
final class DumpSlides {
  private static final long MAX_PX = 60_000_000;

  private DumpSlides() {}

  /**
   * @param args the folder of the slides, and the one to write to
   */
  public static void main(String[] args) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(Path.of(args[0]))) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    Path out = Files.createDirectories(Path.of(args[1]));
    TiffSlideProvider provider = new TiffSlideProvider();
    for (Path file : files) {
      try (SlideReader slide = provider.open(SlideLocation.of(file), Optional.of(Mpp.of(1)))) {
        dump(slide, file.getFileName().toString(), out);
      } catch (SlideException e) {
        System.out.println(e.reason() + ": " + e.problem());
      }
    }
  }

  private static void dump(SlideReader slide, String name, Path out) throws IOException {
    for (int i = 0; i < slide.levels().size(); i++) {
      Level level = slide.levels().get(i);
      if (level.width() * level.height() <= MAX_PX) {
        Region all =
            new Region(
                0,
                0,
                Math.round(level.width() * level.downsampleX()),
                Math.round(level.height() * level.downsampleY()));
        RgbImage image = slide.read(all, new Mpp(level.downsampleX(), level.downsampleY()));
        write(image, name + ".L" + i, out);
      }
    }
    for (String beside : slide.associatedImages()) {
      write(slide.associatedImage(beside), name + "." + beside, out);
    }
  }

  private static void write(RgbImage image, String name, Path out) throws IOException {
    String size = String.format(Locale.ROOT, ".%dx%d.rgb", image.width(), image.height());
    Files.write(out.resolve(name + size), image.toBytes());
  }
}
