package org.histofm.adapters.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.Prediction;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbones.embedding.BackboneSampleReader;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideLocation;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.ToySampleReader;
import org.histofm.testkit.ToyTrainableBackbone;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.Slides;
import org.histofm.tiling.online.OnlineSettings;
import org.histofm.tiling.online.OnlineSlide;
import org.histofm.tiling.online.OnlineTiles;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.GeoJson;
import org.histofm.tiling.shape.Polygon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LoRA and full fine-tuning on tiles that are drawn from annotated slides as they learn. */
class OnlineTrainingTest {
  private static final int SIDE = 512;
  private static final Task TASK = new Task.Classification(List.of("dense", "sparse"));
  private static final Options OPTIONS =
      Options.none().with("lr", "0.01").with("head-lr", "0.05").with("epochs", "3");

  private final TrainableBackbone backbone = ToyTrainableBackbone.open(Seed.of(1));
  private Path folder;
  private OnlineTiles tiles;
  private SampleStream stream;
  private int runs;

  @BeforeEach
  void open(@TempDir Path fresh) throws IOException {
    folder = fresh;
    tiles = tiles(List.of(slide("one", 0), slide("two", 3)), 48);
    stream = tiles.samples("two slides", TASK);
  }

  private static OnlineTiles tiles(List<OnlineSlide> slides, int epoch) {
    OnlineSettings settings =
        OnlineSettings.of(
                32,
                epoch,
                List.of(
                    new OnlineSettings.Scale(Mpp.of(0.5), 2),
                    new OnlineSettings.Scale(Mpp.of(0.6), 1)))
            .withOpenSlides(1)
            .withBalancedClasses();
    return OnlineTiles.open(slides, settings, Slides.withDefaults(), Seed.of(5));
  }

  /** Dark discs on pink, large ones in the left half and small ones in the right half. */
  private OnlineSlide slide(String name, int tint) throws IOException {
    Path file = folder.resolve(name + ".tiff");
    SlideWriter.of(SIDE, SIDE)
        .withCompression(SlideWriter.Compression.DEFLATE)
        .withMpp(Mpp.of(0.5), SlideWriter.Recorded.RESOLUTION)
        .write(
            file,
            (x, y) -> {
              double radius = x < SIDE / 2 ? 6 : 3;
              boolean dark = Math.hypot(x % 16 - 8, y % 16 - 8) < radius;
              return dark ? 0x6e468c + tint : 0xe1aac8 - tint;
            });
    Path classes = folder.resolve(name + ".geojson");
    GeoJson.write(
        classes,
        List.of(
            area(0, SIDE / 2).withClass("dense"), area(SIDE / 2, SIDE / 2).withClass("sparse")));
    Path tissue = folder.resolve(name + "-tissue.geojson");
    GeoJson.write(tissue, List.of(area(0, SIDE)));
    return OnlineSlide.of(SlideLocation.of(file)).withTissue(tissue).withAnnotations(classes);
  }

  private static Annotation area(int x, int width) {
    return Annotation.of(Polygon.of(new Region(x, 0, width, SIDE)));
  }

  @AfterEach
  void close() {
    tiles.close();
    backbone.close();
  }

  private FitRequest request(SampleReader reader, Path run) {
    Cohort none = Cohort.of("none", TASK, List.of());
    return FitRequest.of(backbone, reader, none, run)
        .withEpochSamples(48)
        .withTrainingStream(stream)
        .withSeed(Seed.of(7));
  }

  private Path emptyFolder() throws IOException {
    return Files.createDirectory(folder.resolve("run" + runs++));
  }

  private List<List<Double>> predict(FittedAdapter fitted) {
    List<Prediction> predictions = new ArrayList<>();
    List<Sample> unseen = LongStream.range(5000, 5024).mapToObj(stream::sample).toList();
    fitted.predict(unseen, new ToySampleReader(backbone), predictions::add, Progress.NONE);
    return predictions.stream().map(p -> Arrays.stream(p.classScores()).boxed().toList()).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "full"})
  void fit_onTwoAnnotatedSlides_learnsAndGoesOnAfterAKillToTheSameBits(String id)
      throws IOException {
    try (BackboneSampleReader reader =
        BackboneSampleReader.of(backbone, folder.resolve("embeddings"))) {
      Path whole = emptyFolder();
      List<List<Double>> expected;
      try (FittedAdapter fitted = FineTuning.of(id, OPTIONS).fit(request(reader, whole))) {
        expected = predict(fitted);
      }
      long right =
          IntStream.range(0, 24)
              .filter(
                  i ->
                      expected.get(i).get(0) > 0.5
                          == stream.sample(5000 + i).label().equals("dense"))
              .count();
      assertThat(right).as("right of 24 tiles").isGreaterThanOrEqualTo(18);
      for (int killedAt : new int[] {2, 5}) {
        Path run = emptyFolder();
        Progress kill =
            (stage, done, total) -> {
              if (done == killedAt) {
                throw new IllegalStateException("killed");
              }
            };
        assertThatThrownBy(
                () -> FineTuning.of(id, OPTIONS).fit(request(reader, run).withProgress(kill)))
            .hasMessage("killed");
        try (FittedAdapter fitted = FineTuning.of(id, OPTIONS).fit(request(reader, run))) {
          assertThat(predict(fitted)).isEqualTo(expected);
        }
        for (String file : List.of("fit.json", "epoch-0003.parameters")) {
          assertThat(run.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
      }
    }
  }

  @Test
  void fit_samplesMadeByAnyThreads_isTheSame() throws IOException {
    List<List<List<Double>>> all = new ArrayList<>();
    for (int threads : new int[] {1, 2, 4}) {
      ExecutorService executor = Executors.newFixedThreadPool(threads);
      try (FittedAdapter fitted =
          FineTuning.of("lora", OPTIONS)
              .fit(request(new ThreadedReader(backbone, executor), emptyFolder()))) {
        all.add(predict(fitted));
      } finally {
        executor.shutdown();
      }
    }
    assertThat(all.get(1)).isEqualTo(all.get(0));
    assertThat(all.get(2)).isEqualTo(all.get(0));
  }

  /** The toy's reader, whose samples are made by an executor's threads. */
  private static final class ThreadedReader implements SampleReader {
    private final ToySampleReader toy;
    private final ExecutorService executor;

    ThreadedReader(Backbone backbone, ExecutorService executor) {
      this.toy = new ToySampleReader(backbone);
      this.executor = executor;
    }

    @Override
    public PixelStream batches(
        List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
      List<Future<Sample>> made =
          IntStream.range(0, order.size())
              .mapToObj(i -> executor.submit(() -> order.get(i)))
              .toList();
      List<Sample> samples = new ArrayList<>();
      for (Future<Sample> sample : made) {
        try {
          samples.add(sample.get());
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
      return toy.batches(samples, batchSize, augmentation, seed);
    }

    @Override
    public RgbImage image(Sample sample) {
      return toy.image(sample);
    }

    @Override
    public PixelBatch pixels(List<Sample> samples) {
      return toy.pixels(samples);
    }

    @Override
    public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
      return toy.embeddings(samples, progress);
    }

    @Override
    public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
      return toy.probe(samples, progress);
    }
  }
}
