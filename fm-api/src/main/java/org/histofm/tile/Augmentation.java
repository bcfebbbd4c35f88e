package org.histofm.tile;

/**
 * Random changes to a training tile that leave its class as it is: mirror images and quarter turns,
 * each of the eight equally likely, and colour jitter. Immutable.
 *
 * @param flips whether tiles are mirrored, left to right and top to bottom, with probability ½ each
 * @param quarterTurns whether tiles are turned by 0, 90, 180 or 270 degrees, equally likely
 * @param brightness factor drawn from [1 − b, 1 + b]; 0 for none, at most 1
 * @param contrast factor drawn from [1 − c, 1 + c]; 0 for none, at most 1
 * @param saturation factor drawn from [1 − s, 1 + s]; 0 for none, at most 1
 * @param hue turn drawn from [−h, h] of the colour circle; 0 for none, at most 0.5
 * @see "torchvision.transforms.ColorJitter, on 8-bit images"
 */
public record Augmentation(
    boolean flips,
    boolean quarterTurns,
    double brightness,
    double contrast,
    double saturation,
    double hue) {
  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public Augmentation {
    if (!(brightness >= 0 && brightness <= 1)
        || !(contrast >= 0 && contrast <= 1)
        || !(saturation >= 0 && saturation <= 1)
        || !(hue >= 0 && hue <= 0.5)) {
      throw new IllegalArgumentException(
          "brightness, contrast and saturation lie in [0, 1] and hue in [0, 0.5], got "
              + brightness
              + ", "
              + contrast
              + ", "
              + saturation
              + " and "
              + hue);
    }
  }

  /** Tiles as they are. */
  public static Augmentation none() {
    return new Augmentation(false, false, 0, 0, 0, 0);
  }

  /** Mirror images, quarter turns, and jitter of 0.1 in all four. */
  public static Augmentation standard() {
    return new Augmentation(true, true, 0.1, 0.1, 0.1, 0.1);
  }

  /** The augmentation in a few words; equal text means an equal augmentation. */
  public String describe() {
    if (equals(none())) {
      return "none";
    }
    StringBuilder text = new StringBuilder();
    text.append(flips ? "flips, " : "").append(quarterTurns ? "quarter turns, " : "");
    return text.append("jitter ")
        .append(brightness)
        .append('/')
        .append(contrast)
        .append('/')
        .append(saturation)
        .append('/')
        .append(hue)
        .toString();
  }
}
