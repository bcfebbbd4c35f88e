package org.histofm.backbones.slides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbones.slides.SlideEmbeddingReport.State;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.histofm.testkit.ToyBackbone;
import org.histofm.tile.PixelBatch;
import org.histofm.tiling.Slides;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.tissue.TissueSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlideEmbeddingTest {
  @TempDir Path folder;
  private Path sources;
  private Path out;

  @BeforeEach
  void folders() throws IOException {
    sources = Files.createDirectory(folder.resolve("slides"));
    out = folder.resolve("out");
  }

  private SlideEntry slide(String id, String words) throws IOException {
    Path file = PaintedSlides.write(sources.resolve(id + ".svs"), "painted " + words);
    return SlideEntry.of(id, SlideLocation.of(file));
  }

  private SlideEmbedding embedding(Backbone backbone, Path to) {
    return SlideEmbedding.of(
            backbone,
            Slides.of(List.of(new PaintedSlides(level -> {}))),
            TileSettings.of(Mpp.of(0.5), 32),
            TissueSettings.otsu(),
            to)
        .withBatch(5);
  }

  private SlideEmbeddingReport run(Path to, List<SlideEntry> entries) {
    try (Backbone toy = ToyBackbone.open(Seed.of(3))) {
      return embedding(toy, to).run(entries, Progress.NONE);
    }
  }

  /** Hash of every file of an output folder that a run's time and machine leave alone. */
  static Map<String, String> results(Path root) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (!name.startsWith(".work") && !name.equals("run-report.json")) {
          hashes.put(name, Sha256.of(file));
        }
      }
    }
    return hashes;
  }

  private static List<Path> unfinished(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("locks") && !file.toString().contains("seen"))
          .filter(file -> root.relativize(file).startsWith(".work"))
          .toList();
    }
  }

  /** The toy, which stops at a call. */
  private static final class Stopping implements Backbone {
    private final Backbone toy = ToyBackbone.open(Seed.of(3));
    private final AtomicInteger left;

    Stopping(int calls) {
      this.left = new AtomicInteger(calls);
    }

    @Override
    public BackboneCard card() {
      return toy.card();
    }

    @Override
    public String weightsHash() {
      return toy.weightsHash();
    }

    @Override
    public boolean untrained() {
      return toy.untrained();
    }

    @Override
    public Facts facts() {
      return toy.facts();
    }

    @Override
    public EmbeddingMatrix embed(PixelBatch batch) {
      if (left.getAndDecrement() <= 0) {
        throw new EnvironmentException("stopped.", "Go on.");
      }
      return toy.embed(batch);
    }

    @Override
    public void close() {
      toy.close();
    }
  }

  @Test
  void slides_sound_areDoneInTridentsLayout() throws IOException {
    SlideEmbeddingReport report = run(out, List.of(slide("a", "seed=1"), slide("b", "seed=2")));
    assertThat(report.count(State.DONE)).isEqualTo(2);
    assertThat(report.quarantined()).isEmpty();
    assertThat(report.notice()).isEqualTo("untrained backbone: a plumbing check, no finding");
    assertThat(results(out).keySet())
        .containsExactly(
            "20x_32px_0px_overlap/features_toy/a.h5",
            "20x_32px_0px_overlap/features_toy/a.json",
            "20x_32px_0px_overlap/features_toy/b.h5",
            "20x_32px_0px_overlap/features_toy/b.json",
            "20x_32px_0px_overlap/patches/a_patches.h5",
            "20x_32px_0px_overlap/patches/b_patches.h5",
            "20x_32px_0px_overlap/visualization/a.png",
            "20x_32px_0px_overlap/visualization/b.png",
            "contours_geojson/a.geojson",
            "contours_geojson/b.geojson",
            "quarantine.csv",
            "recipe.json");
    assertThat(unfinished(out)).isEmpty();
    assertThat(Files.readString(out.resolve("20x_32px_0px_overlap/features_toy/a.json")))
        .contains("untrained backbone", "\"rows\" : " + report.slides().get(0).rows());
    assertThat(report.slides().get(0).rows()).isBetween(100L, 200L);
  }

  @Test
  void run_again_doesNothing() throws IOException {
    List<SlideEntry> slides = List.of(slide("a", "seed=1"), slide("b", "seed=2"));
    run(out, slides);
    Map<String, String> before = results(out);
    try (Stopping never = new Stopping(0)) {
      SlideEmbeddingReport again = embedding(never, out).run(slides, Progress.NONE);
      assertThat(again.count(State.SKIPPED)).isEqualTo(2);
    }
    assertThat(results(out)).isEqualTo(before);
  }

  @Test
  void run_stoppedAnywhere_endsWithTheSameBits() throws IOException {
    List<SlideEntry> slides = List.of(slide("a", "seed=1"), slide("b", "seed=2 lost=200,200"));
    run(folder.resolve("unbroken"), slides);
    int stops = 0;
    boolean finished = false;
    while (!finished) {
      try (Stopping backbone = new Stopping(7)) {
        embedding(backbone, out).run(slides, Progress.NONE);
        finished = true;
      } catch (EnvironmentException e) {
        stops++;
      }
    }
    assertThat(stops).isGreaterThan(5);
    assertThat(QuarantineTable.read(out.resolve("quarantine.csv"))).hasSize(1);
    assertThat(results(out)).isEqualTo(results(folder.resolve("unbroken")));
    assertThat(unfinished(out)).isEmpty();
  }

  @Test
  void recipe_changed_isRefusedWithTheDifference() throws IOException {
    List<SlideEntry> slides = List.of(slide("a", "seed=1"));
    run(out, slides);
    Map<String, String> before = results(out);
    try (Backbone toy = ToyBackbone.open(Seed.of(3))) {
      assertThatThrownBy(() -> embedding(toy, out).withBatch(7).run(slides, Progress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("batch was 5 and is 7")
          .hasMessageContaining("--out");
      assertThatThrownBy(
              () ->
                  embedding(toy, out)
                      .run(List.of(slides.get(0).withMpp(Mpp.of(0.25))), Progress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("stated mpp was none and is 0.25");
    }
    assertThat(results(out)).isEqualTo(before);
  }

  @Test
  void recipe_changedBeforeAnyResult_isTaken() throws IOException {
    run(out, List.of(slide("a", "kind=blank")));
    try (Backbone toy = ToyBackbone.open(Seed.of(3))) {
      SlideEmbeddingReport report =
          embedding(toy, out).withBatch(7).run(List.of(slide("b", "seed=2")), Progress.NONE);
      assertThat(report.count(State.DONE)).isEqualTo(1);
    }
  }

  @Test
  void slide_changedAfterwards_isRefused() throws IOException {
    run(out, List.of(slide("a", "seed=1")));
    SlideEntry changed = slide("a", "seed=2  ");
    assertThatThrownBy(() -> run(out, List.of(changed)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a: the slide's SHA-256 was");
  }

  @Test
  void features_missing_areMadeAgain() throws IOException {
    List<SlideEntry> slides = List.of(slide("a", "seed=1"));
    run(out, slides);
    Map<String, String> before = results(out);
    Files.delete(out.resolve("20x_32px_0px_overlap/features_toy/a.h5"));
    assertThat(run(out, slides).count(State.DONE)).isEqualTo(1);
    assertThat(results(out)).isEqualTo(before);
  }

  @Test
  void features_damaged_areFoundByVerify() throws IOException {
    List<SlideEntry> slides = List.of(slide("a", "seed=1"));
    run(out, slides);
    Map<String, String> before = results(out);
    Path features = out.resolve("20x_32px_0px_overlap/features_toy/a.h5");
    byte[] bytes = Files.readAllBytes(features);
    bytes[bytes.length / 2] ^= 1;
    Files.write(features, bytes);
    assertThat(run(out, slides).count(State.SKIPPED)).isEqualTo(1);
    try (Backbone toy = ToyBackbone.open(Seed.of(3))) {
      embedding(toy, out).withVerify(true).run(slides, Progress.NONE);
    }
    assertThat(results(out)).isEqualTo(before);
  }

  @Test
  void slides_unusable_areQuarantinedAndTheRunGoesOn() throws IOException {
    List<SlideEntry> slides = new ArrayList<>();
    slides.add(slide("blank", "kind=blank"));
    slides.add(slide("no-size", "kind=nompp"));
    slides.add(slide("bug", "kind=throws"));
    slides.add(slide("memory", "kind=memory"));
    slides.add(slide("narrow", "width=230 height=230"));
    Files.writeString(sources.resolve("bad.svs"), "something else");
    slides.add(SlideEntry.of("bad", SlideLocation.of(sources.resolve("bad.svs"))));
    slides.add(SlideEntry.of("gone", SlideLocation.of(sources.resolve("gone.svs"))));
    slides.add(slide("sound", "seed=1"));
    try (Backbone toy = ToyBackbone.open(Seed.of(3))) {
      SlideEmbeddingReport report =
          SlideEmbedding.of(
                  toy,
                  Slides.of(List.of(new PaintedSlides(level -> {}))),
                  TileSettings.of(Mpp.of(0.5), 96).withMinTissue(0.9),
                  TissueSettings.otsu().withMinAreaUm2(0).withMedianPx(1).withClosingPx(0),
                  out)
              .run(slides, Progress.NONE);
      assertThat(report.quarantined())
          .extracting(row -> row.slide() + " " + row.code())
          .containsExactly(
              "bad damaged",
              "blank no-tissue",
              "bug internal",
              "gone missing",
              "memory out-of-memory",
              "narrow no-tiles",
              "no-size no-pixel-size");
      assertThat(report.count(State.DONE)).isEqualTo(1);
    }
    assertThat(Files.readString(out.resolve("quarantine.csv")))
        .startsWith("slide,reason,level,x,y,width,height,message,remedy\nbad,damaged,slide,,,,,")
        .contains("--mpp-override");
    assertThat(unfinished(out)).isEmpty();
  }

  @Test
  void slide_mended_leavesQuarantine() throws IOException {
    run(out, List.of(slide("a", "kind=blank"), slide("b", "kind=nompp")));
    SlideEmbeddingReport report = run(out, List.of(slide("a", "seed=1")));
    assertThat(report.count(State.DONE)).isEqualTo(1);
    assertThat(QuarantineTable.read(out.resolve("quarantine.csv")))
        .extracting(Quarantined::slide)
        .containsExactly("b");
  }

  @Test
  void tile_unreadable_isLeftOutAndListed() throws IOException {
    SlideEmbeddingReport whole = run(folder.resolve("whole"), List.of(slide("a", "seed=1")));
    List<SlideEntry> slides = List.of(slide("a", "seed=1 lost=200,200"));
    SlideEmbeddingReport report = run(out, slides);
    assertThat(report.rows()).as(report.lines().toString()).isEqualTo(whole.rows() - 1);
    assertThat(report.quarantined())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.code()).isEqualTo("unreadable-region");
              assertThat(row.tile()).isNotNull();
              assertThat(row.message()).contains("200, 200 are damaged");
            });
    String table = Files.readString(out.resolve("quarantine.csv"));
    assertThat(table).contains("a,unreadable-region,tile,192,192,32,32,");
    Files.delete(out.resolve("quarantine.csv"));
    run(out, slides);
    assertThat(Files.readString(out.resolve("quarantine.csv"))).isEqualTo(table);
  }

  @Test
  void tiles_tooManyUnreadable_quarantineTheSlide() throws IOException {
    List<SlideEntry> slides = List.of(slide("a", "seed=1 lost=200,200 lost=300,300"));
    try (Backbone toy = ToyBackbone.open(Seed.of(3))) {
      SlideEmbeddingReport report =
          embedding(toy, out).withMaxUnreadableShare(0.008).run(slides, Progress.NONE);
      assertThat(report.count(State.FAILED)).isEqualTo(1);
      assertThat(report.quarantined().get(0).code()).isEqualTo("unreadable-tiles");
      assertThat(report.quarantined().get(0).remedy()).contains("--max-unreadable-share");
      assertThat(report.quarantined()).hasSize(3);
    }
  }

  @Test
  void folder_sharedByTwoRuns_isDoneOnceAndEqual() throws Exception {
    List<SlideEntry> slides = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      slides.add(slide("s" + i, "seed=" + i + ""));
    }
    slides.add(slide("z-blank", "kind=blank"));
    run(folder.resolve("alone"), slides);
    List<SlideEntry> backwards = new ArrayList<>(slides);
    Collections.reverse(backwards);
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      Callable<SlideEmbeddingReport> first = () -> run(out, slides);
      Callable<SlideEmbeddingReport> second = () -> run(out, backwards);
      long done = 0;
      for (Future<SlideEmbeddingReport> report : two.invokeAll(List.of(first, second))) {
        assertThat(report.get().count(State.FAILED)).isEqualTo(1);
        done += report.get().count(State.DONE);
      }
      assertThat(done).isEqualTo(8);
    } finally {
      two.shutdownNow();
    }
    assertThat(results(out)).isEqualTo(results(folder.resolve("alone")));
  }

  @Test
  void progress_reachesItsTotal() throws IOException {
    List<long[]> told = Collections.synchronizedList(new ArrayList<>());
    try (Backbone toy = ToyBackbone.open(Seed.of(3))) {
      embedding(toy, out)
          .run(
              List.of(slide("a", "seed=1"), slide("b", "kind=blank")),
              (stage, done, total) -> told.add(new long[] {done, total}));
    }
    long[] last = told.get(told.size() - 1);
    assertThat(last[0]).isEqualTo(last[1]).isPositive();
    assertThat(told).allSatisfy(step -> assertThat(step[0]).isLessThanOrEqualTo(step[1]));
  }
}
