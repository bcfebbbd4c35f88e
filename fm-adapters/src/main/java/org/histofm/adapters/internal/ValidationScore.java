package org.histofm.adapters.internal;

import java.util.function.IntFunction;

/**
 * How good a classifier is on validation data; the better one is the greater one. Balanced accuracy
 * comes first: it is what reports give, and does not reward the larger class. It takes few values
 * on few samples, so the log-loss decides between equals.
 *
 * @param balancedAccuracy mean recall over the classes present
 * @param logLoss mean −log of the probability of the true class
 */
public record ValidationScore(double balancedAccuracy, double logLoss)
    implements Comparable<ValidationScore> {
  /**
   * Scores predictions.
   *
   * @param labels class index of each sample, at least one
   * @param classes number of classes
   * @param probabilities of each class, by the sample's index; asked in order, once each
   */
  public static ValidationScore of(int[] labels, int classes, IntFunction<double[]> probabilities) {
    int[] right = new int[classes];
    double logLoss = 0;
    for (int i = 0; i < labels.length; i++) {
      double[] p = probabilities.apply(i);
      // A probability may underflow to 0, whose logarithm would end all comparison.
      logLoss -= Math.log(Math.max(p[labels[i]], Double.MIN_NORMAL));
      int best = 0;
      for (int k = 1; k < classes; k++) {
        best = p[k] > p[best] ? k : best;
      }
      right[labels[i]] += best == labels[i] ? 1 : 0;
    }
    int[] counts = ClassLabels.counts(labels, classes);
    double recalls = 0;
    int present = 0;
    for (int k = 0; k < classes; k++) {
      if (counts[k] > 0) {
        recalls += (double) right[k] / counts[k];
        present++;
      }
    }
    return new ValidationScore(recalls / present, logLoss / labels.length);
  }

  /** For people, with all digits. */
  public String describe() {
    return "balanced accuracy " + balancedAccuracy + ", log-loss " + logLoss;
  }

  @Override
  public int compareTo(ValidationScore other) {
    int byAccuracy = Double.compare(balancedAccuracy, other.balancedAccuracy);
    return byAccuracy != 0 ? byAccuracy : Double.compare(other.logLoss, logLoss);
  }
}
