package org.histofm.backbones.slides;

import org.histofm.InputException;
import org.histofm.slide.SlideLocation;

/** A slide was written to while it was read. */
final class SlideChangedException extends InputException {
  private static final long serialVersionUID = 1L;

  SlideChangedException(SlideLocation slide) {
    super(
        "slide " + slide + " was changed while it was read.",
        "Start again once nothing writes to it.");
  }
}
