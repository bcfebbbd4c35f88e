package org.histofm.adapters.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.Adapter;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapters.internal.BackboneIdentity;
import org.histofm.adapters.internal.ClassLabels;
import org.histofm.adapters.internal.ComparedFacts;
import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;

/**
 * Linear probe: logistic regression on the embeddings of a frozen backbone.
 *
 * <p>The objective is that of scikit-learn's {@code LogisticRegression(C, solver="lbfgs")}: C times
 * the sum of the (class-weighted) cross-entropies plus ½‖W‖², the norm squared and the intercept
 * not penalised; softmax over the classes, or with two classes the log-odds of the second one. It
 * is convex, so there is nothing random and the seed is not used. It is solved by L-BFGS until the
 * gradient vanishes, and says whether that was reached.
 *
 * <p>Settings:
 *
 * <ul>
 *   <li>{@code C}: inverse regularisation, or {@code auto} (default): each of 1e-5, 1e-4 … 1e5 is
 *       fitted on the training data and scored on validation; the best balanced accuracy wins, then
 *       the lower log-loss, then the smaller C. Without validation data a C must be named, such as
 *       scikit-learn's default of 1.
 *   <li>{@code class-weight}: {@code none} (default), or {@code balanced}: N/(K·N_class).
 *   <li>{@code standardize}: {@code false} (default), or {@code true}: columns are brought to mean
 *       0 and standard deviation 1 over the training data first, which changes what C penalises. It
 *       is not needed for convergence.
 *   <li>{@code tol}: largest absolute component of the gradient at the end, against the largest one
 *       at zero weights; default 1e-10. The next step must also promise to lower the objective by
 *       no more than a hundredth of this, relative to it.
 *   <li>{@code max-iter}: iterations for one C; default 10000.
 *   <li>{@code threads}: default all processors; the numbers do not depend on it.
 * </ul>
 *
 * <p>Needs 4 bytes for each embedding value (those read), and 8·min(N, D)² bytes twice. Immutable,
 * safe for concurrent use.
 *
 * @see "Pedregosa et al. 2011, Scikit-learn: Machine Learning in Python; parity is tested against
 *     1.9.1"
 */
