package org.histofm.eval.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Preprocessing;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.eval.metric.ClassificationEvaluatorProvider;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/** Small parts from which experiments are put together in tests. */
public final class Bench {
  private static final int SIDE_PX = 24;

  private Bench() {}

  /** Pinkish tiles whose blobs are darker the higher the class; each domain has its own tint. */
  public static Cohort cohort(List<String> classes, List<String> domains, int groups, int tiles) {
    List<Sample> samples = new ArrayList<>();
    for (int d = 0; d < domains.size(); d++) {
      for (int g = 0; g < groups; g++) {
        for (int t = 0; t < tiles; t++) {
          int c = (g + t) % classes.size();
          String group = domains.get(d) + "/slide" + g;
          String id = group + "/" + t;
          samples.add(
              Sample.of(
                      id,
                      group,
                      new Source.InMemory(
                          tile(Seed.of(7).derive(id), c / (classes.size() - 1.0), d)),
                      new Target.ClassLabel(classes.get(c)))
                  .withDomain(domains.get(d)));
        }
      }
    }
    return Cohort.of("bench", new Task.Classification(classes), samples);
  }

  private static RgbImage tile(Seed seed, double darkness, int domain) {
    SplittableRandom random = seed.random();
    byte[] rgb = new byte[SIDE_PX * SIDE_PX * 3];
    double amount = darkness * 50 + 45 * random.nextDouble() + 14 * domain;
    double centreX = SIDE_PX * (0.3 + 0.4 * random.nextDouble());
    double centreY = SIDE_PX * (0.3 + 0.4 * random.nextDouble());
    for (int y = 0; y < SIDE_PX; y++) {
      for (int x = 0; x < SIDE_PX; x++) {
        double far = Math.hypot(x - centreX, y - centreY) / SIDE_PX;
        double dark = (far < 0.3 ? 70 + amount : amount * 0.5) + 12 * random.nextDouble();
        int at = (y * SIDE_PX + x) * 3;
        rgb[at] = (byte) Math.max(0, (int) (235 - dark));
        rgb[at + 1] = (byte) Math.max(0, (int) (205 - dark - 12 * domain));
        rgb[at + 2] = (byte) Math.max(0, (int) (225 - 0.6 * dark));
      }
    }
    return RgbImage.of(SIDE_PX, SIDE_PX, rgb);
  }

  /** Mean colours as embeddings. */
  public static class ColourReader implements SampleReader {
    final List<List<String>> embedded = new ArrayList<>();
    final Map<String, String> broken = new HashMap<>();
    final AtomicInteger probed = new AtomicInteger();

    @Override
    public RgbImage image(Sample sample) {
      if (broken.containsKey(sample.id())) {
        throw new InputException(sample.id() + " does not decode.", "Copy it again.");
      }
      return ((Source.InMemory) sample.source()).image();
    }

    @Override
    public PixelBatch pixels(List<Sample> samples) {
      return PixelBatch.of(samples.stream().map(this::image).toList());
    }

    @Override
    public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
      embedded.add(samples.stream().map(Sample::id).toList());
      float[] values = new float[samples.size() * 3];
      for (int i = 0; i < samples.size(); i++) {
        byte[] rgb = image(samples.get(i)).toBytes();
        long[] sums = new long[3];
        for (int k = 0; k < rgb.length; k++) {
          sums[k % 3] += rgb[k] & 0xff;
        }
        for (int k = 0; k < 3; k++) {
          values[3 * i + k] = sums[k] * 3f / rgb.length / 255f;
        }
      }
      return EmbeddingMatrix.wrap(samples.size(), 3, values);
    }

    @Override
    public PixelStream batches(
        List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
      throw new AssertionError("these adapters read embeddings");
    }

    @Override
    public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
      probed.addAndGet(samples.size());
      List<Outcome.Failed<Sample>> failures = new ArrayList<>();
      for (Sample sample : samples) {
        String reason = broken.get(sample.id());
        if (reason != null) {
          failures.add(new Outcome.Failed<>(sample.id(), reason, "Copy it again."));
        }
      }
      return failures;
    }
  }

  /** A backbone of which only the description matters, since the reader embeds. */
  public static Backbone backbone(boolean untrained, List<String> pretrainingCohorts) {
    Preprocessing preprocessing =
        Preprocessing.of(SIDE_PX, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    BackboneCard card =
        BackboneCard.of("colour", 3, preprocessing)
            .withPooling("mean")
            .withPretrainingCohorts(pretrainingCohorts);
    return new Backbone() {
      @Override
      public BackboneCard card() {
        return card;
      }

      @Override
      public String weightsHash() {
        return "c0ffee";
      }

      @Override
      public boolean untrained() {
        return untrained;
      }

      @Override
      public Facts facts() {
        return Facts.none().with("precision", "float32");
      }

      @Override
      public EmbeddingMatrix embed(PixelBatch batch) {
        throw new AssertionError("the readers of these tests make embeddings themselves");
      }

      @Override
      public void close() {}
    };
  }

  /** A plugin's evaluator: its own accuracy under a name that the built-in one uses too. */
  public static final class OwnAccuracy implements Evaluator {
    @Override
    public boolean supports(Task task) {
      return task instanceof Task.Classification;
    }

    @Override
    public List<Estimate> evaluate(EvaluationRequest request) {
      return List.of(
          request.estimate(
              "accuracy",
              Range.UNIT,
              s -> {
                double right = 0;
                for (int i = 0; i < s.size(); i++) {
                  right += s.label(i) == s.predicted(i) ? 1 : 0;
                }
                return Score.of(right / s.size());
              }));
    }
  }

  /** The built-in evaluator. */
  public static EvaluatorChoice classification() {
    return new EvaluatorChoice(
        "classification",
        Options.none(),
        new ClassificationEvaluatorProvider().create("classification", Options.none()));
  }

  public static ExperimentPlan plan(Cohort cohort, Arm... arms) {
    return ExperimentPlan.of(
            cohort, cohort.domains().iterator().next(), List.of(arms), List.of(classification()))
        .withFractions(List.of(0.5, 1.0))
        .withSeeds(List.of(42L, 43L));
  }

  public static Arm arm(NearestCentroid adapter) {
    return Arm.of("nearest-centroid", Options.none(), adapter);
  }
}
