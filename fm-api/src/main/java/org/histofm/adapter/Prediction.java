package org.histofm.adapter;

import java.util.Arrays;

/** What a fitted adapter says of one sample. Immutable. */
public final class Prediction {
  private final String sampleId;
  private final double[] classScores;

  private Prediction(String sampleId, double[] classScores) {
    this.sampleId = sampleId;
    this.classScores = classScores;
  }

  /**
   * A classification.
   *
   * @param sampleId id of the sample
   * @param classScores probability of each class in the task's order; in [0, 1]
   * @throws IllegalArgumentException if a score is not a number from 0 to 1
   */
  public static Prediction ofClassScores(String sampleId, double[] classScores) {
    for (double score : classScores) {
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException(
            "class scores lie in [0, 1]; sample "
                + sampleId
                + " has "
                + Arrays.toString(classScores));
      }
    }
    return new Prediction(sampleId, classScores.clone());
  }

  /** Id of the sample. */
  public String sampleId() {
    return sampleId;
  }

  /** A copy of the probability of each class, in the task's order. */
  public double[] classScores() {
    return classScores.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Prediction other
        && sampleId.equals(other.sampleId)
        && Arrays.equals(classScores, other.classScores);
  }

  @Override
  public int hashCode() {
    return 31 * sampleId.hashCode() + Arrays.hashCode(classScores);
  }

  @Override
  public String toString() {
    return sampleId + " " + Arrays.toString(classScores);
  }
}
