package org.histofm.eval.metric;

import java.util.Arrays;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;

/**
 * Metrics of classification. Each is a pure function of the samples that does not depend on their
 * order, and is undefined, with the reason, rather than NaN. Predicted is the class with the
 * highest score, the first of equals; with two classes the second is the positive one.
 *
 * <p>Where they are defined the values are those of scikit-learn's {@code accuracy_score}, {@code
 * balanced_accuracy_score}, {@code roc_auc_score} and {@code f1_score}.
 */
public final class Metrics {
  private Metrics() {}

  /** Share of samples whose predicted class is the true one. Undefined without samples. */
  public static Score accuracy(ScoredSamples samples) {
    if (samples.size() == 0) {
      return Score.undefined("no samples");
    }
    int right = 0;
    for (int i = 0; i < samples.size(); i++) {
      right += samples.predicted(i) == samples.label(i) ? 1 : 0;
    }
    return Score.of((double) right / samples.size());
  }

  /**
   * Mean over all classes of the task of the share of its samples that are predicted as it (mean
   * recall). Undefined if a class has no sample; scikit-learn would average over fewer classes.
   */
  public static Score balancedAccuracy(ScoredSamples samples) {
    Confusion confusion = new Confusion(samples);
    if (!confusion.missing().isEmpty()) {
      return Score.undefined(confusion.missing());
    }
    double sum = 0;
    for (int c = 0; c < confusion.classes; c++) {
      sum += (double) confusion.hits[c] / confusion.truths[c];
    }
    return Score.of(sum / confusion.classes);
  }

  /**
   * Two classes: F1 of the positive one, 2·TP / (2·TP + FP + FN); 0 if it is never predicted. More
   * classes: the mean over all classes of the task (macro), each against the rest. Undefined if a
   * class (of two: the positive one) has no sample: its recall is 0/0, for which scikit-learn puts
   * 0 with a warning.
   */
  public static Score f1(ScoredSamples samples) {
    Confusion confusion = new Confusion(samples);
    if (confusion.classes == 2) {
      return confusion.truths[1] == 0
          ? Score.undefined(noSampleOf(samples, 1))
          : Score.of(confusion.f1(1));
    }
    if (!confusion.missing().isEmpty()) {
      return Score.undefined(confusion.missing());
    }
    double sum = 0;
    for (int c = 0; c < confusion.classes; c++) {
      sum += confusion.f1(c);
    }
    return Score.of(sum / confusion.classes);
  }

  /**
   * Area under the ROC curve: the probability that a sample of the class has a higher score for it
   * than a sample of another class, ties counted half; exact, by ranks. Two classes: of the
   * positive one. More classes: the mean over all classes of the task, each against the rest.
   * Undefined if a class has no sample.
   *
   * @throws IllegalArgumentException if a score is NaN
   */
  public static Score auroc(ScoredSamples samples) {
    Confusion confusion = new Confusion(samples);
    if (!confusion.missing().isEmpty()) {
      return Score.undefined(confusion.missing());
    }
    if (confusion.classes == 2) {
      return Score.of(auroc(samples, 1, confusion.truths[1]));
    }
    double sum = 0;
    for (int c = 0; c < confusion.classes; c++) {
      sum += auroc(samples, c, confusion.truths[c]);
    }
    return Score.of(sum / confusion.classes);
  }

  private static double auroc(ScoredSamples samples, int c, int truths) {
    double[] inside = new double[truths];
    double[] outside = new double[samples.size() - truths];
    int in = 0;
    int out = 0;
    for (int i = 0; i < samples.size(); i++) {
      double score = samples.score(i, c);
      if (Double.isNaN(score)) {
        throw new IllegalArgumentException("sample " + samples.id(i) + " has the score NaN");
      }
      if (samples.label(i) == c) {
        inside[in++] = score;
      } else {
        outside[out++] = score;
      }
    }
    Arrays.sort(inside);
    Arrays.sort(outside);
    // Twice the Mann-Whitney U: 2 for each outside score below an inside one, 1 for each equal.
    long twiceU = 0;
    int below = 0;
    int upTo = 0;
    for (double score : inside) {
      while (below < outside.length && outside[below] < score) {
        below++;
      }
      while (upTo < outside.length && outside[upTo] <= score) {
        upTo++;
      }
      twiceU += below + (long) upTo;
    }
    return twiceU / (2.0 * inside.length * outside.length);
  }

  private static String noSampleOf(ScoredSamples samples, int c) {
    return "no sample of class " + samples.classes().get(c);
  }

  /** Counts of true, predicted and rightly predicted samples of each class. */
  private static final class Confusion {
    final int classes;
    final int[] truths;
    final int[] predictions;
    final int[] hits;
    private final ScoredSamples samples;

    Confusion(ScoredSamples samples) {
      this.samples = samples;
      classes = samples.classes().size();
      truths = new int[classes];
      predictions = new int[classes];
      hits = new int[classes];
      for (int i = 0; i < samples.size(); i++) {
        int label = samples.label(i);
        int predicted = samples.predicted(i);
        truths[label]++;
        predictions[predicted]++;
        hits[label] += label == predicted ? 1 : 0;
      }
    }

    /** Why a metric over all classes is undefined, or empty. */
    String missing() {
      for (int c = 0; c < classes; c++) {
        if (truths[c] == 0) {
          return noSampleOf(samples, c);
        }
      }
      return "";
    }

    double f1(int c) {
      return 2.0 * hits[c] / (truths[c] + predictions[c]);
    }
  }
}
