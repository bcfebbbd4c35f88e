package org.histofm.tiling.online;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.histofm.InputException;
import org.histofm.provenance.Facts;
import org.histofm.slide.Mpp;
import org.histofm.tiling.tissue.TissueSettings;
import org.jspecify.annotations.Nullable;

/**
 * How tiles are drawn. Immutable.
 *
 * <p>Until changed by a {@code with…} copy: as many tiles of a slide in an epoch as come, no
 * content filter, 10 tries for a tile, classes as often as they lie in the tissue, tissue found by
 * {@link TissueSettings#otsu}, all annotated classes, masks of at most 2²⁰ cells (128 kB), 16
 * slides open at once, 100 unreadable draws allowed of a slide, no slide that fails.
 */
public final class OnlineSettings {
  /**
   * One of the pixel sizes that are mixed.
   *
   * @param mpp size of a tile's pixel
   * @param weight share of tiles of that size, relative to the other weights; above 0
   */
  public record Scale(Mpp mpp, double weight) {
    /**
     * @throws InputException if the weight is not positive and finite
     */
    public Scale {
      if (!(weight > 0 && Double.isFinite(weight))) {
        throw new InputException(
            "the weight of tiles of " + mpp.x() + " µm/px is " + weight + ".",
            "Choose one above 0, or leave the pixel size out.");
      }
    }
  }

  private final int tileSizePx;
  private final int epochTiles;
  private final List<Scale> scales;
  private final int tilesPerSlide;
  private final @Nullable ContentFilter filter;
  private final int tries;
  private final boolean balanced;
  private final TissueSettings tissue;
  private final int openSlides;
  private final int mostUnreadable;
  private final int mostFailed;
  private final List<String> classes;
  private final int maskCells;

  private OnlineSettings(int tileSizePx, int epochTiles, List<Scale> scales, Draft rest) {
    this.tileSizePx = tileSizePx;
    this.epochTiles = epochTiles;
    this.scales = scales;
    this.tilesPerSlide = rest.tilesPerSlide;
    this.filter = rest.filter;
    this.tries = rest.tries;
    this.balanced = rest.balanced;
    this.tissue = rest.tissue;
    this.openSlides = rest.openSlides;
    this.mostUnreadable = rest.mostUnreadable;
    this.mostFailed = rest.mostFailed;
    this.classes = rest.classes;
    this.maskCells = rest.maskCells;
  }

  /** The values that have a default, by name, while a copy is made. */
  private static final class Draft {
    int tilesPerSlide = Integer.MAX_VALUE;
    @Nullable ContentFilter filter;
    int tries = 10;
    boolean balanced;
    TissueSettings tissue = TissueSettings.otsu();
    int openSlides = 16;
    int mostUnreadable = 100;
    int mostFailed;
    List<String> classes = List.of();
    int maskCells = 1 << 20;
  }

  private OnlineSettings with(Consumer<Draft> change) {
    Draft d = new Draft();
    d.tilesPerSlide = tilesPerSlide;
    d.filter = filter;
    d.tries = tries;
    d.balanced = balanced;
    d.tissue = tissue;
    d.openSlides = openSlides;
    d.mostUnreadable = mostUnreadable;
    d.mostFailed = mostFailed;
    d.classes = classes;
    d.maskCells = maskCells;
    change.accept(d);
    return new OnlineSettings(tileSizePx, epochTiles, scales, d);
  }

  /**
   * Settings of the rest as the class says.
   *
   * @param tileSizePx side of a tile in pixels, from 1 to 4096
   * @param epochTiles tiles of an epoch, from 1: over so many, shares of slides, classes and pixel
   *     sizes are kept to
   * @param scales pixel sizes that are mixed, all different, at least one
   * @throws InputException if a value is impossible
   */
  public static OnlineSettings of(int tileSizePx, int epochTiles, List<Scale> scales) {
    require(tileSizePx >= 1 && tileSizePx <= 4096, "a tile of " + tileSizePx + " px", "1 to 4096");
    require(epochTiles >= 1, "an epoch of " + epochTiles + " tiles", "1 and above");
    long different = scales.stream().map(Scale::mpp).distinct().count();
    if (scales.isEmpty() || different < scales.size()) {
      throw new InputException(
          "the pixel sizes to mix are " + scales + ".", "Name at least one, and each once.");
    }
    return new OnlineSettings(tileSizePx, epochTiles, List.copyOf(scales), new Draft());
  }

  private static void require(boolean holds, String what, String range) {
    if (!holds) {
      throw new InputException(what + " cannot be had.", "Choose from " + range + ".");
    }
  }

  /** Settings of one pixel size, the rest as the class says. */
  public static OnlineSettings of(int tileSizePx, int epochTiles, Mpp mpp) {
    return of(tileSizePx, epochTiles, List.of(new Scale(mpp, 1)));
  }

