package org.histofm.adapter;

import java.nio.file.Path;
import java.util.List;
import org.histofm.Progress;
import org.histofm.dataset.Sample;
import org.histofm.provenance.Facts;

/**
 * An adapter after fitting: predicts, and can be saved. Safe for concurrent use unless its own
 * documentation says otherwise. Whoever fitted or loaded it closes it; {@code close} is idempotent.
 */
public interface FittedAdapter extends AutoCloseable {
  /**
   * Predicts samples one by one, in order; labels are not looked at.
   *
   * @param samples what to predict
   * @param reader reads samples for the backbone it was fitted on
   */
  void predict(List<Sample> samples, SampleReader reader, PredictionSink sink, Progress progress);

  /**
   * What was fitted and how: selected settings, iterations, convergence. Equal fits give equal
   * facts.
   */
  Facts facts();

  /**
   * Warnings that every output of the run repeats, such as a solver that did not converge; empty if
   * all is well.
   */
  List<String> warnings();

  /**
   * Writes all that {@link AdapterProvider#load} needs into an existing folder.
   *
   * @throws org.histofm.EnvironmentException if the folder cannot be written
   */
  void save(Path folder);

  @Override
  void close();
}
