package org.histofm.tiling.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.tissue.TissueMask;
import org.histofm.tiling.tissue.TissueSettings;

/** An epoch's tiles against a plain computation with lists and exact fractions. */
class EpochProperties {
  private static final int SIZE = 6;

  /** Every pixel decides for itself. */
  private static final TissueSettings TISSUE =
      TissueSettings.otsu()
          .withMpp(4)
          .withMedianPx(1)
          .withClosingPx(0)
          .withMinAreaUm2(0)
          .withHoles(0, Integer.MAX_VALUE);

  /** What identifies a tile: slide, upper left target pixel, pixel size. */
  private record Drawn(String slide, long left, long top, double mpp) {}

  private record Slide(String name, double areaUm2, List<double[]> cells) {}

  @Property(tries = 12, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void tiles_ofAnyEpoch_areThoseOfBruteForceWhateverTheThreads(
      @ForAll long value,
      @ForAll @IntRange(min = 1, max = 4) int slideCount,
      @ForAll @IntRange(min = 1, max = 60) int epochTiles,
      @ForAll @IntRange(max = 3) int epoch,
      @ForAll @IntRange(min = 1, max = 4) int threads) {
    SplittableRandom random = new SplittableRandom(value);
    PaintedSlides painted = new PaintedSlides();
    List<OnlineSlide> manifest = new ArrayList<>();
    for (int i = 0; i < slideCount; i++) {
      int width = random.nextInt(60, 200);
      int height = random.nextInt(60, 200);
      int left = random.nextInt(0, width - 40);
      int top = random.nextInt(0, height - 40);
      manifest.add(
          painted.add(
              "s" + i, new PaintedSlides.Look(width, height, left, top, left + 40, top + 33)));
    }
    List<OnlineSettings.Scale> scales =
        List.of(new OnlineSettings.Scale(Mpp.of(1), 1), new OnlineSettings.Scale(Mpp.of(2.5), 2));
    OnlineSettings settings = OnlineSettings.of(SIZE, epochTiles, scales).withTissue(TISSUE);
    long first = (long) epoch * epochTiles;

    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Drawn> drawn = new ArrayList<>();
    try (OnlineTiles tiles =
            OnlineTiles.open(manifest, settings, painted.slides(), Seed.of(value));
        TileStream stream = tiles.stream(first, executor, 2 * threads)) {
      for (int i = 0; i < epochTiles; i++) {
        OnlineTile tile = stream.next();
        double s = tile.mpp().x();
        drawn.add(
            new Drawn(
                tile.slide(),
                Math.round(tile.region().x() / s),
                Math.round(tile.region().y() / s),
                s));
      }
    } finally {
      executor.shutdown();
    }
    List<Slide> slides = manifest.stream().map(slide -> slide(slide, painted)).toList();
    assertThat(drawn)
        .containsExactlyInAnyOrderElementsOf(
            bruteForce(Seed.of(value).derive("online tiles"), slides, epochTiles, epoch));
  }

  @Property(tries = 12, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void stream_resumedAtAnyNumber_isTheSameRow(
      @ForAll long value,
      @ForAll @IntRange(max = 150) int stoppedAt,
      @ForAll @IntRange(min = 1, max = 9) int ahead) {
    PaintedSlides painted = new PaintedSlides();
    List<OnlineSlide> manifest =
        List.of(
            painted.add("one", new PaintedSlides.Look(150, 120, 20, 20, 90, 100)),
            painted.add("two", new PaintedSlides.Look(90, 90, 30, 10, 80, 50)));
    OnlineSettings settings =
        OnlineSettings.of(SIZE, 40, Mpp.of(1))
            .withTissue(TISSUE)
            .withFilter(ContentFilter.midnight());
    Seed seed = Seed.of(value);
    List<OnlineTile> whole = new ArrayList<>();
    OnlineState state;
    try (OnlineTiles tiles = OnlineTiles.open(manifest, settings, painted.slides(), seed);
        TileStream stream = tiles.stream(0, Runnable::run, ahead)) {
      for (int i = 0; i < stoppedAt; i++) {
        whole.add(stream.next());
      }
      state = OnlineState.parse(stream.state().text());
      for (int i = 0; i < 20; i++) {
        whole.add(stream.next());
      }
    }
    try (OnlineTiles tiles = OnlineTiles.open(manifest, settings, painted.slides(), seed);
        TileStream stream = tiles.stream(tiles.resume(state), Runnable::run, 1)) {
      for (int i = stoppedAt; i < stoppedAt + 20; i++) {
        assertThat(stream.next()).isEqualTo(whole.get(i));
      }
    }
  }

  private static Slide slide(OnlineSlide slide, PaintedSlides painted) {
    try (SlideReader reader = painted.slides().open(slide.location())) {
      TissueMask mask = TissueMask.find(reader, TISSUE);
      List<double[]> cells = new ArrayList<>();
      for (int row = 0; row < mask.rows(); row++) {
        for (int column = 0; column < mask.columns(); column++) {
          if (mask.isTissue(column, row)) {
            cells.add(
                new double[] {
                  column * mask.downsampleX(),
                  row * mask.downsampleY(),
                  mask.downsampleX(),
                  mask.downsampleY()
                });
          }
        }
      }
      return new Slide(slide.id(), cells.size() * mask.downsampleX() * mask.downsampleY(), cells);
    }
  }

  private static List<Drawn> bruteForce(Seed seed, List<Slide> slides, int tiles, int epoch) {
    Seed own = seed.derive("shares").derive("epoch " + epoch);
    int[] order = own.derive("order of parts").derive("group from 0").permutation(slides.size());
    List<Slide> shuffled = IntStream.of(order).mapToObj(slides::get).toList();
    List<Slide> slideOfSlot =
        slots(
            shuffled,
            shuffled.stream().map(s -> BigDecimal.valueOf(s.areaUm2())).toList(),
            tiles,
            own.derive("shift"));
    List<Double> scaleOfSlot =
        slots(
            List.of(1.0, 2.5),
            List.of(BigDecimal.ONE, BigDecimal.valueOf(2)),
            tiles,
            own.derive("shift of pixel sizes"));
    ShuffledSlots slots = new ShuffledSlots(own.derive("slots"), tiles);
    ShuffledSlots scaleSlots = new ShuffledSlots(own.derive("pixel sizes"), tiles);
    List<Drawn> drawn = new ArrayList<>();
    for (int i = 0; i < tiles; i++) {
      Slide slide = slideOfSlot.get(slots.get(i));
      double s = scaleOfSlot.get(scaleSlots.get(i));
      long n = (long) epoch * tiles + i;
      SplittableRandom random = seed.derive("place of tile " + n + ", try 1").random();
      double[] cell = slide.cells().get(random.nextInt(slide.cells().size()));
      double x = cell[0] + random.nextDouble() * cell[2];
      double y = cell[1] + random.nextDouble() * cell[3];
      drawn.add(
          new Drawn(
              slide.name(), Math.round(x / s - SIZE / 2.0), Math.round(y / s - SIZE / 2.0), s));
    }
    return drawn;
  }

  /** A list with each item as often as its part of a shifted row of slots has ends of slots. */
  private static <T> List<T> slots(List<T> items, List<BigDecimal> areas, int tiles, Seed shift) {
    BigDecimal whole = areas.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal end =
        BigDecimal.valueOf(shift.random().nextLong(1L << 32))
            .divide(BigDecimal.valueOf(1L << 32), MathContext.DECIMAL128);
    List<T> slots = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      end =
          end.add(
              areas
                  .get(i)
                  .multiply(BigDecimal.valueOf(tiles))
                  .divide(whole, MathContext.DECIMAL128));
      BigDecimal ends = i == items.size() - 1 ? BigDecimal.valueOf(tiles) : end;
      while (slots.size() < ends.setScale(0, RoundingMode.FLOOR).intValue()) {
        slots.add(items.get(i));
      }
    }
    return slots;
  }
}
