package org.histofm.backbones.program;

import java.util.List;

/**
 * One layer of a program: it knows its parameters, and writes the text that prepares them and the
 * text that computes. A layer keeps what it needs in fields of the program named after itself, so
 * layers do not know of each other; a family of networks is a list of them.
 *
 * <p>By convention the text of {@link #forward} reads the local variable {@code x} and leaves its
 * result there; other locals are the layer's own.
 */
interface Layer {
  /** Prefix of its fields, and the name of its setup method: {@code setup_<name>}. */
  String name();

  /** Parameters it needs, by timm's names. */
  List<ParameterSpec> parameters();

  /**
   * Writes the body of the setup method, which has every parameter as an argument ({@link
   * ParameterSpec#argument}), float32, in memory of its own: declares fields and assigns them.
   */
  void setup(ProgramWriter out);

  /** Writes the computation of {@code x}. */
  void forward(ProgramWriter out);
}
