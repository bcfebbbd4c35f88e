package org.histofm.tiling.tissue;

import java.util.Arrays;
import java.util.OptionalInt;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.jspecify.annotations.Nullable;

/** Finds the tissue of one slide. Confined to one thread. */
final class TissueFinder {
  private static final int BAND_PX = 1 << 20;
  private static final int SMALLEST_PART = 32; // cells; where less is damaged, so much is given up
  private static final int ONE_COLOUR = 10; // largest spread of a channel on a one-coloured slide

  private static final byte DARK = 1;
  private static final byte INK = 2;
  private static final byte UNREADABLE = 3;

  private final SlideReader slide;
  private final TissueSettings settings;
  private final MaskGrid grid;
  private final Plane saturation;
  private final Plane set; // cells set aside, and why
  private final int[] least = {255, 255, 255};
  private final int[] most = {0, 0, 0};
  private @Nullable SlideException failure;

  TissueFinder(SlideReader slide, TissueSettings settings) {
    this.slide = slide;
    this.settings = settings;
    this.grid =
        MaskGrid.of(
            slide.width(),
            slide.height(),
            settings.mpp() / slide.mpp().x(),
            settings.mpp() / slide.mpp().y());
    this.saturation = new Plane(grid.columns(), grid.rows());
    this.set = new Plane(grid.columns(), grid.rows());
  }

  TissueMask find() {
    int perBand = Math.max(1, BAND_PX / grid.columns());
    for (int row = 0; row < grid.rows(); row += perBand) {
      read(0, row, grid.columns(), Math.min(perBand, grid.rows() - row));
    }
    long unreadable = count(UNREADABLE);
    if (failure != null && unreadable == set.cells.length) {
      throw failure;
    }
    Plane mask = new Plane(grid.columns(), grid.rows());
    boolean oneColour = true;
    for (int c = 0; c < 3; c++) {
      oneColour &= most[c] - least[c] <= ONE_COLOUR;
    }
    if (!oneColour) {
      mask = threshold(ink());
      mask = mask.closing(settings.closingPx());
      double cellUm2 = grid.scaleX() * slide.mpp().x() * grid.scaleY() * slide.mpp().y();
      Areas.clean(
          mask,
          settings.minAreaUm2() / cellUm2,
          settings.minHoleUm2() / cellUm2,
          settings.maxHoles());
    }
    if (settings.blur()) {
      new Sharpness(slide, grid, settings.sharpness()).keepSharp(mask);
    }
    for (int cell = 0; cell < mask.cells.length; cell++) {
      if (set.cells[cell] == UNREADABLE) {
        mask.cells[cell] = 1;
      }
    }
    return TissueMask.of(slide.width(), slide.height(), mask, unreadable);
  }

  private long count(byte reason) {
    long count = 0;
    for (byte cell : set.cells) {
      count += cell == reason ? 1 : 0;
    }
    return count;
  }

  /** Reads a block of cells; what cannot be decoded is halved until the damage is narrowed down. */
  private void read(int column, int row, int columns, int rows) {
    RgbImage image;
    try {
      image = slide.read(region(column, row, columns, rows), target());
    } catch (SlideException e) {
      if (e.reason() != SlideException.Reason.UNREADABLE_REGION) {
        throw e;
      }
      failure = e;
      if (columns > SMALLEST_PART && columns >= rows) {
        read(column, row, columns / 2, rows);
        read(column + columns / 2, row, columns - columns / 2, rows);
      } else if (rows > SMALLEST_PART) {
        read(column, row, columns, rows / 2);
        read(column, row + rows / 2, columns, rows - rows / 2);
      } else {
        for (int y = row; y < row + rows; y++) {
          int from = y * grid.columns() + column;
          Arrays.fill(set.cells, from, from + columns, UNREADABLE);
        }
      }
      return;
    }
    take(image, column, row, columns, rows);
  }

  private Region region(int column, int row, int columns, int rows) {
    long left = Math.round(column * grid.scaleX());
    long top = Math.round(row * grid.scaleY());
    long right = Math.round((column + columns) * grid.scaleX());
    long bottom = Math.round((row + rows) * grid.scaleY());
    return new Region(left, top, right - left, bottom - top);
  }

  private Mpp target() {
    return new Mpp(slide.mpp().x() * grid.scaleX(), slide.mpp().y() * grid.scaleY());
  }

  private void take(RgbImage image, int column, int row, int columns, int rows) {
    if (image.width() != columns || image.height() != rows) {
      throw new IllegalStateException(
          "the slide reader gave " + image + " in place of " + columns + " x " + rows + " px");
    }
    byte[] rgb = image.toBytes();
    for (int y = 0, i = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++, i += 3) {
        int r = rgb[i] & 0xff;
        int g = rgb[i + 1] & 0xff;
        int b = rgb[i + 2] & 0xff;
        spread(0, r);
        spread(1, g);
        spread(2, b);
        saturation.set(column + x, row + y, Hsv.saturation(r, g, b));
        if (settings.pen() && Ink.covers(r, g, b)) {
          set.set(column + x, row + y, INK);
        } else if (Hsv.value(r, g, b) < settings.minValue()) {
          set.set(column + x, row + y, DARK);
        }
      }
    }
  }

  private void spread(int channel, int value) {
    least[channel] = Math.min(least[channel], value);
    most[channel] = Math.max(most[channel], value);
  }

  /** What ink covers, grown; empty if pen marks are let through. */
  private @Nullable Plane ink() {
    if (!settings.pen()) {
      return null;
    }
    Plane ink = new Plane(set.columns, set.rows);
    for (int cell = 0; cell < ink.cells.length; cell++) {
      ink.cells[cell] = set.cells[cell] == INK ? (byte) 1 : 0;
    }
    int reach = (int) Math.ceil(Ink.GROWTH_UM / (grid.scaleX() * slide.mpp().x()));
    return ink.dilation(2 * reach + 1);
  }

  private Plane threshold(@Nullable Plane ink) {
    Plane smooth = saturation.median(settings.medianPx());
    boolean[] out = new boolean[smooth.cells.length];
    long[] counts = new long[256];
    for (int cell = 0; cell < out.length; cell++) {
      out[cell] = set.cells[cell] != 0 || ink != null && ink.cells[cell] == 1;
      if (!out[cell]) {
        counts[smooth.cells[cell] & 0xff]++;
      }
    }
    int threshold = settings.threshold();
    if (settings.method() == TissueSettings.Method.OTSU) {
      OptionalInt otsu = Otsu.threshold(counts);
      if (otsu.isEmpty()) {
        return new Plane(smooth.columns, smooth.rows);
      }
      threshold = Math.max(threshold, Math.min(settings.ceiling(), otsu.getAsInt()));
    }
    Plane mask = new Plane(smooth.columns, smooth.rows);
    for (int cell = 0; cell < out.length; cell++) {
      mask.cells[cell] = !out[cell] && (smooth.cells[cell] & 0xff) > threshold ? (byte) 1 : 0;
    }
    return mask;
  }
}
