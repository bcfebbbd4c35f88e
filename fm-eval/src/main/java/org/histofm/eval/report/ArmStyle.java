package org.histofm.eval.report;

/**
 * Colour, line and marker of an arm: told apart without colour too. Colours after Okabe and Ito,
 * which colour-blind readers can distinguish.
 */
record ArmStyle(String colour, String dash, int shape) {
  private static final String[] COLOURS = {
    "#0072b2", "#d55e00", "#009e73", "#aa4499", "#7a6a00", "#56b4e9", "#444444"
  };
  private static final String[] DASHES = {"none", "7 4", "2 3", "9 3 2 3"};
  private static final int SHAPES = 4;

  static ArmStyle of(int index) {
    return new ArmStyle(
        COLOURS[index % COLOURS.length], DASHES[index % DASHES.length], index % SHAPES);
  }

  /** A marker around a point; {@code r} is half its size. */
  void marker(Markup out, double x, double y, double r) {
    String fill = colour;
    switch (shape) {
      case 0 ->
          out.empty(
              "circle", "cx", Markup.px(x), "cy", Markup.px(y), "r", Markup.px(r), "fill", fill);
      case 1 ->
          out.empty(
              "rect",
              "x",
              Markup.px(x - r),
              "y",
              Markup.px(y - r),
              "width",
              Markup.px(2 * r),
              "height",
              Markup.px(2 * r),
              "fill",
              fill);
      case 2 -> out.empty("path", "d", diamond(x, y, 1.3 * r), "fill", fill);
      default -> out.empty("path", "d", triangle(x, y, 1.25 * r), "fill", fill);
    }
  }

  static String diamond(double x, double y, double r) {
    return "M"
        + Markup.px(x)
        + " "
        + Markup.px(y - r)
        + "L"
        + Markup.px(x + r)
        + " "
        + Markup.px(y)
        + "L"
        + Markup.px(x)
        + " "
        + Markup.px(y + r)
        + "L"
        + Markup.px(x - r)
        + " "
        + Markup.px(y)
        + "Z";
  }

  private static String triangle(double x, double y, double r) {
    return "M"
        + Markup.px(x)
        + " "
        + Markup.px(y - r)
        + "L"
        + Markup.px(x + r)
        + " "
        + Markup.px(y + 0.8 * r)
        + "L"
        + Markup.px(x - r)
        + " "
        + Markup.px(y + 0.8 * r)
        + "Z";
  }
}
