package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.Precision;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.Tuning;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twenty steps in float32 against those of PyTorch, timm and PEFT. {@code
 * scripts/fixtures/training.py} says what was recorded, and how near to the tolerances PyTorch
 * itself comes when only its order of summation changes: 0.41 of one for the bias of keys, 0.12 for
 * SGD, below 0.06 elsewhere. HistoFM was seen to reach 0.51, 0.12 and 0.14.
 */
class TrainingParityTest {
  private static final int STEPS = 20;
  private static final int BATCH = 8;
  private static final int BATCHES = 3;

  /** Of the cross-entropy of a batch. */
  private static final double LOSS = 1e-4;

  /** Of a tensor's norm. */
  private static final double GRADIENT = 1e-4;

  /** Likewise; PyTorch's own gradients under autocast reach 0.047, HistoFM's 0.032. */
  private static final double BFLOAT16_GRADIENT = 0.1;

  /** Of the norm of a tensor's update. */
  private static final double ADAM = 2e-3;

  /** Of the rate, for every value. */
  private static final double ADAM_ALL = 2;

  /** Of the rate, for all values but a share of {@link #ADAM_FAR}. */
  private static final double ADAM_MOST = 0.05;

  private static final double ADAM_FAR = 1e-3;

  /** Of every value, beside {@link #SGD_OF_UPDATE} of its tensor's largest update. */
  private static final double SGD_ABSOLUTE = 1e-6;

  private static final double SGD_OF_UPDATE = 1e-4;

  /** Of the norm of a batch of embeddings. */
  private static final double EMBEDDING = 1e-3;

  static Stream<Arguments> runs() {
    return tunings()
        .flatMap(
            tuning -> {
              String name = (String) tuning.get()[0];
              String tuningName = (String) tuning.get()[1];
              return get(TrainingFixture.of(name).tunings(), tuningName).stream()
                  .map(optimiser -> Arguments.of(name, tuningName, optimiser, tuning.get()[2]));
            });
  }

  static Stream<Arguments> tunings() {
    List<Arguments> tunings = new ArrayList<>();
    for (String name : TrainingFixture.names()) {
      for (String tuning : TrainingFixture.of(name).tunings().keySet()) {
        tunings.add(Arguments.of(name, tuning, "packed"));
        tunings.add(Arguments.of(name, tuning, "plain"));
      }
    }
    return tunings.stream();
  }

