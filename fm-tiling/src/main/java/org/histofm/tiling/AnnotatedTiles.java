package org.histofm.tiling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.histofm.InputException;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.Polygon;
import org.histofm.tiling.tissue.TissueMask;
import org.jspecify.annotations.Nullable;

/** Plans tiles that take their class from annotations. */
public final class AnnotatedTiles {
  private AnnotatedTiles() {}

  /**
   * How tiles take a class.
   *
   * @param minShare a class can label a tile of which it covers at least this share, above 0 to 1
   * @param priority classes that go before all others, the first of them first; among the others
   *     the one that covers most does, among equals the first by name
   * @param excluded classes whose areas are no tissue to learn from, such as folds
   * @param maxExcluded a tile of which excluded classes cover more than this share is left out, 0
   *     to 1
   * @param keepUnlabelled whether tiles without a class are kept
   */
  public record Labelling(
      double minShare,
      List<String> priority,
      List<String> excluded,
      double maxExcluded,
      boolean keepUnlabelled) {
    /**
     * @throws InputException if a share lies outside its range or a class is both preferred and
     *     excluded
     */
    public Labelling {
      priority = List.copyOf(priority);
      excluded = List.copyOf(excluded);
      if (!(minShare > 0 && minShare <= 1) || !(maxExcluded >= 0 && maxExcluded <= 1)) {
        throw new InputException(
            "tiles cannot take a class that covers "
                + minShare
                + " of them, or lose "
                + maxExcluded
                + ".",
            "Give shares of at most 1, the first above 0.");
      }
      for (String name : excluded) {
        if (priority.contains(name)) {
          throw new InputException(
              "class '" + name + "' is both preferred and excluded.", "Name it in one list.");
        }
      }
    }

    /** Classes that cover at least {@code minShare}; nothing excluded, unlabelled tiles dropped. */
    public static Labelling of(double minShare) {
      return new Labelling(minShare, List.of(), List.of(), 0, false);
    }
  }

  /**
   * A tile with its class.
   *
   * @param tile the tile
   * @param className its class; empty if it has none
   * @param share how much of it that class covers, 0 to 1; 0 without a class
   */
  public record LabelledTile(Tile tile, Optional<String> className, double share) {}

  /**
   * The tiles of {@link TissueTiles#plan} with the class that covers them; row by row. The limit of
   * the settings is drawn from what is left after labelling. Annotations without a class, or of
   * detections, say nothing. Shares are measured on a grid of at most {@link TissueMask#MAX_CELLS}
   * cells, one class at a time.
   *
   * @throws IllegalArgumentException if the mask is of a slide of another size
   */
  public static List<LabelledTile> plan(
      SlideReader slide,
      TissueMask tissue,
      List<Annotation> annotations,
      TileSettings settings,
      Labelling labelling) {
    List<Tile> tiles = TissueTiles.plan(slide, tissue, settings.withLimit(0, settings.seed()));
    TreeMap<String, List<Polygon>> byClass = new TreeMap<>();
    List<Polygon> excluded = new ArrayList<>();
    for (Annotation annotation : annotations) {
      String name = annotation.className().orElse("");
      if (labelling.excluded().contains(name)) {
        excluded.addAll(annotation.polygons());
      } else if (!name.isEmpty() && annotation.kind() == Annotation.Kind.ANNOTATION) {
        byClass.computeIfAbsent(name, any -> new ArrayList<>()).addAll(annotation.polygons());
      }
    }
    boolean[] out = new boolean[tiles.size()];
    if (!excluded.isEmpty()) {
      TissueMask mask = TissueMask.of(slide.width(), slide.height(), excluded);
      for (int i = 0; i < out.length; i++) {
        out[i] = mask.share(tiles.get(i).region()) > labelling.maxExcluded();
      }
    }
    @Nullable String[] labels = new String[tiles.size()];
    double[] shares = new double[tiles.size()];
    for (Map.Entry<String, List<Polygon>> annotated : byClass.entrySet()) {
      String name = annotated.getKey();
      TissueMask mask = TissueMask.of(slide.width(), slide.height(), annotated.getValue());
      for (int i = 0; i < labels.length; i++) {
        double share = mask.share(tiles.get(i).region());
        if (share >= labelling.minShare()
            && goesBefore(name, share, labels[i], shares[i], labelling)) {
          labels[i] = name;
          shares[i] = share;
        }
      }
    }
    List<LabelledTile> kept = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      if (!out[i] && (labels[i] != null || labelling.keepUnlabelled())) {
        kept.add(new LabelledTile(tiles.get(i), Optional.ofNullable(labels[i]), shares[i]));
      }
    }
    return TissueTiles.limited(kept, settings);
  }

  /** Classes come by name, so that an equal share never replaces an earlier name. */
  private static boolean goesBefore(
      String name, double share, @Nullable String held, double heldShare, Labelling labelling) {
    if (held == null) {
      return true;
    }
    int rank = rank(name, labelling);
    int heldRank = rank(held, labelling);
    return rank == heldRank ? share > heldShare : rank < heldRank;
  }

  private static int rank(String name, Labelling labelling) {
    int place = labelling.priority().indexOf(name);
    return place < 0 ? Integer.MAX_VALUE : place;
  }
}
