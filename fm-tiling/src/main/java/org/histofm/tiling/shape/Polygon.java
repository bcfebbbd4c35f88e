package org.histofm.tiling.shape;

import java.util.ArrayList;
import java.util.List;
import org.histofm.slide.Region;

/**
 * An area on a slide: an outer ring without the holes in it, in level-0 pixels. Rings close
 * themselves: their last point is joined to the first.
 *
 * <p>What is inside follows the even-odd rule over all rings, whichever way they turn. A point on
 * an edge is inside if the area lies to its right or, on a horizontal edge, below it; so areas that
 * share an edge share no point.
 *
 * <p>Immutable.
 */
public final class Polygon {
  private final List<List<Point>> rings;

  private Polygon(List<List<Point>> rings) {
    this.rings = rings;
  }

  /**
   * A polygon without holes.
   *
   * @throws IllegalArgumentException if the ring has fewer than three points
   */
  public static Polygon of(List<Point> outer) {
    return of(outer, List.of());
  }

  /**
   * A polygon with holes. A last point that repeats the first is left out.
   *
   * @throws IllegalArgumentException if a ring has fewer than three points
   */
  public static Polygon of(List<Point> outer, List<List<Point>> holes) {
    List<List<Point>> rings = new ArrayList<>();
    rings.add(open(outer));
    holes.forEach(hole -> rings.add(open(hole)));
    return new Polygon(List.copyOf(rings));
  }

  /** The rectangle {@code region}. */
  public static Polygon of(Region region) {
    double right = region.x() + region.width();
    double bottom = region.y() + region.height();
    return of(
        List.of(
            new Point(region.x(), region.y()),
            new Point(right, region.y()),
            new Point(right, bottom),
            new Point(region.x(), bottom)));
  }

  private static List<Point> open(List<Point> ring) {
    int last = ring.size() - 1;
    List<Point> points =
        List.copyOf(last > 0 && ring.get(0).equals(ring.get(last)) ? ring.subList(0, last) : ring);
    if (points.size() < 3) {
      throw new IllegalArgumentException(
          "a ring needs at least 3 points, this one has " + points.size());
    }
    return points;
  }

  /** The outer ring; its last point does not repeat the first. */
  public List<Point> outer() {
    return rings.get(0);
  }

  /** The holes. */
  public List<List<Point>> holes() {
    return rings.subList(1, rings.size());
  }

  /** The outer ring, then the holes. */
  public List<List<Point>> rings() {
    return rings;
  }

  /** Whether the point (x, y) lies inside. */
  public boolean contains(double x, double y) {
    boolean inside = false;
    for (List<Point> ring : rings) {
      Point a = ring.get(ring.size() - 1);
      for (Point b : ring) {
        if (a.y() > y != b.y() > y && x >= crossing(a, b, y)) {
          inside = !inside;
        }
        a = b;
      }
    }
    return inside;
  }

  /** Where the edge crosses the height {@code y}; the same whichever way the edge is named. */
  static double crossing(Point a, Point b, double y) {
    Point low = a.y() < b.y() ? a : b;
    Point high = a.y() < b.y() ? b : a;
    return low.x() + (y - low.y()) * (high.x() - low.x()) / (high.y() - low.y());
  }

  /** The area of the outer ring less that of the holes, in level-0 px²; of simple rings. */
  public double area() {
    double area = Math.abs(signedArea(outer()));
    for (List<Point> hole : holes()) {
      area -= Math.abs(signedArea(hole));
    }
    return area;
  }

  private static double signedArea(List<Point> ring) {
    Point origin = ring.get(0);
    double twice = 0;
    Point a = ring.get(ring.size() - 1);
    for (Point b : ring) {
      twice +=
          (a.x() - origin.x()) * (b.y() - origin.y()) - (b.x() - origin.x()) * (a.y() - origin.y());
      a = b;
    }
    return twice / 2;
  }

  /**
   * A polygon of fewer points, none of whose left out points lies farther than {@code tolerance}
   * level-0 pixels from the new outline. Holes that vanish are left out; an outer ring that would
   * vanish stays as it is. Rings can then cross where they lie close together.
   *
   * @throws IllegalArgumentException unless the tolerance is 0 or positive
   * @see "Douglas and Peucker 1973"
   */
  public Polygon simplified(double tolerance) {
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException("a tolerance of " + tolerance + " px");
    }
    List<Point> outer = Simplifier.ring(outer(), tolerance);
    List<List<Point>> holes =
        holes().stream()
            .map(hole -> Simplifier.ring(hole, tolerance))
            .filter(hole -> hole.size() >= 3)
            .toList();
    return of(outer.size() < 3 ? outer() : outer, holes);
  }

  /** The smallest region of whole pixels that holds the outer ring. */
  public Region bounds() {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (Point point : outer()) {
      left = Math.min(left, point.x());
      top = Math.min(top, point.y());
      right = Math.max(right, point.x());
      bottom = Math.max(bottom, point.y());
    }
    long x = (long) Math.floor(left);
    long y = (long) Math.floor(top);
    return new Region(
        x, y, Math.max(1, (long) Math.ceil(right) - x), Math.max(1, (long) Math.ceil(bottom) - y));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Polygon other && rings.equals(other.rings);
  }

  @Override
  public int hashCode() {
    return rings.hashCode();
  }

  @Override
  public String toString() {
    return "Polygon of " + outer().size() + " points with " + holes().size() + " holes";
  }
}
