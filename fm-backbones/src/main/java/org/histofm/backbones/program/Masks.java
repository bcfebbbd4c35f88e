package org.histofm.backbones.program;

/** Deals out the dropout masks of a pass, which come in one tensor, to the layers that drop. */
final class Masks {
  /**
   * The part of the tensor that belongs to a layer, for one image.
   *
   * @param from first mask
   * @param to behind the last one
   */
  record Slice(int from, int to) {}

  private int perImage;

  /** The next {@code count} masks of an image. */
  Slice take(int count) {
    int from = perImage;
    perImage = Math.addExact(from, count);
    return new Slice(from, perImage);
  }

  /** Masks that an image needs. */
  int perImage() {
    return perImage;
  }
}
