package org.histofm.tiling.shape;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Leaves out points of a closed ring that lie near the line between those that stay. */
final class Simplifier {
  private Simplifier() {}

  /** What is left of a ring; fewer than three points if it is nowhere wider than the tolerance. */
  static List<Point> ring(List<Point> ring, double tolerance) {
    int opposite = farthest(ring, 1, ring.size(), ring.get(0), ring.get(0));
    BitSet kept = new BitSet();
    kept.set(0);
    kept.set(opposite);
    ArrayDeque<int[]> parts = new ArrayDeque<>();
    parts.push(new int[] {0, opposite});
    parts.push(new int[] {opposite, ring.size()});
    while (!parts.isEmpty()) {
      int[] part = parts.pop();
      Point from = ring.get(part[0]);
      Point to = ring.get(part[1] % ring.size());
      int middle = farthest(ring, part[0] + 1, part[1], from, to);
      if (middle > part[0] && distance(ring.get(middle), from, to) > tolerance) {
        kept.set(middle);
        parts.push(new int[] {part[0], middle});
        parts.push(new int[] {middle, part[1]});
      }
    }
    List<Point> left = new ArrayList<>();
    kept.stream().forEach(i -> left.add(ring.get(i)));
    return left;
  }

  /**
   * The point from {@code first} to below {@code end} farthest from a line; -1 if there is none.
   */
  private static int farthest(List<Point> ring, int first, int end, Point from, Point to) {
    int found = -1;
    double most = -1;
    for (int i = first; i < end; i++) {
      double distance = distance(ring.get(i), from, to);
      if (distance > most) {
        most = distance;
        found = i;
      }
    }
    return found;
  }

  /** How far a point lies from the stretch between two others. */
  private static double distance(Point p, Point from, Point to) {
    double dx = to.x() - from.x();
    double dy = to.y() - from.y();
    double length = dx * dx + dy * dy;
    double along = length == 0 ? 0 : ((p.x() - from.x()) * dx + (p.y() - from.y()) * dy) / length;
    double nearest = Math.max(0, Math.min(1, along));
    return Math.hypot(p.x() - from.x() - nearest * dx, p.y() - from.y() - nearest * dy);
  }
}
