package org.histofm.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.ApiVersion;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.Adapter;
import org.histofm.adapter.AdapterProvider;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.Prediction;
import org.histofm.adapter.PredictionSink;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.jspecify.annotations.Nullable;

/** Softmax over the distances to class means of embeddings, sound or with one fault at a time. */
final class FaultyAdapter {
  /** What is wrong, and the test of {@link AdapterContract} that has to notice. */
  enum Fault {
    OUT_OF_ORDER("predict_givesOnePredictionEachInOrder"),
    ONE_LEFT_OUT("predict_givesOnePredictionEachInOrder"),
    SUM_IS_NOT_ONE("predict_givesOnePredictionEachInOrder"),
    CLASSES_SWAPPED("predict_onClassesThatDiffer_isMostlyRight"),
    LOOKS_AT_LABELS("predict_withoutOrWithOtherLabels_isTheSame"),
    DEPENDS_ON_OTHERS("predict_oneByOne_isTheSame"),
    COUNTS_CALLS("predict_twoThreads_isTheSame"),
    SEED_IGNORED("fit_sameSeedTwice_isEqual"),
    FACTS_OF_A_COUNTER("fit_sameSeedTwice_isEqual"),
    TRAIN_IGNORED("fit_otherLabels_predictsOtherwise"),
    TWO_CLASSES_ONLY("fit_manyClasses_scoresEachInTheTasksOrder"),
    CLASSES_SORTED("fit_manyClasses_scoresEachInTheTasksOrder"),
    SUPPORTS_NOTHING("supports_twoClasses_isTrue"),
    NEEDS_VALIDATION_IN_SECRET("fit_withoutValidation_isRefusedIfNeeded"),
    CLAIMS_TO_NEED_VALIDATION("fit_withoutValidation_isRefusedIfNeeded"),
    EMPTY_CLASS_FITTED("fit_classWithoutSample_isRefusedByName"),
    STREAM_UNNAMED("fit_onAStream_learnsOrRefusesByName"),
    OPTIONS_IGNORED("option_unknown_isRefusedByName"),
    TELLS_A_SETTING_IT_HAS_NOT("settings_told_areKnown"),
    REFUSES_THE_BACKBONE("check_backboneThatItIsFittedOn_isTaken"),
    SAVED_IN_FLOAT("load_whatWasSaved_predictsExactlyTheSame"),
    OTHER_BACKBONE_TAKEN("load_onOtherBackbone_isRefused"),
    DAMAGE_IGNORED("load_damagedOrEmptyFolder_isRefused"),
    USABLE_AFTER_CLOSE("close_twice_isFineAndPredictingAfterIsRefused"),
    CLOSES_THE_BACKBONE("close_twice_isFineAndPredictingAfterIsRefused");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  static @Nullable Fault fault;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private FaultyAdapter() {}

  private static boolean is(Fault wanted) {
    return fault == wanted;
  }

  /** Runs in {@link ContractsCanFailTest}. */
  static final class Contract extends AdapterContract {
    @Override
    protected AdapterProvider provider() {
      return new Provider();
    }

    @Override
    protected boolean learnsFromStreams() {
      return false;
    }
  }

  /** Offers it as {@code centroid}. */
  public static final class Provider implements AdapterProvider {
    @Override
    public int apiVersion() {
      return ApiVersion.CURRENT;
    }

    @Override
    public List<String> ids() {
      return List.of("centroid");
    }

    @Override
    public String summary(String id) {
      return "distance to class means";
    }

    @Override
    public Set<String> settings(String id) {
      return is(Fault.TELLS_A_SETTING_IT_HAS_NOT) ? Set.of("k") : Set.of();
    }

    @Override
    public Adapter create(String id, Options options) {
      if (!is(Fault.OPTIONS_IGNORED)) {
        options.allow("adapter centroid");
      }
      return new Centroid();
    }

    @Override
    public FittedAdapter load(String id, Path folder, Backbone backbone) {
      Path file = folder.resolve("means");
      try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
        String hash = in.readUTF();
        if (!hash.equals(backbone.weightsHash()) && !is(Fault.OTHER_BACKBONE_TAKEN)) {
          throw new InputException(
              file + " was fitted on weights " + hash + ".", "Open these weights.");
        }
        double[][] means = new double[in.readInt()][backbone.card().embeddingDim()];
        for (double[] mean : means) {
          for (int d = 0; d < mean.length; d++) {
            mean[d] = in.readDouble();
          }
        }
        return new Fitted(means, backbone);
      } catch (IOException e) {
        if (is(Fault.DAMAGE_IGNORED)) {
          return new Fitted(new double[2][backbone.card().embeddingDim()], backbone);
        }
        throw new InputException(file + " is damaged or missing.", "Fit again.", e);
      }
    }
  }

  private static final class Centroid implements Adapter {
    @Override
    public boolean supports(Task task) {
      int classes = ((Task.Classification) task).classes().size();
      return !is(Fault.SUPPORTS_NOTHING) && (classes == 2 || !is(Fault.TWO_CLASSES_ONLY));
    }

    @Override
    public boolean needsValidation() {
      return is(Fault.CLAIMS_TO_NEED_VALIDATION);
    }

    @Override
    public void check(Backbone backbone) {
      if (is(Fault.REFUSES_THE_BACKBONE)) {
        throw new InputException("the backbone does not suit.", "Use another.");
      }
    }

