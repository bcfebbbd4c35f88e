package org.histofm.tiling.online;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.histofm.InputException;
import org.histofm.provenance.Sha256;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.Polygon;
import org.histofm.tiling.tissue.TissueMask;

/**
 * What is kept of a slide while it is closed: where tiles may be drawn, as a grid of cells, a bit
 * each for every class. Immutable.
 */
final class SlideArea {
  private final OnlineSlide slide;
  private final long width;
  private final long height;
  private final Mpp mpp;
  private final int columns;
  private final double cellWidth;
  private final double cellHeight;
  private final List<String> labels;
  private final List<CellSet> cells; // of each label

  private SlideArea(
      OnlineSlide slide,
      SlideReader reader,
      Coarse grid,
      List<String> labels,
      List<CellSet> cells) {
    this.slide = slide;
    this.width = reader.width();
    this.height = reader.height();
    this.mpp = reader.mpp();
    this.columns = grid.columns;
    this.cellWidth = grid.cellWidth;
    this.cellHeight = grid.cellHeight;
    this.labels = List.copyOf(labels);
    this.cells = List.copyOf(cells);
  }

  /**
   * Finds where tiles may be drawn.
   *
   * @throws SlideException with reason {@link SlideException.Reason#NO_TISSUE} if nowhere
   */
  static SlideArea find(OnlineSlide slide, SlideReader reader, OnlineSettings settings) {
    TissueMask tissue = slide.tissue(reader, settings.tissue());
    if (tissue.width() != reader.width() || tissue.height() != reader.height()) {
      throw new InputException(
          "the tissue stated for slide "
              + slide.id()
              + " is of a slide of "
              + tissue.width()
              + " x "
              + tissue.height()
              + " px, it has "
              + reader.width()
              + " x "
              + reader.height()
              + ".",
          "State the tissue of this slide, or none, so that it is found.");
    }
    if (tissue.isEmpty()) {
      throw new SlideException(
          SlideException.Reason.NO_TISSUE,
          "slide " + slide.location() + " has no tissue.",
          "Leave it out, find tissue by other settings, or state where it is.");
    }
    Coarse grid = Coarse.of(tissue, settings.maskCells());
    Map<String, BitSet> byLabel = new TreeMap<>();
    List<Annotation> annotations = slide.annotations().orElse(null);
    if (annotations == null) {
      byLabel.put(slide.label(), grid.tissue);
    } else {
      byLabel.putAll(annotated(annotations, reader, grid));
    }
    if (!settings.classes().isEmpty()) {
      byLabel.keySet().retainAll(settings.classes());
    }
    byLabel.values().removeIf(BitSet::isEmpty);
    if (byLabel.isEmpty()) {
      throw new SlideException(
          SlideException.Reason.NO_TISSUE,
          "slide "
              + slide.location()
              + " has no tissue of "
              + (settings.classes().isEmpty() ? "an annotated class" : settings.classes())
              + ".",
          "Annotate it, or leave it out.");
    }
    return new SlideArea(
        slide,
        reader,
        grid,
        List.copyOf(byLabel.keySet()),
        byLabel.values().stream().map(CellSet::of).toList());
  }

  /** The tissue cells whose centre lies in areas of one class, and of one only. */
  private static Map<String, BitSet> annotated(
      List<Annotation> annotations, SlideReader reader, Coarse grid) {
    Map<String, List<Polygon>> areas = new TreeMap<>();
    for (Annotation annotation : annotations) {
      annotation
          .className()
          .ifPresent(
              name ->
                  areas
                      .computeIfAbsent(name, n -> new ArrayList<>())
                      .addAll(annotation.polygons()));
    }
    Map<String, BitSet> byLabel = new TreeMap<>();
    BitSet once = new BitSet();
    BitSet twice = new BitSet();
    areas.forEach(
        (name, polygons) -> {
          BitSet inside = grid.inside(TissueMask.of(reader.width(), reader.height(), polygons));
          BitSet again = (BitSet) inside.clone();
          again.and(once);
          twice.or(again);
          once.or(inside);
          byLabel.put(name, inside);
        });
    byLabel.values().forEach(inside -> inside.andNot(twice));
    return byLabel;
  }

  /** A tissue mask in cells of a whole number of its own. */
  private static final class Coarse {
    final int columns;
    final double cellWidth;
    final double cellHeight;
    final BitSet tissue;