public final class LinearProbe implements Adapter {
  /** Tried in this order, each from the solution of the one before. */
  private static final double[] GRID = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5};

  /** Beyond this D × D doubles outgrow a buffer of 2 GB. */
  private static final int MOST_DIMS = 16_000;

  private final ProbeSettings settings;

  private LinearProbe(ProbeSettings settings) {
    this.settings = settings;
  }

  /** Names of the settings, sorted. */
  public static Set<String> settings() {
    return new TreeSet<>(ProbeSettings.NAMES);
  }

  /**
   * A linear probe with these settings.
   *
   * @throws InputException if a setting is unknown or has an impossible value
   */
  public static LinearProbe of(Options options) {
    return new LinearProbe(ProbeSettings.of(options));
  }

  /**
   * Opens what {@link FittedAdapter#save} of a linear probe wrote.
   *
   * @param folder the folder given to {@code save}
   * @param backbone the backbone it was fitted on; borrowed, and used only here
   * @throws InputException if the file is missing or damaged, or belongs to another backbone
   */
  public static FittedAdapter load(Path folder, Backbone backbone) {
    return ProbeFile.read(folder, backbone);
  }

  @Override
  public boolean supports(Task task) {
    return task instanceof Task.Classification;
  }

  @Override
  public boolean needsValidation() {
    return settings.c().isEmpty();
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException if a class has no training sample, a sample no label, an embedding a
   *     value that is not finite, if the request names a stream, or if C is to be chosen without
   *     validation data
   * @throws IllegalArgumentException if the task is no classification
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  @Override
  public FittedAdapter fit(FitRequest request) {
    if (!(request.task() instanceof Task.Classification task)) {
      throw new IllegalArgumentException("a linear probe cannot do " + request.task());
    }
    if (request.trainingStream().isPresent()) {
      throw new InputException(
          "adapter linear-probe fits all its samples at once and cannot learn from stream "
              + request.trainingStream().get().name()
              + ", which has no end.",
          "Give it a cohort, or fit lora, last-blocks or full.");
    }
    List<String> classes = task.classes();
    int[] labels = ClassLabels.training(request.train(), classes);
    if (needsValidation() && request.validation().size() == 0) {
      throw new InputException(
          "the linear probe has no validation sample to choose C on.",
          "Give it validation data, or name C, such as C=1 (scikit-learn's default).");
    }
    BackboneIdentity backbone = BackboneIdentity.of(request.backbone());
    DesignMatrix data = trainingData(request, backbone, labels, classes.size());

    List<String> warnings = new ArrayList<>();
    Search search;
    if (needsValidation()) {
      ValidationScores scores = validationScores(request, classes, warnings);
      search =
          ProbeSolver.with(
              data, classes, settings, solver -> search(solver, scores, request.progress()));
    } else {
      double c = settings.c().getAsDouble();
      search =
          ProbeSolver.with(data, classes, settings, solver -> fixed(solver, c, request.progress()));
    }
    search.best.warning().ifPresent(warnings::add);
    Facts facts =
        settingFacts(data.rows())
            .with(
                ComparedFacts.of(
                    request.backbone().card(),
                    "none",
                    needsValidation() ? GRID.length + " values of C" : "none",
                    "until convergence"))
            .with("C", Double.toString(search.best.c()))
            .with(search.facts)
            .with(search.best.facts());
    return new FittedProbe(search.best.classifier(), backbone, facts, warnings);
  }

  private DesignMatrix trainingData(
      FitRequest request, BackboneIdentity backbone, int[] labels, int classes) {
    EmbeddingMatrix embeddings =
        ProbeData.embeddings(request.train().samples(), request.reader(), request.progress());
    backbone.check(embeddings.dim());
    if (embeddings.dim() > MOST_DIMS) {
      throw new InputException(
          "embeddings have "
              + embeddings.dim()
              + " dims, more than the "
              + MOST_DIMS
              + " of a linear probe.",
          "Pool them to fewer.");
    }
    int[] counts = ClassLabels.counts(labels, classes);
    DesignMatrix data =
        DesignMatrix.of(embeddings, labels, weights(labels, counts, settings.balanced()));
    return settings.standardize() ? data.standardized() : data;
  }

  private static ValidationScores validationScores(
      FitRequest request, List<String> classes, List<String> warnings) {
    List<Sample> samples = request.validation().samples();
    int[] labels = ClassLabels.of(samples, classes, "validation");
    List<String> unseen = ClassLabels.absent(ClassLabels.counts(labels, classes.size()), classes);
    if (!unseen.isEmpty()) {
      warnings.add("C was chosen on validation data without any sample of " + unseen);
    }
    return new ValidationScores(
        ProbeData.embeddings(samples, request.reader(), request.progress()),
        labels,
        classes.size());
  }

  private static Search fixed(ProbeSolver solver, double c, Progress progress) {
    ProbeSolver.Solution solution = solver.solve(c);
    progress.update("fit linear probe", 1, 1);
    return new Search(solution, Facts.none().with("C chosen by", "setting"));
  }

  /** The chosen solution, and why it was chosen. */
  private record Search(ProbeSolver.Solution best, Facts facts) {}

  private static Search search(ProbeSolver solver, ValidationScores scores, Progress progress) {
    ProbeSolver.Solution best = solver.solve(GRID[0]);
    ValidationScore bestScore = scores.of(best.classifier());
    Facts facts =
        Facts.none()
            .with(
                "C chosen by",
                "balanced accuracy, then log-loss, on " + scores.size() + " validation samples")
            .with(tried(best, bestScore));
    progress.update("fit linear probe", 1, GRID.length);
    for (int i = 1; i < GRID.length; i++) {
      ProbeSolver.Solution solution = solver.solve(GRID[i]);
      ValidationScore score = scores.of(solution.classifier());
      facts = facts.with(tried(solution, score));
      if (score.compareTo(bestScore) > 0) {
        best = solution;
        bestScore = score;
      }
      progress.update("fit linear probe", i + 1, GRID.length);
    }
    return new Search(best, facts);
  }

  private static Facts tried(ProbeSolver.Solution solution, ValidationScore score) {
    return Facts.none()
        .with(
            "validation at C=" + solution.c(),
            score.describe() + (solution.converged() ? "" : ", not converged"));
  }

  /** One for all, or N/(K·N_class). */
  static double[] weights(int[] labels, int[] counts, boolean balanced) {
    double[] weights = new double[labels.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = balanced ? labels.length / ((double) counts.length * counts[labels[i]]) : 1;
    }
    return weights;
  }

  private Facts settingFacts(int samples) {
    return Facts.none()
        .with("adapter", "linear-probe")
        .with("objective", "scikit-learn LogisticRegression, C·Σ cross-entropy + ½‖W‖²")
        .with("training samples", Integer.toString(samples))
        .with("class weight", settings.balanced() ? "balanced" : "none")
        .with("standardize", Boolean.toString(settings.standardize()))
        .with("tolerance", Double.toString(settings.tolerance()))
        .with("max iterations", Integer.toString(settings.maxIterations()));
  }
}
