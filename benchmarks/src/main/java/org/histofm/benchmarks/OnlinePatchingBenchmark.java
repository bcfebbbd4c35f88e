package org.histofm.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.histofm.Seed;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.histofm.tiling.Slides;
import org.histofm.tiling.online.ContentFilter;
import org.histofm.tiling.online.OnlineSettings;
import org.histofm.tiling.online.OnlineSlide;
import org.histofm.tiling.online.OnlineTiles;
import org.histofm.tiling.online.StageCounts;
import org.histofm.tiling.online.TileStream;
import org.histofm.tiling.tiff.TiffSlideProvider;

/**
 * Tiles a second of online patching, drawn at random from the tissue of slides: for one thread and
 * two, for several mixes of pixel sizes, with and without Midnight's content filter, and without
 * the reader's cache, as on slides so many that it seldom helps. Prints a table in Markdown, then
 * what each run's time went into. The one who takes the tiles does nothing with them. A line is the
 * median of {@value #ROUNDS} runs after one that is not counted; slides are open and their tissue
 * found before.
 */
public final class OnlinePatchingBenchmark {
  private static final int ROUNDS = 3;
  private static final int TILE_PX = 224;

  private enum Way {
    CACHED("as drawn"),
    UNCACHED("as drawn, no stored tile kept decoded"),
    FILTERED("kept by Midnight's filter");

    private final String words;

    Way(String words) {
      this.words = words;
    }
  }

  private static Slides slides(Way way) {
    return way == Way.UNCACHED
        ? Slides.of(List.of(new TiffSlideProvider(0)))
        : Slides.withDefaults();
  }

  private record Mix(String name, List<OnlineSettings.Scale> scales) {}

  private OnlinePatchingBenchmark() {}

  private static final List<Mix> MIXES =
      List.of(
          new Mix("0.5", scales(0.5)),
          new Mix("1", scales(1)),
          new Mix("0.5 + 1 + 2 + 4", scales(0.5, 1, 2, 4)));

  private static List<OnlineSettings.Scale> scales(double... mpps) {
    List<OnlineSettings.Scale> scales = new ArrayList<>();
    for (double mpp : mpps) {
      scales.add(new OnlineSettings.Scale(Mpp.of(mpp), 1));
    }
    return List.copyOf(scales);
  }

  /**
   * Runs it.
   *
   * @param arguments number of tiles in a run, then slides: files, or folders whose files are taken
   *     that are slides with tissue
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("Give the number of tiles in a run, then slides or folders of slides.");
      System.exit(2);
    }
    System.out.print(run(Integer.parseInt(arguments[0]), slides(arguments)));
  }

  private static List<OnlineSlide> slides(String[] arguments) throws Exception {
    List<OnlineSlide> slides = new ArrayList<>();
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        try (var files = Files.list(path)) {
          files
              .filter(Files::isRegularFile)
              .sorted()
              .forEach(file -> slides.add(OnlineSlide.of(SlideLocation.of(file))));
        }
      } else {
        slides.add(OnlineSlide.of(SlideLocation.of(path)));
      }
    }
    return slides;
  }

  /** The tables as text. */
  static String run(int tiles, List<OnlineSlide> slides) throws Exception {
    StringBuilder table =
        new StringBuilder(
            "| mpp | tiles | threads | tiles/s | ms a tile | limited by |%n|---|---|---|---|---|---|%n"
                .formatted());
    StringBuilder stages = new StringBuilder();
    for (Mix mix : MIXES) {
      for (Way way : Way.values()) {
        for (int threads : new int[] {1, 2}) {
          List<Double> rates = new ArrayList<>();
          StageCounts counts = null;
          for (int round = 0; round <= ROUNDS; round++) {
            OnlineSettings settings =
                OnlineSettings.of(TILE_PX, tiles, mix.scales()).withMostFailed(slides.size());
            if (way == Way.FILTERED) {
              settings = settings.withFilter(ContentFilter.midnight());
            }
            try (OnlineTiles online =
                OnlineTiles.open(slides, settings, slides(way), Seed.of(round))) {
              long begin = System.nanoTime();
              take(online, tiles, threads);
              if (round > 0) {
                rates.add(tiles / ((System.nanoTime() - begin) / 1e9));
              }
              counts = online.counts();
            }
          }
          double rate = rates.stream().sorted().toList().get(ROUNDS / 2);
          String name = "| %s | %s | %d".formatted(mix.name(), way.words, threads);
          table.append(
              String.format(
                  Locale.ROOT,
                  "%s | %.0f | %.2f | %s |%n",
                  name,
                  rate,
                  1000 / rate,
                  counts == null ? "" : counts.limiting()));
          stages.append(name).append(" |\n").append(counts == null ? "" : counts.table());
        }
      }
    }
    return table.append('\n').append(stages).toString();
  }

  private static void take(OnlineTiles online, int tiles, int threads) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (TileStream stream = online.stream(0, executor, 8 * threads)) {
      for (int i = 0; i < tiles; i++) {
        stream.next();
      }
    } finally {
      executor.shutdown();
    }
  }
}
