package org.histofm.tiling.tissue;

/**
 * Colours of pens, as ranges of hue (0 to 179), saturation and value (0 to 255):
 *
 * <ul>
 *   <li>green: hue 35 to 94, saturation from 60, value from 40
 *   <li>blue: hue 95 to 125, saturation from 150, value from 60
 *   <li>red: hue up to 8 or from 175, saturation from 170, value from 100
 *   <li>black: value up to 90, saturation up to 70
 * </ul>
 *
 * <p>Haematoxylin lies at hue 125 to 150, eosin at 150 to 174, blood below a saturation of 170 or a
 * hue of 175, brown stain at hue 8 to 20. Marks are grown by {@value #GROWTH_UM} µm, since their
 * edges blend with what lies beside.
 */
final class Ink {
  static final double GROWTH_UM = 24;

  private Ink() {}

  static boolean covers(int r, int g, int b) {
    int value = Hsv.value(r, g, b);
    int saturation = Hsv.saturation(r, g, b);
    if (value <= 90 && saturation <= 70) {
      return true;
    }
    int hue = Hsv.hue(r, g, b);
    boolean green = hue >= 35 && hue <= 94 && saturation >= 60 && value >= 40;
    boolean blue = hue >= 95 && hue <= 125 && saturation >= 150 && value >= 60;
    boolean red = (hue <= 8 || hue >= 175) && saturation >= 170 && value >= 100;
    return green || blue || red;
  }
}
