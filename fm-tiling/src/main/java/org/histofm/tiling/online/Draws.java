package org.histofm.tiling.online;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.histofm.Seed;

/**
 * Which part of the data each tile is drawn from, and at which pixel size.
 *
 * <p><b>Shares.</b> An epoch is a row of slots. Each part (a slide, or a class within a slide) has
 * a quota of them that need not be whole. The quotas are laid end to end in an order that is
 * shuffled for every epoch, the row is shifted by a random part of a slot, and a slot belongs to
 * the part in which its end comes to lie (systematic sampling, Madow 1949). So in every epoch each
 * part has its quota rounded down or up, the sum is exact, and over many epochs each part has its
 * quota on average: a slide with less tissue than one tile's worth has its turn. Largest remainders
 * would leave it out for ever.
 *
 * <p><b>Pixel sizes</b> have quotas of their own, and an order of their own, so that no slide meets
 * one of them more often than by chance.
 *
 * <p><b>Order.</b> Slots come in a random order of the epoch.
 *
 * <p>Everything is a function of the seed and the number of the tile. What belongs to an epoch is
 * kept for the two latest ones, 12 bytes a part. Safe for concurrent use.
 */
final class Draws {
  /** What a tile is drawn from. */
  record Draw(int part, int scale) {}

  private final Seed seed;
  private final int epochTiles;
  private final long[] quotas;
  private final int[] groupEnds;
  private final long[] scaleQuotas;
  private final AtomicReferenceArray<Epoch> recent = new AtomicReferenceArray<>(2);

  /**
   * @param quotas of parts, in {@link Quotas#ONE}s; they sum up to {@code epochTiles}
   * @param groupEnds parts before each of these numbers stay before the others when they are
   *     shuffled, so that groups of parts have their own quotas rounded, too; the last is the
   *     number of parts
   * @param scaleQuotas of pixel sizes; they sum up to {@code epochTiles}
   */
  Draws(Seed seed, int epochTiles, long[] quotas, int[] groupEnds, long[] scaleQuotas) {
    this.seed = seed;
    this.epochTiles = epochTiles;
    this.quotas = quotas;
    this.groupEnds = groupEnds;
    this.scaleQuotas = scaleQuotas;
  }

  /** Where tile {@code n}, from 0, is drawn from. */
  Draw get(long n) {
    long number = n / epochTiles;
    Epoch epoch = recent.get((int) (number & 1));
    if (epoch == null || epoch.number != number) {
      // Computed twice if two threads come here at once, and equal.
      epoch = new Epoch(number);
      recent.set((int) (number & 1), epoch);
    }
    return epoch.get((int) (n % epochTiles));
  }

  /** The tables of one epoch. */
  private final class Epoch {
    final long number;
    private final int[] order;
    private final long[] ends;
    private final long[] scaleEnds;
    private final ShuffledSlots slots;
    private final ShuffledSlots scaleSlots;

    Epoch(long number) {
      this.number = number;
      Seed own = seed.derive("epoch " + number);
      this.order = order(own.derive("order of parts"));
      this.ends = ends(quotas, order, own.derive("shift"));
      int[] asGiven = new int[scaleQuotas.length];
      for (int i = 0; i < asGiven.length; i++) {
        asGiven[i] = i;
      }
      this.scaleEnds = ends(scaleQuotas, asGiven, own.derive("shift of pixel sizes"));
      this.slots = new ShuffledSlots(own.derive("slots"), epochTiles);
      this.scaleSlots = new ShuffledSlots(own.derive("pixel sizes"), epochTiles);
    }

    private int[] order(Seed shuffle) {
      int[] all = new int[quotas.length];
      int begin = 0;
      for (int end : groupEnds) {
        int[] within = shuffle.derive("group from " + begin).permutation(end - begin);
        for (int i = begin; i < end; i++) {
          all[i] = begin + within[i - begin];
        }
        begin = end;
      }
      return all;
    }

    Draw get(int place) {
      return new Draw(
          order[holder(ends, slots.get(place))], holder(scaleEnds, scaleSlots.get(place)));
    }
  }

  /** Where each part's quota ends in the shifted row. */
  private static long[] ends(long[] quotas, int[] order, Seed seed) {
    long end = seed.random().nextLong(Quotas.ONE);
    long[] ends = new long[quotas.length];
    for (int i = 0; i < ends.length; i++) {
      end += quotas[order[i]];
      ends[i] = end;
    }
    return ends;
  }

  /** The first part before whose end more than {@code slot} slots end. */
  private static int holder(long[] ends, int slot) {
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] / Quotas.ONE > slot) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