  /** A copy that draws at most so many tiles from one slide in an epoch. */
  public OnlineSettings withTilesPerSlide(int most) {
    require(most >= 1, "a budget of " + most + " tiles a slide", "1 and above");
    return with(d -> d.tilesPerSlide = most);
  }

  /** A copy that draws another position where {@code chosen} rejects a tile. */
  public OnlineSettings withFilter(ContentFilter chosen) {
    return with(d -> d.filter = Objects.requireNonNull(chosen));
  }

  /**
   * A copy that makes at most so many draws for one tile; if all are rejected, the last one is
   * taken.
   */
  public OnlineSettings withTries(int most) {
    require(most >= 1 && most <= 10_000, most + " tries for a tile", "1 to 10000");
    return with(d -> d.tries = most);
  }

  /**
   * A copy that draws every class equally often; then the budget of a slide is divided among them.
   */
  public OnlineSettings withBalancedClasses() {
    return with(d -> d.balanced = true);
  }

  /** A copy that finds tissue like this, on slides that come without it. */
  public OnlineSettings withTissue(TissueSettings settings) {
    return with(d -> d.tissue = Objects.requireNonNull(settings));
  }

  /** A copy that keeps at most so many slides open at once. */
  public OnlineSettings withOpenSlides(int most) {
    require(most >= 1, most + " open slides", "1 and above");
    return with(d -> d.openSlides = most);
  }

  /** A copy that goes on until more than so many draws of one slide could not be decoded. */
  public OnlineSettings withMostUnreadable(int most) {
    require(most >= 0, most + " unreadable draws", "0 and above");
    return with(d -> d.mostUnreadable = most);
  }

  /**
   * A copy that goes on without slides that fail at the start, if they are no more than so many.
   */
  public OnlineSettings withMostFailed(int most) {
    require(most >= 0, most + " failed slides", "0 and above");
    return with(d -> d.mostFailed = most);
  }

  /** A copy that draws from areas annotated as one of these classes, and from no other. */
  public OnlineSettings withClasses(List<String> chosen) {
    if (chosen.isEmpty() || chosen.stream().distinct().count() < chosen.size()) {
      throw new InputException(
          "the classes to draw are " + chosen + ".", "Name at least one, and each once.");
    }
    return with(d -> d.classes = List.copyOf(chosen));
  }

  /**
   * A copy that keeps at most so many cells of a slide's tissue, one bit each for every class;
   * finer masks are made coarser by a whole factor.
   */
  public OnlineSettings withMaskCells(int most) {
    require(most >= 64, "a mask of " + most + " cells", "64 and above");
    return with(d -> d.maskCells = most);
  }

  /** Side of a tile in pixels. */
  public int tileSizePx() {
    return tileSizePx;
  }

  /** Tiles of an epoch. */
  public int epochTiles() {
    return epochTiles;
  }

  /** Pixel sizes that are mixed. */
  public List<Scale> scales() {
    return scales;
  }

  /** Most tiles of one slide in an epoch. */
  public int tilesPerSlide() {
    return tilesPerSlide;
  }

  /** What a tile has to look like. */
  public Optional<ContentFilter> filter() {
    return Optional.ofNullable(filter);
  }

  /** Most draws for one tile. */
  public int tries() {
    return tries;
  }

  /** Whether every class is drawn equally often. */
  public boolean balanced() {
    return balanced;
  }

  /** How tissue is found. */
  public TissueSettings tissue() {
    return tissue;
  }

  /** Most slides open at once. */
  public int openSlides() {
    return openSlides;
  }

  /** Most draws of one slide that may be unreadable. */
  public int mostUnreadable() {
    return mostUnreadable;
  }

  /** Most slides that may fail at the start. */
  public int mostFailed() {
    return mostFailed;
  }

  /** The classes that are drawn; none for all that are annotated. */
  public List<String> classes() {
    return classes;
  }

  /** Most cells of a slide's mask. */
  public int maskCells() {
    return maskCells;
  }

  /** What the tiles depend on, for recipes; how tissue is found shows in the tissue itself. */
  public Facts facts() {
    return Facts.none()
        .with("tile px", Integer.toString(tileSizePx))
        .with("epoch tiles", Integer.toString(epochTiles))
        .with(
            "mpp",
            scales.stream()
                .map(s -> describe(s.mpp()) + ":" + s.weight())
                .collect(Collectors.joining(" ")))
        .with(
            "tiles per slide",
            tilesPerSlide == Integer.MAX_VALUE ? "any" : Integer.toString(tilesPerSlide))
        .with("filter", filter == null ? "none" : filter.describe())
        .with("tries", Integer.toString(tries))
        .with(
            "classes",
            (balanced ? "balanced" : "by area") + (classes.isEmpty() ? "" : " " + classes));
  }

  private static String describe(Mpp mpp) {
    return mpp.x() == mpp.y() ? Double.toString(mpp.x()) : mpp.x() + "x" + mpp.y();
  }
}
