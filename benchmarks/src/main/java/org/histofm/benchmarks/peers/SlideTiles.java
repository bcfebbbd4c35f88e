package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;

/**
 * A slide and the tiles of it that the rows read.
 *
 * @param slide its file
 * @param list a CSV file of level-0 regions, columns {@code x,y,width,height}
 * @param description what the slide is, for the reader of results
 */
record SlideTiles(Path slide, Path list, String description) {
  /** Side of a tile in pixels. */
  static final int SIZE = 224;

  /** Pixel size of a tile. */
  static final Mpp TARGET = Mpp.of(0.5);

  /** Where help is printed and no slide is read. */
  static SlideTiles none() {
    return new SlideTiles(Path.of(""), Path.of(""), "224 px at 0.5 µm/px");
  }

  /** The arguments of our sides. */
  List<String> arguments() {
    return List.of(slide.toString(), list.toString(), Integer.toString(SIZE));
  }

  /** Writes the list. */
  static void write(Path list, List<Region> regions) {
    StringBuilder text = new StringBuilder("x,y,width,height\n");
    for (Region region : regions) {
      text.append(region.x()).append(',').append(region.y()).append(',');
      text.append(region.width()).append(',').append(region.height()).append('\n');
    }
    try {
      Files.writeString(list, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + list, e);
    }
  }

  /** Reads a list. */
  static List<Region> read(Path list) {
    List<Region> regions = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(list, StandardCharsets.UTF_8);
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        regions.add(
            new Region(
                Long.parseLong(cells[0]),
                Long.parseLong(cells[1]),
                Long.parseLong(cells[2]),
                Long.parseLong(cells[3])));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + list, e);
    }
    return regions;
  }
}
