package org.histofm.backbones.pixels;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.tile.Augmentation;

/**
 * Colour adjustments in the order in which they are made: one draw of torchvision's {@code
 * ColorJitter}.
 *
 * @param steps each kind at most once
 */
record ColourJitter(List<Step> steps) {
  enum Kind {
    BRIGHTNESS,
    CONTRAST,
    SATURATION,
    HUE
  }

  /**
   * @param factor for hue, the turn
   */
  record Step(Kind kind, double factor) {}

  ColourJitter {
    steps = List.copyOf(steps);
  }

  /**
   * All adjustments that {@code augmentation} asks for, in random order. Each draws from a stream
   * of its own, so that leaving one out changes no other.
   */
  static ColourJitter draw(Augmentation augmentation, Seed seed) {
    Kind[] kinds = Kind.values();
    List<Step> steps = new ArrayList<>();
    for (int k : seed.derive("order").permutation(kinds.length)) {
      double reach = reach(kinds[k], augmentation);
      if (reach > 0) {
        SplittableRandom random = seed.derive(kinds[k].name()).random();
        double centre = kinds[k] == Kind.HUE ? 0 : 1;
        steps.add(new Step(kinds[k], centre + reach * (2 * random.nextDouble() - 1)));
      }
    }
    return new ColourJitter(steps);
  }

  private static double reach(Kind kind, Augmentation augmentation) {
    return switch (kind) {
      case BRIGHTNESS -> augmentation.brightness();
      case CONTRAST -> augmentation.contrast();
      case SATURATION -> augmentation.saturation();
      case HUE -> augmentation.hue();
    };
  }

  /** Adjusts the image whose bytes are {@code from} to {@code to}. */
  void apply(byte[] rgb, int from, int to) {
    for (Step step : steps) {
      switch (step.kind) {
        case BRIGHTNESS -> PillowColour.brightness(rgb, from, to, step.factor);
        case CONTRAST -> PillowColour.contrast(rgb, from, to, step.factor);
        case SATURATION -> PillowColour.saturation(rgb, from, to, step.factor);
        case HUE -> PillowColour.hue(rgb, from, to, step.factor);
      }
    }
  }
}