    private Coarse(int columns, double cellWidth, double cellHeight, BitSet tissue) {
      this.columns = columns;
      this.cellWidth = cellWidth;
      this.cellHeight = cellHeight;
      this.tissue = tissue;
    }

    static Coarse of(TissueMask mask, int most) {
      int factor = 1;
      while ((long) parts(mask.columns(), factor) * parts(mask.rows(), factor) > most) {
        factor++;
      }
      BitSet half = cells(mask, factor, (factor * factor + 1) / 2);
      return new Coarse(
          parts(mask.columns(), factor),
          factor * mask.downsampleX(),
          factor * mask.downsampleY(),
          half.isEmpty() ? cells(mask, factor, 1) : half);
    }

    private static int parts(int size, int factor) {
      return (size + factor - 1) / factor;
    }

    /** The cells of which at least {@code least} of the mask's own are tissue. */
    private static BitSet cells(TissueMask mask, int factor, int least) {
      int columns = parts(mask.columns(), factor);
      BitSet cells = new BitSet();
      int[] counts = new int[columns];
      for (int row = 0; row < mask.rows(); row++) {
        for (int column = 0; column < mask.columns(); column++) {
          if (mask.isTissue(column, row)) {
            counts[column / factor]++;
          }
        }
        if ((row + 1) % factor == 0 || row + 1 == mask.rows()) {
          for (int column = 0; column < columns; column++) {
            cells.set(row / factor * columns + column, counts[column] >= least);
          }
          Arrays.fill(counts, 0);
        }
      }
      return cells;
    }

    BitSet inside(TissueMask area) {
      BitSet inside = new BitSet();
      for (int cell = tissue.nextSetBit(0); cell >= 0; cell = tissue.nextSetBit(cell + 1)) {
        double x = (cell % columns + 0.5) * cellWidth;
        double y = (cell / columns + 0.5) * cellHeight;
        inside.set(cell, area.contains(x, y));
      }
      return inside;
    }
  }

  /** A place that was drawn, in level-0 pixels, and the class there. */
  record Place(double x, double y, String label) {}

  /** A place uniform over all cells. */
  Place draw(SplittableRandom random) {
    int total = cells.stream().mapToInt(CellSet::size).sum();
    int k = random.nextInt(total);
    int label = 0;
    while (k >= cells.get(label).size()) {
      k -= cells.get(label).size();
      label++;
    }
    return within(cells.get(label).get(k), labels.get(label), random);
  }

  /** A place uniform over the cells of one class. */
  Place draw(String label, SplittableRandom random) {
    CellSet of = cells.get(labels.indexOf(label));
    return within(of.get(random.nextInt(of.size())), label, random);
  }

  private Place within(int cell, String label, SplittableRandom random) {
    // A cell at the right or lower edge may reach over it; only its part within is drawn from.
    double left = (cell % columns) * cellWidth;
    double top = (cell / columns) * cellHeight;
    double x = left + random.nextDouble() * Math.min(cellWidth, width - left);
    double y = top + random.nextDouble() * Math.min(cellHeight, height - top);
    return new Place(x, y, label);
  }

  OnlineSlide slide() {
    return slide;
  }

  Mpp mpp() {
    return mpp;
  }

  /** Classes that have tissue here, sorted; a single empty one if there are no annotations. */
  List<String> labels() {
    return labels;
  }

  /** Area of all cells in µm². */
  double areaUm2() {
    return labels.stream().mapToDouble(this::areaUm2).sum();
  }

  /** Area of the cells of one class in µm², 0 if it has none. */
  double areaUm2(String label) {
    int index = labels.indexOf(label);
    return index < 0 ? 0 : cells.get(index).size() * cellWidth * mpp.x() * cellHeight * mpp.y();
  }

  /** Memory of the cells in bytes. */
  long bytes() {
    return cells.stream().mapToLong(CellSet::bytes).sum();
  }

  /** Adds the size in pixels and µm. */
  void addSize(Sha256 hash) {
    hash.add(width + " " + height + " " + mpp.x() + " " + mpp.y());
  }

  /** Adds where tiles may be drawn. */
  void addCells(Sha256 hash) {
    hash.add(columns + " " + cellWidth + " " + cellHeight);
    for (int i = 0; i < labels.size(); i++) {
      hash.add(labels.get(i)).add(cells.get(i).content());
    }
  }
}