  @ParameterizedTest(name = "{0}, {1}, {2}, {3}")
  @MethodSource("runs")
  void step_twentyTimes_givesTheNumbersOfPyTorch(
      String name, String tuningName, String optimiserName, String variant) {
    TrainingFixture fixture = TrainingFixture.of(name);
    Map<String, float[]> reference = fixture.reference(tuningName);
    Optimiser optimiser = optimiser(optimiserName);
    StepSpec spec = spec(optimiserName);
    TrainingClassifier head = fixture.head();
    Deviations deviations = new Deviations();
    try (TrainableBackbone backbone = fixture.open(Precision.FP32, variant);
        VitSession session =
            (VitSession) backbone.session(tuning(tuningName, optimiser), Seed.of(1))) {
      Map<String, float[]> start = start(fixture, reference, session, head);
      float[] losses = get(reference, optimiserName + ".loss");
      for (int step = 0; step < STEPS; step++) {
        int[] batch = tiles(step % BATCHES);
        try (TrainingPass pass = session.forward(fixture.pixels(batch))) {
          TrainingClassifier.Result result =
              head.learn(pass.embedding(), TrainingFixture.labels(batch));
          deviations.add("loss at step " + step, Math.abs(result.loss() - losses[step]), LOSS);
          pass.backward(result.gradient());
        }
        if (step == 0) {
          addGradients(deviations, fixture, reference, session, head, GRADIENT);
        }
        session.step(spec);
        head.step(optimiser, spec);
      }
      assertThat(session.steps()).isEqualTo(STEPS);

      Map<String, float[]> trained = state(session, head, false);
      for (String parameter : trained.keySet()) {
        float[] before = get(start, parameter);
        float[] ours = get(trained, parameter);
        float[] expected = get(reference, optimiserName + "." + parameter);
        if (optimiser.rule() == Optimiser.Rule.SGD) {
          addSgd(deviations, parameter, before, ours, expected);
        } else {
          IntPredicate counts = i -> !fixture.isKeyBias(parameter, i);
          addAdam(deviations, parameter, counts, spec.learningRate("head"), before, ours, expected);
        }
      }
      try (Backbone snapshot = session.snapshot()) {
        float[] embedding = snapshot.embed(fixture.pixels(tiles(BATCHES))).toArray();
        float[] expected = get(reference, optimiserName + ".embedding");
        IntPredicate all = i -> true;
        deviations.add(
            "embeddings", distance(embedding, expected, all), EMBEDDING * norm(expected, all));
      }
    }
    assertThat(deviations.outside()).isEmpty();
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("tunings")
  void backward_inBfloat16_isNearTheGradientsOfPyTorch(
      String name, String tuningName, String variant) {
    TrainingFixture fixture = TrainingFixture.of(name);
    Map<String, float[]> reference = fixture.reference(tuningName);
    TrainingClassifier head = fixture.head();
    Deviations deviations = new Deviations();
    try (TrainableBackbone backbone = fixture.open(Precision.BF16, variant);
        VitSession session =
            (VitSession) backbone.session(tuning(tuningName, Optimiser.sgd()), Seed.of(1))) {
      start(fixture, reference, session, head);
      int[] batch = tiles(0);
      try (TrainingPass pass = session.forward(fixture.pixels(batch))) {
        pass.backward(head.learn(pass.embedding(), TrainingFixture.labels(batch)).gradient());
      }
      addGradients(deviations, fixture, reference, session, head, BFLOAT16_GRADIENT);
    }
    assertThat(deviations.outside()).isEmpty();
  }

  private static Optimiser optimiser(String name) {
    return switch (name) {
      case "adam" -> Optimiser.adam();
      case "adamw" -> Optimiser.adamW();
      case "sgd" -> Optimiser.sgd();
      default -> throw new AssertionError(name);
    };
  }

  private static StepSpec spec(String optimiser) {
    return switch (optimiser) {
      case "adam" -> StepSpec.of(1e-3);
      case "adamw" -> StepSpec.of(1e-3).withWeightDecay(0.05);
      case "sgd" -> StepSpec.of(0.05);
      default -> throw new AssertionError(optimiser);
    };
  }

  private static Tuning tuning(String name, Optimiser optimiser) {
    return switch (name) {
      case "lora" -> Tuning.lora(4).withAlpha(8).withDropout(0).withOptimiser(optimiser);
      case "full" -> new Tuning.Full(optimiser);
      case "last-1" -> new Tuning.LastBlocks(1, optimiser);
      default -> throw new AssertionError(name);
    };
  }

  private static int[] tiles(int batch) {
    return IntStream.range(BATCH * batch, BATCH * (batch + 1)).toArray();
  }

  /** Sets A and B of LoRA; returns all parameters before the first step. */
  private static Map<String, float[]> start(
      TrainingFixture fixture,
      Map<String, float[]> reference,
      VitSession session,
      TrainingClassifier head) {
    TreeSet<String> expected = new TreeSet<>();
    for (String key : reference.keySet()) {
      if (key.startsWith("gradient.") && !key.startsWith("gradient.head.")) {
        expected.add(key.substring("gradient.".length()));
      }
    }
    assertThat(session.parameterNames()).containsExactlyInAnyOrderElementsOf(expected);
    Map<String, float[]> base = fixture.base();
    long values = 0;
    for (String name : expected) {
      if (reference.containsKey("start." + name)) {
        session.setValue(name, get(reference, "start." + name));
      } else {
        assertThat(session.value(name)).as(name).isEqualTo(get(base, name));
      }
      values += session.value(name).length;
    }
    assertThat(session.trainedValues()).isEqualTo(values);
    return state(session, head, false);
  }

  /** All parameters, or their gradients, with the classifier's. */
  private static Map<String, float[]> state(
      VitSession session, TrainingClassifier head, boolean gradients) {
    Map<String, float[]> state = new TreeMap<>();
    for (String name : session.parameterNames()) {
      state.put(name, gradients ? session.gradient(name) : session.value(name));
    }
    state.put("head.weight", head.weight(gradients));
    state.put("head.bias", head.bias(gradients));
    return state;
  }

  private static void addGradients(
      Deviations deviations,
      TrainingFixture fixture,
      Map<String, float[]> reference,
      VitSession session,
      TrainingClassifier head,
      double tolerance) {
    double squares = 0;
    Map<String, float[]> gradients = state(session, head, true);
    for (String name : gradients.keySet()) {
      float[] expected = get(reference, "gradient." + name);
      IntPredicate counts = i -> !fixture.isKeyBias(name, i);
      double norm = norm(expected, counts);
      if (norm > 0) {
        double distance = distance(get(gradients, name), expected, counts);
        deviations.add("gradient of " + name, distance, tolerance * norm);
      }
      squares += name.startsWith("head.") ? 0 : norm * norm;
    }
    double norm = Math.sqrt(squares);
    deviations.add("norm", Math.abs(session.gradientNorm() - norm), tolerance * norm);
  }

  private static void addSgd(
      Deviations deviations, String name, float[] start, float[] ours, float[] expected) {
    double tolerated = SGD_ABSOLUTE + SGD_OF_UPDATE * largest(expected, start);
    deviations.add("largest of " + name, largest(ours, expected), tolerated);
  }

  private static void addAdam(
      Deviations deviations,
      String name,
      IntPredicate counts,
      double rate,
      float[] start,
      float[] ours,
      float[] expected) {
    deviations.add("largest of " + name, largest(ours, expected), ADAM_ALL * rate);
    int[] counting = IntStream.range(0, ours.length).filter(counts).toArray();
    if (counting.length == 0) {
      return;
    }
    double update = distance(expected, start, counts);
    deviations.add("norm of " + name, distance(ours, expected, counts), ADAM * update);
    long far =
        IntStream.of(counting)
            .filter(i -> !(Math.abs(ours[i] - expected[i]) <= ADAM_MOST * rate))
            .count();
    deviations.add("far values of " + name, far, ADAM_FAR * counting.length);
  }

  /** Deviations as shares of what is tolerated, by what deviates. */
  private static final class Deviations {
    private final Map<String, Double> shares = new TreeMap<>();

    void add(String what, double deviation, double tolerated) {
      shares.put(what, deviation / tolerated);
    }

    /** Those above 1, or not a number. */
    Map<String, Double> outside() {
      Map<String, Double> outside = new TreeMap<>(shares);
      outside.values().removeIf(share -> share <= 1);
      return outside;
    }
  }

  private static <T> T get(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static double norm(float[] a, IntPredicate counts) {
    return distance(a, new float[a.length], counts);
  }

  private static double distance(float[] a, float[] b, IntPredicate counts) {
    assertThat(a).hasSameSizeAs(b);
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += counts.test(i) ? Math.pow((double) a[i] - b[i], 2) : 0;
    }
    return Math.sqrt(squares);
  }

  private static double largest(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs((double) a[i] - b[i]))
        .max()
        .orElse(0);
  }
}
