package org.histofm.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;
import org.jspecify.annotations.Nullable;

/** The toy that trains, with one fault at a time. */
final class FaultyTrainable implements TrainableBackbone {
  /** What is wrong, and the test of {@link TrainableBackboneContract} that has to notice. */
  enum Fault {
    STEPS_NOT_COUNTED("session_ofSupportedTuning_describesItself"),
    CLAIMS_ANY_TUNING("session_ofTooManyBlocks_isRefused"),
    START_IS_ELSEWHERE("snapshot_beforeTheFirstStep_isTheBaseBitForBit"),
    SNAPSHOT_IS_THE_BASE("step_changesTheSnapshotAndLeavesBaseAndEarlierSnapshotsAlone"),
    SNAPSHOT_MOVES_ON("step_changesTheSnapshotAndLeavesBaseAndEarlierSnapshotsAlone"),
    PASS_STAYS_AT_THE_BASE("forward_withoutDropout_isCloseToTheSnapshot"),
    SECOND_PASS_COUNTS_HALF("backward_ofTwoOpenPasses_addsUpInEitherOrder"),
    ABANDONED_PASS_COUNTS("pass_abandoned_leavesNoGradientAndNoTrace"),
    BACKWARD_TWICE_IS_FINE("backward_twiceOrAfterCloseOrOfAnotherSize_isRefused"),
    STEP_WITHOUT_GRADIENT_IS_FINE("step_withoutGradientOrOfUnknownGroup_isRefused"),
    UNKNOWN_GROUP_IS_FINE("step_withoutGradientOrOfUnknownGroup_isRefused"),
    GROUP_RATES_IGNORED("step_atRateZero_movesNothingAndAtOneGroupsRateOnlyThat"),
    SCALE_IGNORED("step_withScaledGradient_isThatOfTheSmallerLoss"),
    SEED_OF_A_COUNTER("session_ofEqualSeed_givesEqualBytes"),
    MASKS_OF_A_COUNTER("masks_areOfStepAndPassOnly"),
    ADAPTED_IS_THE_BASE("adapted_toWhatWasSaved_isTheSnapshotBitForBit"),
    LEAVES_A_PART("adapted_toWhatWasSaved_isTheSnapshotBitForBit"),
    RESTORES_NOTHING("restore_inANewSession_goesOnBitForBit"),
    STATE_OF_OPEN_PASSES("saveState_withGradientOrOpenPass_isRefused"),
    FOREIGN_PARAMETERS_TAKEN("files_damagedOrForeign_areRefusedAndChangeNothing"),
    REFUSED_STATE_CHANGES("files_damagedOrForeign_areRefusedAndChangeNothing"),
    PASSES_OUTLIVE_THE_SESSION("close_ofTheSession_closesItsPasses"),
    TAKES_ANY_SIZE("forward_ofAnotherSize_isRefused"),
    CLIMBS("steps_ofAdam_lowerTheLoss"),
    GRADIENT_TOO_LARGE("backward_alongItself_isTheFiniteDifferenceOfTheLoss");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  static @Nullable Fault fault;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final ToyTrainableBackbone toy;

  private FaultyTrainable(ToyTrainableBackbone toy) {
    this.toy = toy;
  }

  private static boolean is(Fault wanted) {
    return fault == wanted;
  }

  /** Runs in {@link ContractsCanFailTest}. */
  static final class Contract extends TrainableBackboneContract {
    @Override
    protected TrainableBackbone open(Seed weights) {
      return new FaultyTrainable(ToyTrainableBackbone.open(weights));
    }
  }

  @Override
  public boolean supports(Tuning tuning) {
    return is(Fault.CLAIMS_ANY_TUNING) || toy.supports(tuning);
  }

  @Override
  public TrainingSession session(Tuning tuning, Seed seed) {
    Seed drawn = is(Fault.SEED_OF_A_COUNTER) ? Seed.of(COUNTER.incrementAndGet()) : seed;
    return new Session(toy, toy.session(tuning, drawn));
  }

  @Override
  public Backbone adapted(Tuning tuning, Path parameters) {
    if (is(Fault.ADAPTED_IS_THE_BASE)) {
      toy.adapted(tuning, parameters).close();
      return toy.with(toy.blocks());
    }
    try {
      return toy.adapted(tuning, parameters);
    } catch (InputException e) {
      if (is(Fault.FOREIGN_PARAMETERS_TAKEN)) {
        return toy.with(toy.blocks());
      }
      throw e;
    }
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
    return toy.embed(batch);
  }

  @Override
  public void close() {
    toy.close();
  }

  private static EmbeddingMatrix scaled(EmbeddingMatrix matrix, double factor) {
    float[] values = matrix.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (factor * values[i]);
    }
    return EmbeddingMatrix.wrap(matrix.rows(), matrix.dim(), values);
  }

  private static final class Session implements TrainingSession {
    private final ToyTrainableBackbone toy;
    private final TrainingSession session;
    private int gradients; // since the last step
    private @Nullable Pass latest;
    private boolean closed;

    Session(ToyTrainableBackbone toy, TrainingSession session) {
      this.toy = toy;
      this.session = session;
    }

    @Override
    public Tuning tuning() {
      return session.tuning();
    }

