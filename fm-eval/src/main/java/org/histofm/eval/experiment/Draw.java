package org.histofm.eval.experiment;

import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.eval.split.LabelDraw;
import org.histofm.provenance.Sha256;

/**
 * The labels that every arm of one fraction and seed sees.
 *
 * @param fraction of the labels
 * @param labels what was drawn
 */
public record Draw(double fraction, LabelDraw labels) {
  /** SHA-256 over the ids of train and validation samples in order. */
  public String hash() {
    Sha256 hash = new Sha256();
    addIds(hash, labels.train());
    addIds(hash.add(""), labels.validation());
    return hash.hex();
  }

  private static void addIds(Sha256 hash, Cohort cohort) {
    for (Sample sample : cohort.samples()) {
      hash.add(sample.id());
    }
  }
}
