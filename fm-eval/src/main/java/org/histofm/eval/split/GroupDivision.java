package org.histofm.eval.split;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.histofm.Seed;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;

/**
 * Divides samples, whole groups at a time, into a smaller and a larger part so that every class
 * stands in both.
 *
 * <p>A seeded search, not an optimum: the best of many random divisions. An exact optimum would be
 * the same for every seed, and the spread over seeds would then say nothing about the choice of
 * test groups. Each try walks the groups in a random order. It first gives every class a group in
 * either part, the class with the fewest groups first and by backtracking, so that a division is
 * found whenever there is one; then it adds each further group that brings the smaller part nearer
 * to its size. Of all tries the one is kept with the fewest classes that stand in fewer than {@code
 * spread} groups of a part, then with the smallest deviation (t − s)² + mean over classes of (t_c −
 * s)², where t and t_c are the shares of all samples and of class c that went to the smaller part,
 * and s the share wanted.
 *
 * <p>Samples may come in any order: groups are taken by name.
 */
final class GroupDivision {
  private static final int MOST_TRIES = 1000;
  private static final int FEWEST_TRIES = 50;

  /** Cells of the table of counts that all tries together may visit. */
  private static final long WORK = 20_000_000;

  /** Only tens of classes that live in two or three groups each come near; then we say "none". */
  private static final int BACKTRACKING_LIMIT = 1_000_000;

  private static final byte FREE = 0;
  private static final byte SMALLER = 1;
  private static final byte LARGER = 2;

  private final List<String> groups;

  /** [groups, classes] */
  private final int[][] counts;

  private final int[] sizes;
  private final int[] classTotals;

  /** Classes, the one with the fewest groups first. */
  private final int[] rarestFirst;

  private final int[] groupsOfClass;
  private int steps;

  private GroupDivision(Collection<Sample> samples, Task.Classification task) {
    int classes = task.classes().size();
    Map<String, int[]> table = new TreeMap<>();
    for (Sample sample : samples) {
      table.computeIfAbsent(sample.group(), g -> new int[classes])[task.indexOf(sample.label())]++;
    }
    groups = List.copyOf(table.keySet());
    counts = table.values().toArray(int[][]::new);
    sizes = Arrays.stream(counts).mapToInt(row -> Arrays.stream(row).sum()).toArray();
    classTotals = new int[classes];
    groupsOfClass = new int[classes];
    for (int[] row : counts) {
      for (int c = 0; c < classes; c++) {
        classTotals[c] += row[c];
        groupsOfClass[c] += row[c] > 0 ? 1 : 0;
      }
    }
    rarestFirst =
        IntStream.range(0, classes)
            .boxed()
            .sorted(Comparator.comparingInt(c -> groupsOfClass[c]))
            .mapToInt(c -> c)
            .toArray();
  }

  /** Whether the groups can be divided at all so that every class of the task is in both parts. */
  static boolean possible(Collection<Sample> samples, Task.Classification task) {
    GroupDivision division = new GroupDivision(samples, task);
    int[] order = IntStream.range(0, division.groups.size()).toArray();
    return division.witnesses(order).isPresent();
  }

  /**
   * The groups of the smaller part.
   *
   * @param share of the samples that the smaller part should hold, below one half
   * @param spread groups of either part that each class should stand in, where that can be had
   * @return empty if no division has every class of the task in both parts
   */
  static Optional<Set<String>> smallerPart(
      Collection<Sample> samples, Task.Classification task, double share, int spread, Seed seed) {
    return new GroupDivision(samples, task).search(share, spread, seed);
  }

  private Optional<Set<String>> search(double share, int spread, Seed seed) {
    long cells = Math.max(1L, (long) counts.length * classTotals.length);
    int tries = (int) Math.max(FEWEST_TRIES, Math.min(MOST_TRIES, WORK / cells));
    byte[] best = null;
    double bestCost = Double.POSITIVE_INFINITY;
    for (int i = 0; i < tries; i++) {
      int[] order = seed.derive("try " + i).permutation(groups.size());
      Optional<byte[]> sides = witnesses(order);
      if (sides.isEmpty()) {
        return Optional.empty();
      }
      byte[] side = sides.get();
      fill(side, order, share);
      double cost = cost(side, share, spread);
      if (cost < bestCost) {
        bestCost = cost;
        best = side;
      }
    }
    Set<String> chosen = new LinkedHashSet<>();
    for (int g = 0; best != null && g < best.length; g++) {
      if (best[g] == SMALLER) {
        chosen.add(groups.get(g));
      }
    }
    return Optional.of(chosen);
  }

  /** Gives every class one group in either part; the other groups stay free. */
  private Optional<byte[]> witnesses(int[] order) {
    byte[] side = new byte[counts.length];
    steps = 0;
    return place(0, side, order) ? Optional.of(side) : Optional.empty();
  }

  private boolean place(int k, byte[] side, int[] order) {
    if (k == rarestFirst.length) {
      return true;
    }
    int c = rarestFirst[k];
    boolean smaller = false;
    boolean larger = false;
    for (int g = 0; g < side.length && !(smaller && larger); g++) {
      smaller |= side[g] == SMALLER && counts[g][c] > 0;
      larger |= side[g] == LARGER && counts[g][c] > 0;
    }
    if (smaller && larger) {
      return place(k + 1, side, order);
    }
    byte missing = smaller ? LARGER : SMALLER;
    for (int g : order) {
      if (side[g] == FREE && counts[g][c] > 0) {
        if (++steps > BACKTRACKING_LIMIT) {
          return false;
        }
        side[g] = missing;
        if (place(k, side, order)) {
          return true;
        }
        side[g] = FREE;
      }
    }
    return false;
  }

  private void fill(byte[] side, int[] order, double share) {
    double target = share * Arrays.stream(sizes).sum();
    int size = 0;
    for (int g = 0; g < side.length; g++) {
      size += side[g] == SMALLER ? sizes[g] : 0;
    }
    for (int g : order) {
      if (side[g] == FREE && Math.abs(target - size - sizes[g]) < Math.abs(target - size)) {
        side[g] = SMALLER;
        size += sizes[g];
      }
    }
  }

  private double cost(byte[] side, double share, int spread) {
    int classes = classTotals.length;
    int[] samples = new int[classes];
    int[] standsIn = new int[classes];
    for (int g = 0; g < side.length; g++) {
      if (side[g] == SMALLER) {
        for (int c = 0; c < classes; c++) {
          samples[c] += counts[g][c];
          standsIn[c] += counts[g][c] > 0 ? 1 : 0;
        }
      }
    }
    int thin = 0;
    double deviation = 0;
    for (int c = 0; c < classes; c++) {
      thin += standsIn[c] < spread ? 1 : 0;
      thin += groupsOfClass[c] - standsIn[c] < spread ? 1 : 0;
      deviation += square((double) samples[c] / classTotals[c] - share) / classes;
    }
    double size = (double) Arrays.stream(samples).sum() / Arrays.stream(sizes).sum();
    // One thin class outweighs any deviation: both squares are below 1.
    return 2.0 * thin + square(size - share) + deviation;
  }

  private static double square(double x) {
    return x * x;
  }
}
