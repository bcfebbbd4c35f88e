package org.histofm.backbones.program;

import java.util.Locale;

/** Operators a program is written in. */
public enum Variant {
  /** oneDNN's, on weights packed beforehand: x86 processors with AVX2 or better. */
  PACKED,
  /** PyTorch's own: any device. */
  PLAIN;

  /** The name used in settings and provenance, in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
