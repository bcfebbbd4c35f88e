package org.histofm.backbones.program;

import java.util.List;

/**
 * One layer of a training program: writes the text that prepares it, that computes and keeps what
 * the gradient needs, and that computes gradients. What it trains it has announced to the program's
 * {@link TrainedParameters}.
 *
 * <p>By convention the text of {@link #forward} reads the local {@code x}, may change it in place,
 * and leaves its result there; the text of {@link #backward} reads {@code d}, the gradient of the
 * result, float32, and leaves the gradient of the input there. Other locals are the layer's own.
 */
interface TrainingLayer {
  /** Prefix of its fields, and the name of its setup method: {@code setup_<name>}. */
  String name();

  /** Parameters it needs: the base's by timm's names, and its adapters'. */
  List<ParameterSpec> parameters();

  /** Whether it trains anything. */
  boolean trains();

  /**
   * Writes the body of the setup method, which has every parameter as an argument: declares fields
   * and assigns them, but for those of {@link #refresh}.
   */
  void setup(ProgramWriter out);

  /** Writes the preparation of what is derived from trained values; runs whenever these change. */
  void refresh(ProgramWriter out);

  /** Writes the computation of {@code x}. */
  void forward(ProgramWriter out, Saved saved);

  /**
   * Writes the computation of gradients.
   *
   * @param input whether that of the input is wanted
   */
  void backward(ProgramWriter out, Saved saved, boolean input);
}
