package org.histofm.tiling.heatmap;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.histofm.InputException;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.GeoJson;
import org.histofm.tiling.shape.Polygon;

/**
 * Scores of tiles, drawn over the slide and written for QuPath. Where tiles overlap, the picture
 * shows the mean of their scores; where no score is, the slide.
 *
 * <p>Immutable; safe for concurrent use.
 */
public final class Heatmap {
  private static final int BAR = 12; // px high
  private static final int GAP = 6;

  private final List<TileScore> scores;
  private final HeatmapSettings settings;
  private final double low;
  private final double high;

  private Heatmap(List<TileScore> scores, HeatmapSettings settings, double low, double high) {
    this.scores = scores;
    this.settings = settings;
    this.low = low;
    this.high = high;
  }

  /**
   * A heat map.
   *
   * @throws InputException if no score is present
   */
  public static Heatmap of(List<TileScore> scores, HeatmapSettings settings) {
    List<TileScore> present = scores.stream().filter(TileScore::present).toList();
    if (present.isEmpty()) {
      throw new InputException(
          "none of " + scores.size() + " tiles has a score, so there is nothing to draw.",
          "Give at least one finite score.");
    }
    double least = present.stream().mapToDouble(TileScore::score).min().getAsDouble();
    double most = present.stream().mapToDouble(TileScore::score).max().getAsDouble();
    return new Heatmap(
        present, settings, settings.low().orElse(least), settings.high().orElse(most));
  }

  /** The score of the first colour. */
  public double low() {
    return low;
  }

  /** The score of the last colour. */
  public double high() {
    return high;
  }

  /** Tiles that have a score. */
  public int size() {
    return scores.size();
  }

  /** Where a score lies in the range, 0 to 1; in its middle if all scores are one. */
  private double place(double score) {
    return high > low ? Math.max(0, Math.min(1, (score - low) / (high - low))) : 0.5;
  }

  /**
   * Writes the picture with a legend below it, as a PNG file, whole or not at all.
   *
   * @throws org.histofm.EnvironmentException if the file cannot be written
   */
  public void writePng(Path png, SlideReader slide) {
    Thumbnail picture = Thumbnail.of(slide, settings.maxSidePx());
    int width = picture.width();
    int height = picture.height();
    float[] sums = new float[width * height];
    int[] counts = new int[width * height];
    for (TileScore tile : scores) {
      add(picture, tile, sums, counts);
    }
    byte[] rgb = picture.rgb();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        int colour = Viridis.colour(sums[i] / counts[i]);
        for (int c = 0; c < 3; c++) {
          int below = rgb[3 * i + c] & 0xff;
          int above = colour >> (16 - 8 * c) & 0xff;
          rgb[3 * i + c] = (byte) Math.round(below + settings.alpha() * (above - below));
        }
      }
    }
    int legend = GAP + BAR + GAP + Digits.HEIGHT * 2 + GAP;
    byte[] all = Arrays.copyOf(rgb, (height + legend) * width * 3);
    Arrays.fill(all, rgb.length, all.length, (byte) 255);
    legend(all, width, height);
    Png.write(png, width, height + legend, all);
  }

  private void add(Thumbnail picture, TileScore tile, float[] sums, int[] counts) {
    Region region = tile.region();
    int left = picture.column(region.x());
    int top = picture.row(region.y());
    int right = Math.max(left + 1, picture.column(region.x() + (double) region.width()));
    int bottom = Math.max(top + 1, picture.row(region.y() + (double) region.height()));
    float place = (float) place(tile.score());
    for (int y = Math.max(0, top); y < Math.min(picture.height(), bottom); y++) {
      for (int x = Math.max(0, left); x < Math.min(picture.width(), right); x++) {
        sums[y * picture.width() + x] += place;
        counts[y * picture.width() + x]++;
      }
    }
  }

  /** A bar of all colours, with the scores at its ends and, where there is room, in the middle. */
  private void legend(byte[] rgb, int width, int top) {
    int left = Math.min(GAP, width / 4);
    int length = width - 2 * left;
    for (int x = 0; x < length; x++) {
      int colour = Viridis.colour(length == 1 ? 0.5 : (double) x / (length - 1));
      for (int y = top + GAP; y < top + GAP + BAR; y++) {
        int at = (y * width + left + x) * 3;
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
      }
    }
    String first = number(low);
    String last = number(high);
    String middle = number((low + high) / 2);
    int scale =
        Digits.width(first, 2) + Digits.width(middle, 2) + Digits.width(last, 2) + 8 * GAP < width
            ? 2
            : 1;
    int y = top + GAP + BAR + GAP;
    int lastAt = width - left - Digits.width(last, scale);
    int middleAt = (width - Digits.width(middle, scale)) / 2;
    Digits.draw(rgb, width, first, left, y, scale);
    if (lastAt > left + Digits.width(first, scale) + GAP) {
      Digits.draw(rgb, width, last, lastAt, y, scale);
      if (middleAt > left + Digits.width(first, scale) + GAP
          && lastAt > middleAt + Digits.width(middle, scale) + GAP) {
        Digits.draw(rgb, width, middle, middleAt, y, scale);
      }
    }
  }

  /** A number in at most four significant digits, without needless zeros. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.4g", value);
    double rounded = Double.parseDouble(text);
    if (rounded == 0) {
      return "0";
    }
    if (Math.abs(rounded) >= 1e5 || Math.abs(rounded) < 1e-3) {
      return String.format(Locale.ROOT, "%.2E", value).replace("+", "");
    }
    return new java.math.BigDecimal(text).stripTrailingZeros().toPlainString();
  }

  /**
   * One tile object for each score, with the measurement {@code score}, its colour, and a class by
   * the range that it falls in, such as {@code Score 0.2 to 0.4}.
   */
  public List<Annotation> annotations() {
    return scores.stream().map(this::annotation).toList();
  }

  private Annotation annotation(TileScore tile) {
    int bins = high > low ? settings.bins() : 1;
    int bin = (int) Math.min(bins - 1.0, place(tile.score()) * bins);
    int colour = Viridis.colour((bin + 0.5) / bins);
    double step = (high - low) / bins;
    return Annotation.of(Polygon.of(tile.region()))
        .withKind(Annotation.Kind.TILE)
        .withClass("Score " + number(low + bin * step) + " to " + number(low + (bin + 1) * step))
        .withColour(colour >> 16 & 0xff, colour >> 8 & 0xff, colour & 0xff)
        .withMeasurement("score", tile.score());
  }

  /**
   * Writes {@link #annotations} as GeoJSON for QuPath, whole or not at all.
   *
   * @throws org.histofm.EnvironmentException if the file cannot be written
   */
  public void writeGeoJson(Path file) {
    GeoJson.write(file, annotations());
  }
}
