package org.histofm.tiling.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Task;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.Polygon;
import org.histofm.tiling.tissue.TissueMask;
import org.histofm.tiling.tissue.TissueSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineTilesTest {
  private static final PaintedSlides.Look LARGE =
      new PaintedSlides.Look(400, 300, 40, 40, 240, 200);
  private static final PaintedSlides.Look SMALL =
      new PaintedSlides.Look(200, 200, 50, 50, 130, 100);
  private static final PaintedSlides.Look GLASS = new PaintedSlides.Look(100, 100, 0, 0, 0, 0);
  private static final List<OnlineSettings.Scale> MIX =
      List.of(
          new OnlineSettings.Scale(Mpp.of(1), 1),
          new OnlineSettings.Scale(Mpp.of(2), 2),
          new OnlineSettings.Scale(Mpp.of(0.7), 1));

  /** Every pixel decides for itself. */
  private static final TissueSettings TISSUE =
      TissueSettings.otsu()
          .withMpp(4)
          .withMedianPx(1)
          .withClosingPx(0)
          .withMinAreaUm2(0)
          .withHoles(0, Integer.MAX_VALUE);

  private final PaintedSlides painted = new PaintedSlides();

  private static OnlineSettings settings() {
    return OnlineSettings.of(8, 60, MIX).withTissue(TISSUE);
  }

  private OnlineTiles open(OnlineSettings settings, OnlineSlide... manifest) {
    return OnlineTiles.open(List.of(manifest), settings, painted.slides(), Seed.of(7));
  }

  private OnlineTiles twoSlides(OnlineSettings settings) {
    return open(
        settings, painted.add("large", LARGE), painted.add("small", SMALL).withGroup("patient"));
  }

  private static List<OnlineTile> tiles(OnlineTiles tiles, long from, long to) {
    return LongStream.range(from, to).mapToObj(tiles::tile).toList();
  }

  private static <K extends Comparable<K>> Map<K, Long> counts(
      List<OnlineTile> tiles, Function<OnlineTile, K> key) {
    return tiles.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
  }

  @Test
  void tile_anyNumber_isTheReadAroundADrawnCentre() {
    try (OnlineTiles tiles = twoSlides(settings())) {
      for (OnlineTile tile : tiles(tiles, 0, 120)) {
        PaintedSlides.Look look = tile.slide().equals("large") ? LARGE : SMALL;
        assertThat(tile.image().width()).isEqualTo(8);
        assertThat(tile.image().height()).isEqualTo(8);
        assertThat(tile.group()).isEqualTo(tile.slide().equals("large") ? "large" : "patient");
        assertThat(tile.label()).isEmpty();
        Region region = tile.region();
        double x = region.x() + region.width() / 2.0;
        double y = region.y() + region.height() / 2.0;
        // The centre is rounded to whole target and level-0 pixels, and cells to 4 pixels.
        assertThat(x).isBetween(look.left() - 7.0, look.right() + 7.0);
        assertThat(y).isBetween(look.top() - 7.0, look.bottom() + 7.0);
        if (tile.mpp().equals(Mpp.of(1))) {
          assertThat(region.width()).isEqualTo(8);
          int[] colour = PaintedSlides.colour(look, (int) region.x() + 3, (int) region.y() + 5);
          assertThat(tile.image().get(3, 5, 0)).isEqualTo(colour[0]);
          assertThat(tile.image().get(3, 5, 1)).isEqualTo(colour[1]);
        }
      }
    }
    assertThat(painted.open).hasValue(0);
  }

  @Test
  void tile_ofAnEpoch_keepsSharesOfSlidesAndPixelSizes() {
    try (OnlineTiles tiles = twoSlides(settings())) {
      for (int epoch = 0; epoch < 3; epoch++) {
        List<OnlineTile> all = tiles(tiles, 60L * epoch, 60L * (epoch + 1));
        // 200 x 160 against 80 x 50 px of tissue, but for cells that the edge cuts.
        assertThat(counts(all, OnlineTile::slide).get("small")).isBetween(6L, 8L);
        assertThat(counts(all, t -> t.mpp().x())).isEqualTo(Map.of(0.7, 15L, 1.0, 15L, 2.0, 30L));
      }
    }
  }

  @Test
  void tile_withABudget_keepsItInEveryEpoch() {
    try (OnlineTiles tiles = twoSlides(settings().withTilesPerSlide(31))) {
      for (int epoch = 0; epoch < 3; epoch++) {
        List<OnlineTile> all = tiles(tiles, 60L * epoch, 60L * (epoch + 1));
        assertThat(counts(all, OnlineTile::slide)).isEqualTo(Map.of("large", 31L, "small", 29L));
      }
    }
    assertThatThrownBy(() -> twoSlides(settings().withTilesPerSlide(29)))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("takes 60 tiles", "at most 29", "58");
    assertThat(painted.open).hasValue(0);
  }

  /**
   * 4,000 places on the 16 parts of a rectangle: chi-square has mean 15 and standard deviation 5.5;
   * 43 is over five of them.
   */
  @Test
  void tile_manyOfOneSlide_areUniformOverTissue() {
    PaintedSlides.Look look = new PaintedSlides.Look(320, 320, 64, 128, 192, 256);
    OnlineSettings one = OnlineSettings.of(2, 4000, Mpp.of(1)).withTissue(TISSUE);
    int[] counts = new int[16];
    try (OnlineTiles tiles = open(one, painted.add("a", look))) {
      for (OnlineTile tile : tiles(tiles, 0, 4000)) {
        int column = (int) Math.min(3, Math.max(0, (tile.region().x() + 1 - 64) / 32));
        int row = (int) Math.min(3, Math.max(0, (tile.region().y() + 1 - 128) / 32));
        counts[4 * row + column]++;
      }
    }
    double chi = 0;
    for (int count : counts) {
      chi += (count - 250.0) * (count - 250) / 250;
    }
    assertThat(chi).isLessThan(43);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void stream_ofAnyThreadsAndLookAhead_isTheRow(int threads) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (OnlineTiles tiles = twoSlides(settings().withOpenSlides(1));
        TileStream stream = tiles.stream(0, executor, 3 * threads)) {
      List<OnlineTile> streamed = new ArrayList<>();
      for (int i = 0; i < 130; i++) {
        streamed.add(stream.next());
      }
      assertThat(streamed).isEqualTo(tiles(tiles, 0, 130));
      assertThat(painted.mostOpen).hasValue(1);
      assertThat(stream.state().next()).isEqualTo(130);
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void stream_resumedAnywhere_goesOn(@TempDir Path folder) {
    Path file = folder.resolve("online.json");
    List<OnlineTile> whole;
    try (OnlineTiles tiles = twoSlides(settings())) {
      whole = tiles(tiles, 0, 130);
      try (TileStream stream = tiles.stream(0, Runnable::run, 2)) {
        for (int i = 0; i < 77; i++) {
          stream.next();
        }
        stream.state().write(file);
      }
    }
    assertThat(file).content().hasSizeLessThan(1000);
    try (OnlineTiles tiles = twoSlides(settings())) {
      long from = tiles.resume(OnlineState.read(file));
      assertThat(from).isEqualTo(77);
      try (TileStream stream = tiles.stream(from, Runnable::run, 5)) {
        for (int i = 77; i < 130; i++) {
          assertThat(stream.next()).isEqualTo(whole.get(i));
        }
      }
    }
  }

  @Test
  void resume_ofAnotherRow_namesTheDifference() {
    OnlineState state;
    try (OnlineTiles tiles = twoSlides(settings())) {
      state = OnlineState.parse(tiles.state(5).text());
      assertThat(state).isEqualTo(tiles.state(5));
    }
    assertDifference(state, twoSlides(settings().withTries(3)), "tries is 3, was 10");
    assertDifference(state, open(settings(), painted.add("large", LARGE)), "slides is 1, was 2");
    OnlineSlide large = painted.add("large", LARGE);
    OnlineSlide small = painted.add("small", SMALL);
    assertDifference(state, open(settings(), large, small), "groups is");
    assertDifference(
        state,
        open(settings(), large, small.withId("little").withGroup("patient")),
        "slide ids is");
    assertDifference(state, open(settings(), large.withMpp(Mpp.of(0.9)), small), "slide sizes is");
    assertDifference(
        state, twoSlides(settings().withTissue(TISSUE.withMpp(8))), "tissue and classes is");
    assertDifference(
        state,
        OnlineTiles.open(List.of(large, small), settings(), painted.slides(), Seed.of(8)),
        "seed is");
    assertThatThrownBy(() -> OnlineState.parse("{\"next\": 3}"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no state");
    assertThatThrownBy(() -> OnlineState.parse("nonsense")).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> OnlineState.read(Path.of("no-such-file")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no-such-file");
  }

  private static void assertDifference(OnlineState state, OnlineTiles other, String difference) {
    try (other) {
      assertThatThrownBy(() -> other.resume(state))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(difference);
    }
  }

  @Test
  void stream_notTaken_stopsAtTheLookAhead() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    try (OnlineTiles tiles = twoSlides(settings());
        TileStream stream = tiles.stream(0, tasks::add, 4)) {
      assertThat(tasks).hasSize(4);
      while (!tasks.isEmpty()) {
        tasks.removeLast().run();
      }
      assertThat(stream.next().number()).isZero();
      assertThat(tasks).hasSize(1);
      assertThat(stream.next().number()).isEqualTo(1);
      assertThat(tasks).hasSize(2);
      assertThat(tiles.counts().tiles()).isEqualTo(4);
      stream.close();
      tasks.forEach(Runnable::run);
      assertThat(tiles.counts().tiles()).as("after close nothing begins").isEqualTo(4);
      assertThatThrownBy(stream::next).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void stream_interrupted_endsWithTheFlagSet() {
    try (OnlineTiles tiles = twoSlides(settings());
        TileStream stream = tiles.stream(0, Runnable::run, 2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(stream::next).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThatThrownBy(stream::next).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void filter_rejecting_drawsAgainAndAtLastTakesWhatComes() {
    // Hues of the painted tissue lie from 133 to 150.
    OnlineSettings filtered =
        OnlineSettings.of(1, 50, Mpp.of(1))
            .withTissue(TISSUE)
            .withFilter(new ContentFilter(145, 179, 0, 255, 0, 255, 1))
            .withTries(4);
    try (OnlineTiles tiles = twoSlides(filtered)) {
      List<OnlineTile> all = tiles(tiles, 0, 50);
      assertThat(all).allMatch(t -> t.kept() == filtered.filter().get().keeps(t.image()));
      assertThat(all).allMatch(t -> t.kept() || t.tries() == 4);
      assertThat(all).anyMatch(t -> t.kept() && t.tries() > 1);
      StageCounts counts = tiles.counts();
      long tries = all.stream().mapToLong(OnlineTile::tries).sum();
      long taken = all.stream().filter(t -> !t.kept()).count();
      assertThat(counts.tries()).isEqualTo(tries);
      assertThat(counts.takenThoughRejected()).isEqualTo(taken);
      assertThat(counts.rejected()).isEqualTo(tries - 50 + taken);
      assertThat(counts.table()).contains("rejected " + counts.rejected(), "limited by");
    }
  }

  @Test
  void unreadable_isAnotherTryUntilThereAreTooMany() {
    PaintedSlides.Look scratched = new PaintedSlides.Look(400, 300, 40, 40, 240, 200, 190);
    OnlineSettings one = OnlineSettings.of(8, 60, Mpp.of(1)).withTissue(TISSUE);
    OnlineSlide slide =
        painted
            .add("scratched", scratched)
            .withTissue(mask("whole", new PaintedSlides.Look(400, 300, 40, 40, 240, 200)));
    try (OnlineTiles tiles = open(one, slide)) {
      List<OnlineTile> all = tiles(tiles, 0, 60);
      assertThat(all).allMatch(t -> t.region().x() + 8 <= 190);
      assertThat(all).anyMatch(t -> t.tries() > 1);
      assertThat(tiles.counts().unreadable())
          .isEqualTo(all.stream().mapToLong(t -> t.tries() - 1).sum());
    }
    try (OnlineTiles tiles = open(one.withMostUnreadable(3), slide)) {
      SlideException e = catchThrowableOfType(SlideException.class, () -> tiles(tiles, 0, 60));
      assertThat(e.reason()).isEqualTo(SlideException.Reason.UNREADABLE_TILES);
      assertThat(e).hasMessageContainingAll("scratched", "4 of", "at most 3", "withMostUnreadable");
    }
    try (OnlineTiles tiles = open(one.withTries(1), slide)) {
      assertThatThrownBy(() -> tiles(tiles, 0, 60))
          .isInstanceOf(SlideException.class)
          .hasMessageContaining("none of 1 draws for tile");
    }
    assertThat(painted.open).hasValue(0);
  }

  private TissueMask mask(String name, PaintedSlides.Look look) {
    OnlineSlide slide = painted.add(name, look);
    try (SlideReader reader = painted.slides().open(slide.location())) {
      return TissueMask.find(reader, TISSUE);
    }
  }

  @Test
  void tile_interruptedInARead_isNoOtherTile() {
    OnlineTile whole;
    try (OnlineTiles tiles = twoSlides(settings())) {
      whole = tiles.tile(3);
      painted.onRead = () -> Thread.currentThread().interrupt();
      painted.failing = true;
      assertThatThrownBy(() -> tiles.tile(3)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      painted.onRead = null;
      painted.failing = false;
      assertThat(tiles.tile(3)).isEqualTo(whole);
      assertThat(tiles.counts().unreadable()).isZero();
    }
  }

  @Test
  void open_slidesThatFail_areToldOrLeftOut() {
    OnlineSlide[] manifest = {
      OnlineSlide.of(SlideLocation.of(Path.of("absent"))),
      painted.add("large", LARGE),
      painted.add("glass", GLASS)
    };
    assertThatThrownBy(() -> open(settings().withMostFailed(1), manifest))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("2 of 3 slides", "absent", "does not exist", "glass", "no tissue");
    List<String> stages = new ArrayList<>();
    Progress progress = (stage, done, total) -> stages.add(stage + " " + done + "/" + total);
    try (OnlineTiles tiles =
        OnlineTiles.open(
            List.of(manifest),
            settings().withMostFailed(2),
            painted.slides(),
            Seed.of(7),
            Runnable::run,
            progress)) {
      assertThat(tiles.failed())
          .extracting(Outcome.Failed::item)
          .containsExactly("absent", "glass");
      assertThat(counts(tiles(tiles, 0, 60), OnlineTile::slide)).isEqualTo(Map.of("large", 60L));
      assertThat(stages).containsExactly("find tissue 1/3", "find tissue 2/3", "find tissue 3/3");
    }
    assertThatThrownBy(() -> open(settings().withMostFailed(9), manifest[0], manifest[2]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not all");
    assertThatThrownBy(() -> open(settings()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> open(settings(), manifest[1], manifest[1]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("two slides");
    assertThat(painted.open).hasValue(0);
  }

  private static Annotation area(String name, int x, int y, int width, int height) {
    return Annotation.of(Polygon.of(new Region(x, y, width, height))).withClass(name);
  }

  private OnlineSlide[] annotated() {
    return new OnlineSlide[] {
      painted
          .add("large", LARGE)
          .withAnnotations(
              List.of(
                  area("tumour", 0, 0, 104, 300),
                  area("stroma", 104, 0, 400, 300),
                  area("necrosis", 0, 0, 400, 60))),
      painted.add("small", SMALL).withLabel("stroma")
    };
  }

  @Test
  void tile_ofAnnotatedSlides_hasTheClassAtItsCentre() {
    OnlineSettings chosen =
        OnlineSettings.of(8, 60, Mpp.of(1))
            .withTissue(TISSUE)
            .withClasses(List.of("tumour", "stroma"));
    try (OnlineTiles tiles = open(chosen, annotated())) {
      assertThat(tiles.labels()).containsExactly("stroma", "tumour");
      for (OnlineTile tile : tiles(tiles, 0, 120)) {
        Region region = tile.region();
        if (tile.slide().equals("small")) {
          assertThat(tile.label()).isEqualTo("stroma");
        } else {
          // Where necrosis overlaps the others nothing is drawn.
          assertThat(region.y() + 4).isGreaterThanOrEqualTo(59);
          assertThat(tile.label()).isEqualTo(region.x() + 4 < 104 ? "tumour" : "stroma");
        }
      }
    }
  }

  @Test
  void tile_ofBalancedClasses_areEqualInEveryEpochWithinTheBudget() {
    OnlineSettings balanced =
        OnlineSettings.of(8, 60, Mpp.of(1))
            .withTissue(TISSUE)
            .withClasses(List.of("tumour", "stroma"))
            .withBalancedClasses();
    try (OnlineTiles tiles = open(balanced, annotated())) {
      for (int epoch = 0; epoch < 2; epoch++) {
        assertThat(counts(tiles(tiles, 60L * epoch, 60L * (epoch + 1)), OnlineTile::label))
            .isEqualTo(Map.of("stroma", 30L, "tumour", 30L));
      }
    }
    assertThatThrownBy(() -> open(balanced.withTilesPerSlide(50), annotated()))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("30 tiles of class tumour", "at most 50", "25");
  }

  @Test
  void open_slidesWithAndWithoutClasses_areRefused() {
    OnlineSlide bare = painted.add("bare", LARGE);
    assertThatThrownBy(
            () -> open(settings(), bare, painted.add("small", SMALL).withLabel("stroma")))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("1 of 2 slides have no classes", "bare");
    assertThatThrownBy(() -> open(settings().withBalancedClasses(), bare))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the settings ask for");
  }

  @Test
  void samples_areTheTilesWithTheirClassesAndGroups() {
    Task task = new Task.Classification(List.of("tumour", "stroma"));
    OnlineSettings chosen =
        OnlineSettings.of(8, 60, Mpp.of(1))
            .withTissue(TISSUE)
            .withClasses(List.of("tumour", "stroma"));
    try (OnlineTiles tiles = open(chosen, annotated())) {
      SampleStream samples = tiles.samples("two slides", task);
      assertThat(samples.groups()).containsExactly("large", "small");
      for (int n : new int[] {0, 17, 200}) {
        Sample sample = samples.sample(n);
        OnlineTile tile = tiles.tile(n);
        assertThat(sample.label()).isEqualTo(tile.label());
        assertThat(sample.group()).isEqualTo(tile.slide());
        assertThat(sample.id()).startsWith(tile.slide()).endsWith("#" + n);
        assertThat(sample).isEqualTo(samples.sample(n));
      }
      assertThatThrownBy(
              () -> tiles.samples("x", new Task.Classification(List.of("tumour", "fat"))))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("[fat, tumour]", "[stroma, tumour]");
      try (OnlineTiles other = open(chosen.withTries(2), annotated())) {
        assertThat(other.samples("two slides", task).hash()).isNotEqualTo(samples.hash());
      }
      try (OnlineTiles same = open(chosen.withOpenSlides(1), annotated())) {
        assertThat(same.samples("two slides", task).hash()).isEqualTo(samples.hash());
      }
    }
  }

  @Test
  void tile_withFewMaskCells_staysInTissue() {
    OnlineSettings coarse = settings().withMaskCells(64);
    try (OnlineTiles tiles = twoSlides(coarse);
        OnlineTiles fine = twoSlides(settings())) {
      assertThat(tiles.maskBytes()).isLessThan(fine.maskBytes()).isLessThan(200);
      AtomicInteger outside = new AtomicInteger();
      for (OnlineTile tile : tiles(tiles, 0, 120)) {
        PaintedSlides.Look look = tile.slide().equals("large") ? LARGE : SMALL;
        Region region = tile.region();
        double x = region.x() + region.width() / 2.0;
        double y = region.y() + region.height() / 2.0;
        outside.addAndGet(look.tissue(x, y) ? 0 : 1);
      }
      assertThat(outside.get()).isLessThan(30);
    }
  }

  @Test
  void close_afterwards_isRefused() {
    OnlineTiles tiles = twoSlides(settings());
    tiles.close();
    tiles.close();
    assertThatThrownBy(() -> tiles.tile(0)).isInstanceOf(IllegalStateException.class);
    assertThat(painted.open).hasValue(0);
  }
}
