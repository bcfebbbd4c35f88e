package org.histofm.backbone;

import java.nio.file.Path;
import java.util.List;
import org.histofm.tile.PixelBatch;

/**
 * Training of a backbone, under way: its trained parameters, their moments and the number of steps
 * taken are all its state. Two sessions of equal backbone, tuning and seed that are asked the same
 * give the same numbers, bit for bit, on the same machine and settings.
 *
 * <p>One step: {@link #forward} one or several batches, compute a loss and its gradient from the
 * embeddings, {@link TrainingPass#backward}, {@link #step}. To judge what was learnt, take a {@link
 * #snapshot}: the passes of a session are for training only, with dropout.
 *
 * <p>Confined to one thread. Whoever opened it closes it, which closes its passes too and frees all
 * native memory; {@code close} is idempotent.
 */
public interface TrainingSession extends AutoCloseable {
  /** What is trained. */
  Tuning tuning();

  /** Names of the parameter groups, from the input to the output; at least one. */
  List<String> groups();

  /** Number of trained values. */
  long trainedValues();

  /** Steps taken. */
  long steps();

  /**
   * Computes embeddings and keeps what their gradient needs. Several passes may be open at a time.
   * Dropout masks are drawn from the session's seed, the number of steps taken, and the number of
   * passes begun since the last step.
   *
   * @param batch 8-bit pixels of the card's crop size, or float32 pixels already normalised
   * @return the pass; the caller closes it
   * @throws IllegalArgumentException if the image size is not one the backbone takes
   * @throws org.histofm.EnvironmentException if memory ran out
   */
  TrainingPass forward(PixelBatch batch);

  /** Euclidean norm of all gradients since the last step; 0 if there are none. */
  double gradientNorm();

  /**
   * Moves the trained parameters by the gradients since the last step, and forgets these.
   *
   * @throws IllegalArgumentException if a rate names no group of {@link #groups}
   * @throws IllegalStateException if there is no gradient
   */
  void step(StepSpec spec);

  /**
   * The backbone as it is now, adapters merged: an ordinary backbone, which stays as it is when the
   * session goes on or ends. Before the first step it computes what the base does, bit for bit. The
   * caller closes it.
   *
   * @throws org.histofm.InputException if the weights of the base have changed or gone
   */
  Backbone snapshot();

  /**
   * Writes the trained parameters, for {@link TrainableBackbone#adapted}. The file appears whole or
   * not at all.
   *
   * @throws org.histofm.EnvironmentException if the file cannot be written
   */
  void save(Path parameters);

  /**
   * Writes parameters, moments and number of steps, for {@link #restore}. The file appears whole or
   * not at all.
   *
   * @throws IllegalStateException if there are gradients or open passes, which are no part of it
   * @throws org.histofm.EnvironmentException if the file cannot be written
   */
  void saveState(Path state);

  /**
   * Takes over what {@link #saveState} wrote; the session then goes on as the saved one did, bit
   * for bit.
   *
   * @throws org.histofm.InputException if the file is damaged, or belongs to another tuning or
   *     backbone; the session is then as it was
   */
  void restore(Path state);

  @Override
  void close();
}
