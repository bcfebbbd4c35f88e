package org.histofm.tiling.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.histofm.Seed;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;

class SamplingProperties {
  @Property(tries = 200, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void shuffledSlots_ofAnySize_areAPermutation(
      @ForAll @IntRange(min = 1, max = 3000) int size, @ForAll long seed) {
    ShuffledSlots slots = new ShuffledSlots(Seed.of(seed), size);
    assertThat(IntStream.range(0, size).map(slots::get).sorted().toArray())
        .isEqualTo(IntStream.range(0, size).toArray());
  }

  @Property(tries = 50, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void shuffledSlots_ofTheLargestSize_stayInside(@ForAll @IntRange(min = 0) int place) {
    int size = Integer.MAX_VALUE;
    ShuffledSlots slots = new ShuffledSlots(Seed.of(5), size);
    int at = Math.min(place, size - 1);
    assertThat(slots.get(at)).isBetween(0, size - 1);
  }

  /**
   * Where place 0 goes over 24,000 seeds: chi-square of 24 cells has mean 23 and standard deviation
   * 6.8; 60 is over five of them.
   */
  @Property(tries = 1, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void shuffledSlots_overSeeds_areUniform() {
    int[] counts = new int[24];
    for (int seed = 0; seed < 24_000; seed++) {
      counts[new ShuffledSlots(Seed.of(seed), 24).get(0)]++;
    }
    assertThat(Arrays.stream(counts).mapToDouble(c -> (c - 1000.0) * (c - 1000) / 1000).sum())
        .isLessThan(60);
  }

  @Property(tries = 300, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void quotas_withBounds_sumUpAreBoundedAndProportional(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 10_000) Integer> areas,
      @ForAll @IntRange(min = 1, max = 50) int bound,
      @ForAll @IntRange(min = 1, max = 400) int tiles) {
    double[] area = areas.stream().mapToDouble(a -> a).toArray();
    long able = Arrays.stream(area).filter(a -> a > 0).count();
    long[] bounds = new long[area.length];
    Arrays.fill(bounds, bound * Quotas.ONE);
    if (able * bound < tiles) {
      assertThatThrownBy(() -> Quotas.of(area, bounds, tiles * Quotas.ONE))
          .isInstanceOf(IllegalArgumentException.class);
      return;
    }
    long[] quotas = Quotas.of(area, bounds, tiles * Quotas.ONE);
    assertThat(Arrays.stream(quotas).sum()).isEqualTo(tiles * Quotas.ONE);
    double rate = 0;
    for (int i = 0; i < quotas.length; i++) {
      assertThat(quotas[i]).isBetween(0L, area[i] == 0 ? 0L : bounds[i]);
      if (area[i] > 0 && quotas[i] < bounds[i]) {
        double own = (double) quotas[i] / Quotas.ONE / area[i];
        rate = rate == 0 ? own : rate;
        assertThat(own).isCloseTo(rate, within(1e-6));
      }
    }
    for (int i = 0; i < quotas.length; i++) {
      // Who is at the bound would have more at the others' rate.
      if (rate > 0 && area[i] > 0 && quotas[i] == bounds[i]) {
        assertThat(area[i] * rate).isGreaterThanOrEqualTo(bound - 1e-6 * area[i]);
      }
    }
  }

  @Property(tries = 200, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void cellSet_kthCell_isThatOfAList(@ForAll long seed, @ForAll @IntRange(max = 5000) int size) {
    SplittableRandom random = new SplittableRandom(seed);
    double density = random.nextDouble();
    BitSet bits = new BitSet();
    for (int i = 0; i < size; i++) {
      // Long empty stretches, too.
      bits.set(i, random.nextDouble() < density && i / 700 % 2 == 0);
    }
    CellSet cells = CellSet.of(bits);
    int[] list = bits.stream().toArray();
    assertThat(cells.size()).isEqualTo(list.length);
    assertThat(IntStream.range(0, list.length).map(cells::get).toArray()).isEqualTo(list);
    assertThatThrownBy(() -> cells.get(list.length)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Property(tries = 100, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void draws_ofAnEpoch_roundEveryQuotaUpOrDownAndGroupsToo(
      @ForAll @Size(min = 2, max = 20) List<@IntRange(min = 1, max = 1000) Integer> areas,
      @ForAll @IntRange(min = 1, max = 200) int tiles,
      @ForAll long seed,
      @ForAll @IntRange(max = 5) int epoch) {
    double[] area = areas.stream().mapToDouble(a -> a).toArray();
    long[] bounds = new long[area.length];
    Arrays.fill(bounds, tiles * Quotas.ONE);
    long[] quotas = Quotas.of(area, bounds, tiles * Quotas.ONE);
    int half = area.length / 2;
    long[] scales = Quotas.of(new double[] {1, 3}, new long[] {bounds[0], bounds[0]}, bounds[0]);
    Draws draws = new Draws(Seed.of(seed), tiles, quotas, new int[] {half, area.length}, scales);
    int[] counts = new int[area.length];
    int[] ofScale = new int[2];
    for (int i = 0; i < tiles; i++) {
      Draws.Draw draw = draws.get((long) epoch * tiles + i);
      counts[draw.part()]++;
      ofScale[draw.scale()]++;
    }
    for (int i = 0; i < counts.length; i++) {
      assertRounded(counts[i], quotas[i]);
    }
    assertRounded(Arrays.stream(counts, 0, half).sum(), Arrays.stream(quotas, 0, half).sum());
    assertRounded(ofScale[1], scales[1]);
  }

  private static void assertRounded(int count, long quota) {
    assertThat((long) count).isBetween(quota / Quotas.ONE, (quota + Quotas.ONE - 1) / Quotas.ONE);
  }

  /**
   * Ten slides, of one to ten parts of tissue, share epochs of three tiles: over 2,000 epochs each
   * has its share. A count per epoch is 0 or 1 here, its mean's deviation below 0.5 / √2000 =
   * 0.011.
   */
  @Property(tries = 1, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void draws_overManyEpochs_keepQuotasBelowOneTile() {
    double[] area = IntStream.rangeClosed(1, 10).asDoubleStream().toArray();
    long[] bounds = new long[10];
    Arrays.fill(bounds, 3 * Quotas.ONE);
    long[] quotas = Quotas.of(area, bounds, 3 * Quotas.ONE);
    Draws draws = new Draws(Seed.of(1), 3, quotas, new int[] {10}, new long[] {3 * Quotas.ONE});
    int[] counts = new int[10];
    for (int n = 0; n < 3 * 2000; n++) {
      counts[draws.get(n).part()]++;
    }
    for (int i = 0; i < 10; i++) {
      assertThat(counts[i] / 2000.0).isCloseTo(3 * area[i] / 55, within(0.045));
    }
  }

  @Property(tries = 150, seed = "11", edgeCases = EdgeCasesMode.NONE)
  void tileRead_anywhereAtAnyScale_hasTheExactSizeAndIsACrop(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 20, max = 500) int percent,
      @ForAll @IntRange(min = 0, max = 1000) int x,
      @ForAll @IntRange(min = 0, max = 1000) int y) {
    PaintedSlides painted = new PaintedSlides();
    painted.add("a", new PaintedSlides.Look(100, 100, 0, 0, 100, 100));
    Mpp target = Mpp.of(percent / 100.0);
    double centreX = x / 10.0;
    double centreY = y / 10.0;
    TileRead read = TileRead.around(centreX, centreY, size, PaintedSlides.MPP, target);
    try (SlideReader reader = painted.slides().open(SlideLocation.of(Path.of("a")))) {
      RgbImage tile = read.read(reader, size, target);
      assertThat(tile.width()).isEqualTo(size);
      assertThat(tile.height()).isEqualTo(size);
      // Column of the target grid at the centre, less half a tile.
      long first = Math.round(centreX / target.x() - size / 2.0);
      long top = Math.round(centreY / target.y() - size / 2.0);
      Region larger = new Region(-300, -300, 800, 800);
      RgbImage whole = reader.read(larger, target);
      long left = Math.round(-300 / target.x());
      long above = Math.round(-300 / target.y());
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          int wholeX = (int) (first - left) + column;
          int wholeY = (int) (top - above) + row;
          assertThat(tile.get(column, row, 0)).isEqualTo(whole.get(wholeX, wholeY, 0));
          assertThat(tile.get(column, row, 1)).isEqualTo(whole.get(wholeX, wholeY, 1));
        }
      }
    }
  }
}