    @Override
    public List<String> groups() {
      return session.groups();
    }

    @Override
    public long trainedValues() {
      return session.trainedValues();
    }

    @Override
    public long steps() {
      return is(Fault.STEPS_NOT_COUNTED) ? 0 : session.steps();
    }

    @Override
    public TrainingPass forward(PixelBatch batch) {
      PixelBatch taken = batch;
      int side = toy.card().preprocessing().crop();
      if (is(Fault.TAKES_ANY_SIZE) && batch.width() != side) {
        taken = SyntheticCohorts.noise(Seed.of(1), batch.count(), side);
      }
      if (is(Fault.MASKS_OF_A_COUNTER)) {
        for (int i = COUNTER.incrementAndGet() % 5; i > 0; i--) {
          session.forward(taken).close();
        }
      }
      latest = new Pass(session.forward(taken), toy.embed(taken));
      return latest;
    }

    @Override
    public double gradientNorm() {
      return session.gradientNorm();
    }

    @Override
    public void step(StepSpec spec) {
      if (is(Fault.STEP_WITHOUT_GRADIENT_IS_FINE) && gradients == 0) {
        return;
      }
      StepSpec taken = spec;
      if (is(Fault.GROUP_RATES_IGNORED)
          || is(Fault.UNKNOWN_GROUP_IS_FINE) && !groups().containsAll(spec.rates().keySet())) {
        taken =
            StepSpec.of(spec.learningRate("all"))
                .withWeightDecay(spec.weightDecay())
                .withGradientScale(spec.gradientScale());
      }
      session.step(is(Fault.SCALE_IGNORED) ? taken.withGradientScale(1) : taken);
      gradients = 0;
    }

    @Override
    public Backbone snapshot() {
      if (is(Fault.SNAPSHOT_IS_THE_BASE)) {
        session.snapshot().close();
        return toy.with(toy.blocks());
      }
      return new Snapshot(session, session.snapshot());
    }

    @Override
    public void save(Path parameters) {
      session.save(parameters);
      if (is(Fault.LEAVES_A_PART)) {
        try {
          Files.writeString(parameters.resolveSibling("parameters.tmp"), "");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void saveState(Path state) {
      if (is(Fault.STATE_OF_OPEN_PASSES) && latest != null) {
        latest.pass.close();
      }
      session.saveState(state);
    }

    @Override
    public void restore(Path state) {
      if (is(Fault.RESTORES_NOTHING)) {
        return;
      }
      try {
        session.restore(state);
      } catch (InputException e) {
        if (is(Fault.REFUSED_STATE_CHANGES)) {
          PixelBatch noise =
              SyntheticCohorts.noise(Seed.of(1), 1, toy.card().preprocessing().crop());
          try (TrainingPass pass = session.forward(noise)) {
            pass.backward(pass.embedding());
          }
          session.step(StepSpec.of(1));
        }
        throw e;
      }
    }

    @Override
    public void close() {
      closed = true;
      session.close();
    }

    private final class Pass implements TrainingPass {
      private final TrainingPass pass;
      private final EmbeddingMatrix ofBase;
      private boolean taken;

      Pass(TrainingPass pass, EmbeddingMatrix ofBase) {
        this.pass = pass;
        this.ofBase = ofBase;
      }

      @Override
      public EmbeddingMatrix embedding() {
        return is(Fault.PASS_STAYS_AT_THE_BASE) ? ofBase : pass.embedding();
      }

      @Override
      public void backward(EmbeddingMatrix gradient) {
        if (is(Fault.BACKWARD_TWICE_IS_FINE) && taken
            || is(Fault.PASSES_OUTLIVE_THE_SESSION) && closed) {
          return;
        }
        double factor = is(Fault.CLIMBS) ? -1 : is(Fault.GRADIENT_TOO_LARGE) ? 1.05 : 1;
        if (is(Fault.SECOND_PASS_COUNTS_HALF) && gradients > 0) {
          factor = 0.5;
        }
        pass.backward(scaled(gradient, factor));
        taken = true;
        gradients++;
      }

      @Override
      public void close() {
        if (is(Fault.ABANDONED_PASS_COUNTS) && !taken) {
          backward(pass.embedding());
        }
        pass.close();
      }
    }
  }

  private static final class Snapshot implements Backbone {
    private final TrainingSession session;
    private final Backbone backbone;

    Snapshot(TrainingSession session, Backbone backbone) {
      this.session = session;
      this.backbone = backbone;
    }

    @Override
    public BackboneCard card() {
      return backbone.card();
    }

    @Override
    public String weightsHash() {
      return backbone.weightsHash();
    }

    @Override
    public boolean untrained() {
      return backbone.untrained();
    }

    @Override
    public Facts facts() {
      return backbone.facts();
    }

    @Override
    public EmbeddingMatrix embed(PixelBatch batch) {
      if (is(Fault.SNAPSHOT_MOVES_ON)) {
        try (Backbone now = session.snapshot()) {
          return now.embed(batch);
        }
      }
      EmbeddingMatrix rows = backbone.embed(batch);
      return is(Fault.START_IS_ELSEWHERE) ? scaled(rows, 1 + 1e-6) : rows;
    }

    @Override
    public void close() {
      backbone.close();
    }
  }
}
