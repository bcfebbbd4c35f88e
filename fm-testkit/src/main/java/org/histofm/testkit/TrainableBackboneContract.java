package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;
import static org.histofm.testkit.ProviderContract.refusal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of a {@link TrainableBackbone}: extend it in a test and open one. Every test trains
 * it a step or a few for each of {@link #tunings}, so let it be small and computed in float32.
 */
public abstract class TrainableBackboneContract {
  private static final Seed SEED = Seed.of(5);
  private static final StepSpec STEP = StepSpec.of(1e-3).withWeightDecay(0.01);

  private Path folder;
  private int side;

  /** For a test that extends it. */
  protected TrainableBackboneContract() {}

  /**
   * Opens the backbone; the contract closes it. Equal seeds give equal weights, other seeds other
   * ones.
   */
  protected abstract TrainableBackbone open(Seed weights);

  /**
   * Tunings that the backbone supports, none of which drops anything out: LoRA of all layers, the
   * last block and everything, until overridden. The contract also tests them with other
   * optimisers, and LoRA with dropout.
   */
  protected List<Tuning> tunings() {
    return List.of(Tuning.lora(2).withDropout(0), Tuning.lastBlocks(1), Tuning.full());
  }

  /**
   * How far gradients that were added up may lie from those of one larger batch: ‖Δ‖ / ‖change of
   * the embeddings by a step‖. 1e-3 until overridden, which fits float32.
   */
  protected double sumTolerance() {
    return 1e-3;
  }

  /**
   * How far the squared norm of the gradient may lie from the finite difference of the loss along
   * it, relative. 1e-2 until overridden, which fits float32.
   */
  protected double gradientTolerance() {
    return 1e-2;
  }

  /**
   * How far the embeddings move by the finite difference: ‖Δ‖ / ‖embeddings‖. 1e-3 until
   * overridden: large beside float32's rounding, small beside the curvature of the loss.
   */
  protected double differenceStep() {
    return 1e-3;
  }

  /** Learning rate at which Adam halves a simple loss in 20 steps; 1e-2 until overridden. */
  protected double learningRate() {
    return 1e-2;
  }

  @BeforeEach
  void useFolder(@TempDir Path fresh) {
    folder = fresh;
  }

  @Test
  void session_ofSupportedTuning_describesItself() {
    try (TrainableBackbone base = open(Seed.of(1))) {
      for (Tuning tuning : tunings()) {
        assertThat(base.supports(tuning)).as("supports(%s)", tuning.describe()).isTrue();
        try (TrainingSession session = base.session(tuning, SEED)) {
          assertThat(session.tuning()).as("tuning").isEqualTo(tuning);
          assertThat(session.groups()).as("groups").isNotEmpty().doesNotHaveDuplicates();
          assertThat(session.trainedValues()).as("trained values").isPositive();
          assertThat(session.steps()).as("steps at the start").isZero();
          assertThat(session.gradientNorm()).as("gradient norm at the start").isZero();
          step(session, pixels(1, 2));
          assertThat(session.steps()).as("steps after one").isEqualTo(1);
          assertThat(session.gradientNorm()).as("gradient norm after a step").isZero();
        }
      }
    }
  }

  @Test
  void session_ofTooManyBlocks_isRefused() {
    Tuning tuning = Tuning.lastBlocks(100_000);
    try (TrainableBackbone base = open(Seed.of(1))) {
      assertThat(base.supports(tuning)).as("supports(%s)", tuning.describe()).isFalse();
      refusal(tuning.describe(), InputException.class, () -> base.session(tuning, SEED).close());
    }
  }

  @Test
  void snapshot_beforeTheFirstStep_isTheBaseBitForBit() {
    PixelBatch batch = pixels(2, 5);
    try (TrainableBackbone base = open(Seed.of(1))) {
      EmbeddingMatrix expected = base.embed(batch);
      for (Tuning tuning : tunings()) {
        try (TrainingSession session = base.session(tuning, SEED);
            Backbone snapshot = session.snapshot()) {
          assertThat(snapshot.embed(batch))
              .as("embeddings before the first step, %s", tuning.describe())
              .isEqualTo(expected);
          assertThat(snapshot.card()).as("card of a snapshot").isEqualTo(base.card());
          assertThat(snapshot.untrained())
              .as("untrained() of a snapshot")
              .isEqualTo(base.untrained());
        }
      }
    }
  }

  @Test
  void step_changesTheSnapshotAndLeavesBaseAndEarlierSnapshotsAlone() {
    PixelBatch batch = pixels(2, 3);
    try (TrainableBackbone base = open(Seed.of(1))) {
      EmbeddingMatrix before = base.embed(batch);
      for (Tuning tuning : tunings()) {
        TrainingSession session = base.session(tuning, SEED);
        try (session;
            Backbone early = session.snapshot()) {
          step(session, pixels(3, 4));
          try (Backbone late = session.snapshot()) {
            String what = tuning.describe();
            assertThat(late.embed(batch)).as("after a step, %s", what).isNotEqualTo(before);
            assertThat(late.weightsHash())
                .as("weights hash after a step, %s", what)
                .isNotEqualTo(base.weightsHash());
            assertThat(early.embed(batch)).as("earlier snapshot, %s", what).isEqualTo(before);
            session.close();
            assertThat(early.embed(batch)).as("after the session, %s", what).isEqualTo(before);
          }
          assertThat(base.embed(batch)).as("the base").isEqualTo(before);
        }
      }
    }
  }

  @Test
  void forward_withoutDropout_isCloseToTheSnapshot() {
    PixelBatch batch = pixels(4, 3);
    try (TrainableBackbone base = open(Seed.of(1))) {
      for (Tuning tuning : tunings()) {
        try (TrainingSession session = base.session(tuning, SEED)) {
          EmbeddingMatrix start = base.embed(batch);
          step(session, batch);
          step(session, batch);
          try (Backbone snapshot = session.snapshot();
              TrainingPass pass = session.forward(batch)) {
            double moved = distance(snapshot.embed(batch), start);
            assertThat(distance(pass.embedding(), snapshot.embed(batch)))
                .as(
                    "embeddings of a pass beside the snapshot's, which moved by %s, %s",
                    moved, tuning.describe())
                .isLessThanOrEqualTo(0.1 * moved);
          }
        }
      }
    }
  }

  @Test
  void backward_ofTwoOpenPasses_addsUpInEitherOrder() {
    PixelBatch all = pixels(5, 6);
    PixelBatch first = part(all, 0, 2);
    PixelBatch second = part(all, 2, 6);
    try (TrainableBackbone base = open(Seed.of(1))) {
      EmbeddingMatrix start = base.embed(all);
      for (Tuning tuning : withSgd()) {
        EmbeddingMatrix whole = afterStep(base, tuning, List.of(all), false);
        double moved = distance(whole, start);
        assertThat(moved).as("change by a step, %s", tuning.describe()).isPositive();
        for (boolean reversed : new boolean[] {false, true}) {
          EmbeddingMatrix parts = afterStep(base, tuning, List.of(first, second), reversed);
          assertThat(distance(parts, whole) / moved)
              .as(
                  "embeddings after two passes%s beside those after one of both, %s",
                  reversed ? ", the later backward first" : "", tuning.describe())
              .isLessThanOrEqualTo(sumTolerance());
        }
      }
    }
  }

  /** What a snapshot makes of all six images after one step by the summed gradients. */
  private EmbeddingMatrix afterStep(
      TrainableBackbone base, Tuning tuning, List<PixelBatch> parts, boolean reversed) {
    try (TrainingSession session = base.session(tuning, SEED)) {
      List<TrainingPass> passes = new ArrayList<>();
      for (PixelBatch part : parts) {
        passes.add(session.forward(part));
      }
      if (reversed) {
        Collections.reverse(passes);
      }
      for (TrainingPass pass : passes) {
        pass.backward(gradient(pass.embedding()));
        pass.close();
      }
      session.step(StepSpec.of(stepOf(session.gradientNorm())));
      return embeddings(session, pixels(5, 6));
    }
  }

  /** A rate at which plain descent moves the parameters by 0.05 in all. */
  private static double stepOf(double gradientNorm) {
    assertThat(gradientNorm).as("gradient norm").isPositive().isFinite();
    return 0.05 / gradientNorm;
  }

  @Test
  void pass_abandoned_leavesNoGradientAndNoTrace() throws IOException {
    try (TrainableBackbone base = open(Seed.of(1))) {
      for (Tuning tuning : tunings()) {
        byte[] expected;
        try (TrainingSession session = base.session(tuning, SEED)) {
          step(session, pixels(6, 3));
          step(session, pixels(7, 3));
          expected = saved(session);
        }
        try (TrainingSession session = base.session(tuning, SEED)) {
          session.forward(pixels(8, 2)).close();
          assertThat(session.gradientNorm()).as("gradient norm of an abandoned pass").isZero();
          step(session, pixels(6, 3));
          TrainingPass abandoned = session.forward(pixels(8, 2));
          backward(session, pixels(7, 3));
          abandoned.close();
          session.step(STEP);
          assertThat(saved(session))
              .as("parameters beside two abandoned passes, %s", tuning.describe())
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void backward_twiceOrAfterCloseOrOfAnotherSize_isRefused() {
    try (TrainableBackbone base = open(Seed.of(1));
        TrainingSession session = base.session(tunings().get(0), SEED)) {
      TrainingPass pass = session.forward(pixels(9, 2));
      EmbeddingMatrix embedding = pass.embedding();
      EmbeddingMatrix larger =
          EmbeddingMatrix.wrap(3, embedding.dim(), new float[3 * embedding.dim()]);
      refusal(
          "a gradient of another size",
          IllegalArgumentException.class,
          () -> pass.backward(larger));
      pass.backward(gradient(embedding));
      refusal(
          "a second backward",
          IllegalStateException.class,
          () -> pass.backward(gradient(embedding)));
      pass.close();
      assertThatCode(pass::close).as("closing a pass again").doesNotThrowAnyException();
      assertThat(pass.embedding()).as("embedding after close").isEqualTo(embedding);
      TrainingPass closed = session.forward(pixels(9, 2));
      closed.close();
      refusal(
          "backward after close",
          IllegalStateException.class,
          () -> closed.backward(gradient(embedding)));
    }
  }

  @Test
  void step_withoutGradientOrOfUnknownGroup_isRefused() {
    try (TrainableBackbone base = open(Seed.of(1));
        TrainingSession session = base.session(tunings().get(0), SEED)) {
      refusal("a step without gradient", IllegalStateException.class, () -> session.step(STEP));
      session.forward(pixels(9, 2)).close();
      refusal(
          "a step after an abandoned pass", IllegalStateException.class, () -> session.step(STEP));
      backward(session, pixels(9, 2));
      refusal(
          "a rate of an unknown group",
          IllegalArgumentException.class,
          () -> session.step(STEP.withRate("no-such-group", 1)));
      assertThat(session.steps()).as("steps after refused ones").isZero();
      session.step(STEP);
      refusal("a second step", IllegalStateException.class, () -> session.step(STEP));
    }
  }

  @Test
  void step_atRateZero_movesNothingAndAtOneGroupsRateOnlyThat() {
    PixelBatch batch = pixels(9, 2);
    try (TrainableBackbone base = open(Seed.of(1))) {
      EmbeddingMatrix start = base.embed(batch);
      for (Tuning tuning : withSgd()) {
        try (TrainingSession session = base.session(tuning, SEED)) {
          backward(session, batch);
          double rate = stepOf(session.gradientNorm());
          session.step(StepSpec.of(0).withWeightDecay(0.1));
          assertThat(embeddings(session, batch))
              .as("after rate 0, %s", tuning.describe())
              .isEqualTo(start);
          StepSpec none = StepSpec.of(rate);
          for (String group : session.groups()) {
            none = none.withRate(group, 0);
          }
          backward(session, batch);
          session.step(none);
          assertThat(embeddings(session, batch))
              .as("after rate 0 of every group, %s", tuning.describe())
              .isEqualTo(start);
          String last = session.groups().get(session.groups().size() - 1);
          backward(session, batch);
          session.step(StepSpec.of(0).withRate(last, rate));
          assertThat(embeddings(session, batch))
              .as("after a rate of group %s alone, %s", last, tuning.describe())
              .isNotEqualTo(start);
        }
      }
    }
  }

  private static EmbeddingMatrix embeddings(TrainingSession session, PixelBatch batch) {
    try (Backbone snapshot = session.snapshot()) {
      return snapshot.embed(batch);
    }
  }

  @Test
  void step_withScaledGradient_isThatOfTheSmallerLoss() {
    PixelBatch batch = pixels(5, 6);
    try (TrainableBackbone base = open(Seed.of(1))) {
      EmbeddingMatrix start = base.embed(batch);
      for (Tuning tuning : withSgd()) {
        List<EmbeddingMatrix> after = new ArrayList<>();
        for (double scale : new double[] {1, 0.25}) {
          try (TrainingSession session = base.session(tuning, SEED)) {
            backward(session, batch);
            double rate = stepOf(session.gradientNorm()) / scale;
            session.step(StepSpec.of(rate).withGradientScale(scale));
            after.add(embeddings(session, batch));
          }
        }
        assertThat(distance(after.get(1), after.get(0)))
            .as("a quarter of the gradient at four times the rate, %s", tuning.describe())
            .isLessThanOrEqualTo(sumTolerance() * distance(after.get(0), start));
      }
    }
  }

  @Test
  void session_ofEqualSeed_givesEqualBytes() throws IOException {
    try (TrainableBackbone base = open(Seed.of(1));
        TrainableBackbone again = open(Seed.of(1))) {
      for (Tuning tuning : withDropout()) {
        byte[] one = afterThreeSteps(base, tuning, SEED, false);
        assertThat(afterThreeSteps(again, tuning, SEED, true))
            .as("parameters of an equal session, %s", tuning.describe())
            .isEqualTo(one);
        if (tuning instanceof Tuning.Lora) {
          assertThat(afterThreeSteps(base, tuning, Seed.of(6), false))
              .as("parameters of another seed, %s", tuning.describe())
              .isNotEqualTo(one);
        }
      }
    }
  }

  /** With {@code company}, another session draws masks in between. */
  private byte[] afterThreeSteps(TrainableBackbone base, Tuning tuning, Seed seed, boolean company)
      throws IOException {
    try (TrainingSession session = base.session(tuning, seed);
        TrainingSession other = base.session(tuning, Seed.of(77))) {
      for (int i = 0; i < 3; i++) {
        if (company) {
          step(other, pixels(20, 2));
        }
        step(session, pixels(10 + i, 3));
      }
      return saved(session);
    }
  }

  @Test
  void masks_areOfStepAndPassOnly() {
    Tuning dropout = null;
    for (Tuning tuning : tunings()) {
      if (tuning instanceof Tuning.Lora lora) {
        dropout = lora.withDropout(0.5);
      }
    }
    if (dropout == null) {
      return;
    }
    PixelBatch batch = pixels(11, 3);
    try (TrainableBackbone base = open(Seed.of(1));
        TrainingSession one = base.session(dropout, SEED);
        TrainingSession other = base.session(dropout, SEED)) {
      for (TrainingSession session : List.of(one, other)) {
        backward(session, batch);
        session.step(StepSpec.of(stepOf(session.gradientNorm())));
      }
      try (TrainingPass first = one.forward(batch);
          TrainingPass second = one.forward(batch);
          TrainingPass someOther = other.forward(pixels(12, 3));
          TrainingPass secondThere = other.forward(batch)) {
        assertThat(second.embedding()).as("second pass").isNotEqualTo(first.embedding());
        assertThat(secondThere.embedding())
            .as("second pass of a step, after another batch in an equal session")
            .isEqualTo(second.embedding());
        assertThat(someOther.embedding()).as("another batch").isNotEqualTo(first.embedding());
      }
    }
  }

  @Test
  void adapted_toWhatWasSaved_isTheSnapshotBitForBit() throws IOException {
    PixelBatch batch = pixels(2, 5);
    for (Tuning tuning : withDropout()) {
      Path file = folder.resolve("parameters");
      EmbeddingMatrix expected;
      Backbone adapted;
      try (TrainableBackbone base = open(Seed.of(1))) {
        try (TrainingSession session = base.session(tuning, SEED)) {
          step(session, pixels(13, 3));
          step(session, pixels(14, 3));
          session.save(file);
          expected = embeddings(session, batch);
        }
        adapted = base.adapted(tuning, file);
      }
      try (adapted) {
        assertThat(adapted.embed(batch))
            .as("embeddings after saving and opening, %s", tuning.describe())
            .isEqualTo(expected);
      }
      assertThat(siblings(file)).as("files beside the saved one").isEmpty();
    }
  }

  private static List<Path> siblings(Path file) throws IOException {
    try (var files = Files.list(file.toAbsolutePath().getParent())) {
      return files.filter(f -> !f.getFileName().equals(file.getFileName())).toList();
    }
  }

  @Test
  void restore_inANewSession_goesOnBitForBit() throws IOException {
    Path state = folder.resolve("state");
    try (TrainableBackbone base = open(Seed.of(1));
        TrainableBackbone again = open(Seed.of(1))) {
      for (Tuning tuning : withDropout()) {
        byte[] expected;
        try (TrainingSession session = base.session(tuning, SEED)) {
          step(session, pixels(15, 3));
          step(session, pixels(16, 3));
          session.saveState(state);
          step(session, pixels(17, 3));
          step(session, pixels(18, 3));
          expected = saved(session);
        }
        try (TrainingSession session = again.session(tuning, SEED)) {
          backward(session, pixels(19, 2)); // a gradient that restoring is to forget
          session.restore(state);
          assertThat(session.steps()).as("steps after restoring").isEqualTo(2);
          assertThat(session.gradientNorm()).as("gradient norm after restoring").isZero();
          step(session, pixels(17, 3));
          step(session, pixels(18, 3));
          assertThat(saved(session))
              .as("parameters of a session that went on, %s", tuning.describe())
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void saveState_withGradientOrOpenPass_isRefused() {
    Path state = folder.resolve("state");
    try (TrainableBackbone base = open(Seed.of(1));
        TrainingSession session = base.session(tunings().get(0), SEED)) {
      try (TrainingPass pass = session.forward(pixels(9, 2))) {
        refusal(
            "a state with an open pass",
            IllegalStateException.class,
            () -> session.saveState(state));
        pass.backward(gradient(pass.embedding()));
      }
      refusal(
          "a state with a gradient", IllegalStateException.class, () -> session.saveState(state));
      assertThat(state).as("the state that was refused").doesNotExist();
    }
  }

  @Test
  void files_damagedOrForeign_areRefusedAndChangeNothing() throws IOException {
    Path parameters = folder.resolve("parameters");
    Path state = folder.resolve("state");
    try (TrainableBackbone base = open(Seed.of(1));
        TrainableBackbone foreign = open(Seed.of(2))) {
      for (Tuning tuning : tunings()) {
        try (TrainingSession session = base.session(tuning, SEED)) {
          step(session, pixels(15, 3));
          session.save(parameters);
          session.saveState(state);
          byte[] before = saved(session);
          step(session, pixels(16, 3));
          byte[] after = saved(session);

          Tuning other = otherThan(tuning);
          refuseParameters("of another tuning", base, other, parameters);
          refuseParameters("of another backbone", foreign, tuning, parameters);
          try (TrainingSession elsewhere = base.session(other, SEED)) {
            refuseState("of another tuning", elsewhere, state);
          }
          try (TrainingSession elsewhere = foreign.session(tuning, SEED)) {
            refuseState("of another backbone", elsewhere, state);
          }
          refuseParameters("that are missing", base, tuning, folder.resolve("missing"));
          refuseState("that is missing", session, folder.resolve("missing"));
          for (Path damaged : damaged(parameters)) {
            refuseParameters(damaged.getFileName().toString(), base, tuning, damaged);
          }
          for (Path damaged : damaged(state)) {
            refuseState(damaged.getFileName().toString(), session, damaged);
          }
          assertThat(saved(session))
              .as("parameters after refused states, %s", tuning.describe())
              .isEqualTo(after)
              .isNotEqualTo(before);
        }
      }
    }
  }

  private void refuseParameters(
      String what, TrainableBackbone base, Tuning tuning, Path parameters) {
    InputException refusal =
        refusal(
            "parameters " + what,
            InputException.class,
            () -> base.adapted(tuning, parameters).close());
    assertThat(refusal).hasMessageContaining(parameters.getFileName().toString());
  }

  private void refuseState(String what, TrainingSession session, Path state) throws IOException {
    byte[] before = saved(session);
    long steps = session.steps();
    InputException refusal =
        refusal("a state " + what, InputException.class, () -> session.restore(state));
    assertThat(refusal).hasMessageContaining(state.getFileName().toString());
    assertThat(saved(session)).as("parameters after a refused state").isEqualTo(before);
    assertThat(session.steps()).as("steps after a refused state").isEqualTo(steps);
  }

  private Tuning otherThan(Tuning tuning) {
    if (tuning instanceof Tuning.Lora lora) {
      return lora.withAlpha(2 * lora.alpha());
    }
    Optimiser other =
        tuning.optimiser().equals(Optimiser.sgd()) ? Optimiser.adam() : Optimiser.sgd();
    return with(tuning, other);
  }

  private List<Path> damaged(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Path shorter = folder.resolve("cut-" + file.getFileName());
    Files.write(shorter, Arrays.copyOf(whole, whole.length - 7));
    Path flipped = folder.resolve("flipped-" + file.getFileName());
    byte[] bytes = whole.clone();
    bytes[bytes.length * 2 / 3] ^= 16;
    Files.write(flipped, bytes);
    Path text = folder.resolve("text-" + file.getFileName());
    Files.write(text, "no parameters at all".repeat(9).getBytes(StandardCharsets.UTF_8));
    return List.of(shorter, flipped, text);
  }

  @Test
  void close_ofTheSession_closesItsPasses() {
    try (TrainableBackbone base = open(Seed.of(1))) {
      for (Tuning tuning : tunings()) {
        TrainingSession session = base.session(tuning, SEED);
        TrainingPass pass = session.forward(pixels(9, 2));
        EmbeddingMatrix embedding = pass.embedding();
        session.close();
        assertThatCode(session::close).as("closing again").doesNotThrowAnyException();
        Class<IllegalStateException> refused = IllegalStateException.class;
        refusal(
            "backward after the session was closed",
            refused,
            () -> pass.backward(gradient(embedding)));
        assertThat(pass.embedding()).as("embedding after close").isEqualTo(embedding);
        pass.close();
        refusal("forward after close", refused, () -> session.forward(pixels(9, 2)).close());
        refusal("step after close", refused, () -> session.step(STEP));
        refusal("snapshot after close", refused, () -> session.snapshot().close());
        refusal("save after close", refused, () -> session.save(folder.resolve("late")));
        assertThat(base.embed(pixels(9, 1)).rows()).as("the base goes on").isEqualTo(1);
      }
    }
  }

  @Test
  void forward_ofAnotherSize_isRefused() {
    try (TrainableBackbone base = open(Seed.of(1));
        TrainingSession session = base.session(tunings().get(0), SEED)) {
      int side = base.card().preprocessing().crop() + 1;
      PixelBatch larger = SyntheticCohorts.noise(Seed.of(1), 1, side);
      refusal(
          "an image of " + side + " px",
          IllegalArgumentException.class,
          () -> session.forward(larger).close());
    }
  }

  @Test
  void steps_ofAdam_lowerTheLoss() {
    PixelBatch batch = pixels(21, 4);
    try (TrainableBackbone base = open(Seed.of(1))) {
      for (Tuning tuning : tunings()) {
        Tuning adam = with(tuning, Optimiser.adam());
        EmbeddingMatrix target = target(base.embed(batch));
        try (TrainingSession session = base.session(adam, SEED)) {
          double first = Double.NaN;
          for (int i = 0; i < 20; i++) {
            try (TrainingPass pass = session.forward(batch)) {
              first = i == 0 ? loss(pass.embedding(), target) : first;
              pass.backward(difference(pass.embedding(), target, 1));
            }
            session.step(StepSpec.of(learningRate()));
          }
          assertThat(loss(embeddings(session, batch), target))
              .as("loss after 20 steps from %s, %s", first, adam.describe())
              .isLessThan(0.5 * first);
        }
      }
    }
  }

  /**
   * Along its own direction g, the loss changes by g·g. Two sessions go there and back by one step
   * of plain descent; the way back is the same loss with the opposite sign.
   */
  @Test
  void backward_alongItself_isTheFiniteDifferenceOfTheLoss() {
    PixelBatch batch = pixels(21, 4);
    try (TrainableBackbone base = open(Seed.of(1))) {
      for (Tuning tuning : withSgd()) {
        EmbeddingMatrix target = target(base.embed(batch));
        double rate = 0;
        double squaredNorm = 0;
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
          try (TrainingSession session = base.session(tuning, SEED)) {
            leaveTheStart(session);
            double norm = backward(session, batch, target, side == 0 ? 1 : -1);
            if (side == 0) {
              squaredNorm = norm * norm;
              rate = rateThatMoves(base, tuning, batch, target);
            }
            session.step(StepSpec.of(rate));
            losses[side] = loss(embeddings(session, batch), target);
          }
        }
        assertThat((losses[1] - losses[0]) / (2 * rate))
            .as("finite difference of the loss along its gradient, %s", tuning.describe())
            .isCloseTo(squaredNorm, within(gradientTolerance() * squaredNorm));
      }
    }
  }

  /** LoRA starts where half of its gradient is zero. */
  private void leaveTheStart(TrainingSession session) {
    for (int i = 0; i < 2; i++) {
      backward(session, pixels(22 + i, 4));
      session.step(StepSpec.of(stepOf(session.gradientNorm()) * 4));
    }
  }

  /** The rate at which a step moves the embeddings by {@link #differenceStep} of their norm. */
  private double rateThatMoves(
      TrainableBackbone base, Tuning tuning, PixelBatch batch, EmbeddingMatrix target) {
    try (TrainingSession session = base.session(tuning, SEED)) {
      leaveTheStart(session);
      EmbeddingMatrix before = embeddings(session, batch);
      double trial = stepOf(backward(session, batch, target, 1)) / 10;
      session.step(StepSpec.of(trial));
      double moved = distance(embeddings(session, batch), before) / norm(before);
      assertThat(moved).as("change by a small step, %s", tuning.describe()).isPositive();
      return trial * differenceStep() / moved;
    }
  }

  /** Returns the norm of the gradient. */
  private static double backward(
      TrainingSession session, PixelBatch batch, EmbeddingMatrix target, double sign) {
    try (TrainingPass pass = session.forward(batch)) {
      pass.backward(difference(pass.embedding(), target, sign));
    }
    return session.gradientNorm();
  }

  private static EmbeddingMatrix target(EmbeddingMatrix start) {
    float[] values = start.toArray();
    double size = norm(start) / Math.sqrt(values.length);
    for (int i = 0; i < values.length; i++) {
      // The same direction for every image, so that few parameters suffice.
      values[i] += (float) (0.3 * size * Math.cos(3.0 * (i % start.dim())));
    }
    return EmbeddingMatrix.wrap(start.rows(), start.dim(), values);
  }

  /** ½ ‖embedding − target‖². */
  private static double loss(EmbeddingMatrix embedding, EmbeddingMatrix target) {
    double distance = distance(embedding, target);
    return distance * distance / 2;
  }

  private static EmbeddingMatrix difference(
      EmbeddingMatrix embedding, EmbeddingMatrix target, double sign) {
    float[] values = embedding.toArray();
    float[] wanted = target.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (sign * ((double) values[i] - wanted[i]));
    }
    return EmbeddingMatrix.wrap(embedding.rows(), embedding.dim(), values);
  }

  private List<Tuning> withSgd() {
    return tunings().stream().map(tuning -> with(tuning, Optimiser.sgd())).toList();
  }

  private List<Tuning> withDropout() {
    return tunings().stream()
        .map(t -> t instanceof Tuning.Lora lora ? lora.withDropout(0.3) : t)
        .toList();
  }

  private static Tuning with(Tuning tuning, Optimiser optimiser) {
    if (tuning instanceof Tuning.Lora lora) {
      return lora.withOptimiser(optimiser);
    }
    if (tuning instanceof Tuning.LastBlocks last) {
      return new Tuning.LastBlocks(last.blocks(), optimiser);
    }
    if (tuning instanceof Tuning.Full) {
      return new Tuning.Full(optimiser);
    }
    throw new AssertionError(tuning);
  }

  private PixelBatch pixels(int seed, int count) {
    if (side == 0) {
      try (TrainableBackbone base = open(Seed.of(1))) {
        side = base.card().preprocessing().crop();
      }
    }
    return SyntheticCohorts.noise(Seed.of(seed), count, side);
  }

  private static PixelBatch part(PixelBatch batch, int from, int to) {
    int size = 3 * batch.height() * batch.width();
    return PixelBatch.ofBytes(
        to - from,
        batch.height(),
        batch.width(),
        Arrays.copyOfRange(batch.bytes(), from * size, to * size));
  }

  /** Of the sum over images of a fixed linear form and half the squared embedding. */
  private static EmbeddingMatrix gradient(EmbeddingMatrix embedding) {
    float[] values = embedding.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.cos(i % embedding.dim()) + 0.1f * values[i];
    }
    return EmbeddingMatrix.wrap(embedding.rows(), embedding.dim(), values);
  }

  private static void backward(TrainingSession session, PixelBatch batch) {
    try (TrainingPass pass = session.forward(batch)) {
      pass.backward(gradient(pass.embedding()));
    }
  }

  private static void step(TrainingSession session, PixelBatch batch) {
    backward(session, batch);
    session.step(STEP);
  }

  private byte[] saved(TrainingSession session) throws IOException {
    Path file = folder.resolve("saved-now");
    session.save(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private static double distance(EmbeddingMatrix a, EmbeddingMatrix b) {
    return norm(difference(a, b, 1));
  }

  private static double norm(EmbeddingMatrix matrix) {
    double squares = 0;
    for (float value : matrix.toArray()) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
