package org.histofm.adapters.finetune;

import java.util.ArrayList;
import java.util.List;
import org.histofm.adapters.internal.ValidationScore;
import org.jspecify.annotations.Nullable;

/**
 * How far a fit has come: what stands on disk between two epochs, beside the backbone's own files.
 *
 * @param epochs finished ones, in order
 * @param steps taken
 * @param trainedValues of the backbone
 * @param best the epoch to keep, or null if none is chosen yet
 * @param training the head to go on with, or null if the fit is done
 */
record Checkpoint(
    List<Epoch> epochs,
    long steps,
    long trainedValues,
    @Nullable Best best,
    @Nullable HeadOptimiser training) {
  Checkpoint {
    epochs = List.copyOf(epochs);
  }

  /**
   * A finished epoch.
   *
   * @param trainingLoss mean over its samples, each before the step it was learnt from
   * @param score on validation, or null if there is none
   */
  record Epoch(double trainingLoss, @Nullable ValidationScore score) {}

  /**
   * The epoch to keep.
   *
   * @param epoch from 1
   * @param head as it was then
   * @param parametersHash SHA-256 of the file of the backbone's parameters
   */
  record Best(int epoch, LinearHead head, String parametersHash) {}

  boolean done() {
    return training == null;
  }

  /** Score of the epoch to keep, or null if none is chosen or scored. */
  @Nullable ValidationScore bestScore() {
    return best == null ? null : epochs.get(best.epoch() - 1).score();
  }

  /** The epochs so far and one more. */
  List<Epoch> epochsAnd(Epoch epoch) {
    List<Epoch> more = new ArrayList<>(epochs);
    more.add(epoch);
    return more;
  }
}