    @Override
    public FittedAdapter fit(FitRequest request) {
      if (is(Fault.NEEDS_VALIDATION_IN_SECRET) && request.validation().size() == 0) {
        throw new InputException("no validation data.", "Add some.");
      }
      if (request.trainingStream().isPresent()) {
        String name = is(Fault.STREAM_UNNAMED) ? "" : request.trainingStream().get().name();
        throw new InputException("centroids cannot learn from " + name + ".", "Use a cohort.");
      }
      List<String> classes = new ArrayList<>(((Task.Classification) request.task()).classes());
      if (is(Fault.CLASSES_SORTED) && classes.size() > 2) {
        classes.sort(null);
      }
      List<Sample> samples = request.train().samples();
      EmbeddingMatrix rows = request.reader().embeddings(samples, request.progress());
      double[][] means = new double[classes.size()][rows.dim()];
      int[] counts = new int[classes.size()];
      for (int i = 0; i < rows.rows(); i++) {
        int label = classes.indexOf(samples.get(i).label());
        counts[is(Fault.TRAIN_IGNORED) ? i % classes.size() : label]++;
        for (int d = 0; d < rows.dim(); d++) {
          means[is(Fault.TRAIN_IGNORED) ? i % classes.size() : label][d] += rows.get(i, d);
        }
      }
      for (int c = 0; c < counts.length; c++) {
        if (counts[c] == 0 && !is(Fault.EMPTY_CLASS_FITTED)) {
          throw new InputException(
              "class '" + classes.get(c) + "' has no sample.", "Give it one, or leave it out.");
        }
        for (int d = 0; d < rows.dim(); d++) {
          means[c][d] /= Math.max(1, counts[c]);
        }
      }
      if (is(Fault.SEED_IGNORED)) {
        means[0][0] += COUNTER.incrementAndGet() * 1e-9;
      }
      return new Fitted(means, request.backbone());
    }
  }

  private static final class Fitted implements FittedAdapter {
    private final double[][] means;
    private final Backbone backbone;
    private final String weightsHash;
    private boolean closed;

    Fitted(double[][] means, Backbone backbone) {
      this.means = means;
      this.backbone = backbone;
      this.weightsHash = backbone.weightsHash();
    }

    @Override
    public void predict(
        List<Sample> samples, SampleReader reader, PredictionSink sink, Progress progress) {
      if (closed && !is(Fault.USABLE_AFTER_CLOSE)) {
        throw new IllegalStateException("adapter centroid is closed");
      }
      EmbeddingMatrix rows = reader.embeddings(samples, progress);
      for (int i = 0; i < rows.rows(); i++) {
        int at = is(Fault.OUT_OF_ORDER) ? rows.rows() - 1 - i : i;
        double[] scores = scores(rows, at);
        Sample sample = samples.get(at);
        if (is(Fault.LOOKS_AT_LABELS) && sample.target() instanceof Target.ClassLabel) {
          Arrays.fill(scores, 0);
          scores[sample.label().equals("large") ? 1 : 0] = 1;
        }
        if (!(is(Fault.ONE_LEFT_OUT) && i == 3)) {
          sink.accept(Prediction.ofClassScores(sample.id(), scores));
        }
      }
    }

    private double[] scores(EmbeddingMatrix rows, int i) {
      double[] scores = new double[means.length];
      double sum = 0;
      for (int c = 0; c < means.length; c++) {
        double distance = 0;
        for (int d = 0; d < rows.dim(); d++) {
          distance += Math.pow(rows.get(i, d) - means[c][d], 2);
        }
        if (is(Fault.DEPENDS_ON_OTHERS)) {
          distance /= rows.rows();
        }
        scores[is(Fault.CLASSES_SWAPPED) ? means.length - 1 - c : c] = Math.exp(-20 * distance);
        sum += Math.exp(-20 * distance);
      }
      for (int c = 0; c < means.length; c++) {
        scores[c] /= sum * (is(Fault.SUM_IS_NOT_ONE) ? 1.01 : 1);
      }
      if (is(Fault.COUNTS_CALLS)) {
        double moved = Math.min(scores[0], COUNTER.incrementAndGet() * 1e-12);
        scores[0] -= moved;
        scores[1] = Math.min(1, scores[1] + moved);
      }
      return scores;
    }

    @Override
    public Facts facts() {
      Facts facts = Facts.none().with("distance", "euclidean");
      return is(Fault.FACTS_OF_A_COUNTER) ? facts.with("n", "" + COUNTER.incrementAndGet()) : facts;
    }

    @Override
    public List<String> warnings() {
      return List.of();
    }

    @Override
    public void save(Path folder) {
      Path file = folder.resolve("means");
      try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
        out.writeUTF(weightsHash);
        out.writeInt(means.length);
        for (double[] mean : means) {
          for (double value : mean) {
            out.writeDouble(is(Fault.SAVED_IN_FLOAT) ? (float) value : value);
          }
        }
      } catch (IOException e) {
        throw new EnvironmentException(file + " cannot be written.", "Free the disk.", e);
      }
    }

    @Override
    public void close() {
      closed = true;
      if (is(Fault.CLOSES_THE_BACKBONE)) {
        backbone.close();
      }
    }
  }
}
