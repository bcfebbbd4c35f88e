package org.histofm.tiling.stain;

import java.util.Arrays;

/**
 * Percentiles with linear interpolation, as numpy's default, by selection: values are put in order
 * only around the one that is wanted (Hoare 1961, with the median of three).
 */
final class Percentile {
  private Percentile() {}

  /** The {@code percent}th percentile of {@code values}, whose order changes. */
  static double of(double[] values, double percent) {
    double at = percent / 100 * (values.length - 1);
    int below = (int) Math.floor(at);
    select(values, below);
    if (below == values.length - 1) {
      return values[below];
    }
    double above = values[below + 1];
    for (int i = below + 2; i < values.length; i++) {
      above = Math.min(above, values[i]);
    }
    return values[below] + (at - below) * (above - values[below]);
  }

  /** Puts the value of rank {@code wanted} there, none larger before and none smaller after it. */
  private static void select(double[] values, int wanted) {
    int low = 0;
    int high = values.length - 1;
    int budget =
        8 * Integer.SIZE; // more rounds than any input takes that is not built against this
    while (low < high) {
      if (budget-- == 0) {
        Arrays.sort(values, low, high + 1);
        return;
      }
      double pivot = median(values[low], values[low + high >>> 1], values[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (wanted <= j) {
        high = j;
      } else if (wanted >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private static double median(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
