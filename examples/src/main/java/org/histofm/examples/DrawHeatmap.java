package org.histofm.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.Slides;
import org.histofm.tiling.heatmap.Heatmap;
import org.histofm.tiling.heatmap.HeatmapSettings;
import org.histofm.tiling.heatmap.TileScore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws scores of tiles over their slide, and writes them for QuPath. */
@Command(
    name = "heatmap",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Draws scores of tiles over their slide (PNG) and writes them for QuPath (GeoJSON).",
      "Exit code 0: both are written; 2: a file or setting cannot be used."
    })
public final class DrawHeatmap implements Callable<Integer> {
  @Option(names = "--slide", required = true, paramLabel = "FILE", description = "The slide.")
  private String slide = "";

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "CSV",
      description =
          "A table with the columns x and y (upper left corner of a tile in level-0 pixels) and"
              + " score; an empty score or NaN is not drawn. Other columns are ignored.")
  private Path scores = Path.of("");

  @Option(
      names = "--tile-px-level0",
      required = true,
      paramLabel = "N",
      description = "Side of a tile in level-0 pixels: tile px times mpp over the slide's mpp.")
  private long tilePx;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Gets SLIDE.heatmap.png and SLIDE.heatmap.geojson; made if it is missing.")
  private Path out = Path.of("");

  @Option(
      names = "--range",
      paramLabel = "LOW,HIGH",
      split = ",",
      arity = "1",
      description = "Scores of the first and last colour. Default: the least and the greatest.")
  private double @Nullable [] range;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      defaultValue = "0.6",
      description = "Opacity of the colours, 0 to 1. Default: ${DEFAULT-VALUE}.")
  private double alpha = 0.6;

  @Option(
      names = "--bins",
      paramLabel = "N",
      defaultValue = "5",
      description = "Classes in the GeoJSON. Default: ${DEFAULT-VALUE}.")
  private int bins = 5;

  @Option(
      names = "--max-side",
      paramLabel = "PX",
      defaultValue = "1500",
      description = "Longest side of the picture. Default: ${DEFAULT-VALUE}.")
  private int maxSide = 1500;

  @Option(
      names = "--mpp-override",
      paramLabel = "UM",
      description = "Level-0 pixel size in µm/px, before the file's.")
  private @Nullable Double mpp;

  /** The command line. */
  public static void main(String... args) {
    Cli.main(new DrawHeatmap(), args);
  }

  @Override
  public Integer call() {
    HeatmapSettings settings =
        HeatmapSettings.defaults().withAlpha(alpha).withBins(bins).withMaxSidePx(maxSide);
    if (range != null) {
      if (range.length != 2) {
        throw new InputException(
            "--range has " + range.length + " numbers.", "Give two: --range 0,1.");
      }
      settings = settings.withRange(range[0], range[1]);
    }
    if (tilePx < 1) {
      throw new InputException(
          "tiles of " + tilePx + " level-0 pixels cannot be drawn.",
          "Give a --tile-px-level0 of at least 1.");
    }
    if (mpp != null && !(mpp > 0 && Double.isFinite(mpp))) {
      throw new InputException(
          "a pixel size of " + mpp + " µm is none.", "Give a --mpp-override above 0.");
    }
    SlideLocation location = SlideLocation.parse(slide);
    Heatmap map = Heatmap.of(read(), settings);
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new EnvironmentException(
          "folder " + out + " cannot be made: " + e + ".", "Name another --out.", e);
    }
    Path png = out.resolve(location.stem() + ".heatmap.png");
    Path json = out.resolve(location.stem() + ".heatmap.geojson");
    try (SlideReader reader =
        Slides.withDefaults().open(location, Optional.ofNullable(mpp).map(Mpp::of))) {
      map.writePng(png, reader);
    }
    map.writeGeoJson(json);
    System.out.printf(
        Locale.ROOT,
        "%d tiles, scores %s to %s%n%s%n%s%n",
        map.size(),
        map.low(),
        map.high(),
        png,
        json);
    return Cli.GOOD;
  }

  private List<TileScore> read() {
    List<TileScore> found = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(scores)) {
      String header = lines.readLine();
      List<String> names = header == null ? List.of() : cells(header);
      int x = column(names, "x");
      int y = column(names, "y");
      int score = column(names, "score");
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        List<String> cells = cells(line);
        if (cells.size() != names.size()) {
          throw bad(number, "has " + cells.size() + " cells, the header " + names.size());
        }
        found.add(
            new TileScore(
                new Region(
                    corner(cells.get(x), number), corner(cells.get(y), number), tilePx, tilePx),
                score(cells.get(score), number)));
      }
    } catch (IOException e) {
      throw new InputException(
          "scores " + scores + " cannot be read: " + e + ".",
          "Name a table of text in UTF-8 that you may read.",
          e);
    }
    return found;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(",", -1)).map(c -> c.replace("\"", "").strip()).toList();
  }

  private int column(List<String> names, String wanted) {
    int place = names.indexOf(wanted);
    if (place < 0) {
      throw new InputException(
          "scores " + scores + " has no column '" + wanted + "'; it has " + names + ".",
          "Give a table with the columns x, y and score, separated by commas.");
    }
    return place;
  }

  private long corner(String cell, int line) {
    try {
      double value = Double.parseDouble(cell);
      if (Math.abs(value) <= 1e9) {
        return Math.round(value);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw bad(line, "has '" + cell + "' in place of a level-0 pixel");
  }

  private double score(String cell, int line) {
    if (cell.isEmpty() || cell.equalsIgnoreCase("nan") || cell.equalsIgnoreCase("na")) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      throw bad(line, "has '" + cell + "' in place of a score");
    }
  }

  private InputException bad(int line, String what) {
    return new InputException(
        "line " + line + " of " + scores + " " + what + ".", "Mend that line.");
  }
}
