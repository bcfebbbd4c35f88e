package org.histofm.backbones.slides;

/** Carries what is wrong with a slide to where the slide is given up; never leaves the run. */
final class SlideFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Throwable reason;

  SlideFailure(Throwable reason) {
    super(reason);
    this.reason = reason;
  }

  Throwable reason() {
    return reason;
  }
}
