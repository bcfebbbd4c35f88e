package org.histofm.adapter;

/** Receives predictions one by one, in the order of the samples. */
@FunctionalInterface
public interface PredictionSink {
  /** Takes the next prediction. */
  void accept(Prediction prediction);
}
