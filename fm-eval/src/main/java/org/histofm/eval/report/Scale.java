package org.histofm.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An axis from data to pixels, with round ticks. */
record Scale(double low, double high, double step, double fromPx, double toPx) {
  private static final int TICKS = 5;

  /** Covers these values with round ends, within [0, 1] if they all lie there. */
  static Scale covering(List<Double> values, double fromPx, double toPx) {
    double low = values.stream().mapToDouble(v -> v).min().orElse(0);
    double high = values.stream().mapToDouble(v -> v).max().orElse(1);
    boolean unit = low >= 0 && high <= 1;
    if (high - low < 1e-9) {
      low -= unit ? 0.1 : Math.max(1, Math.abs(low) / 10);
      high += unit ? 0.1 : Math.max(1, Math.abs(high) / 10);
    }
    double step = niceStep((high - low) / TICKS);
    double bottom = Math.floor(low / step + 1e-9) * step;
    double top = Math.ceil(high / step - 1e-9) * step;
    if (unit) {
      bottom = Math.max(0, bottom);
      top = Math.min(1, top);
    }
    return new Scale(bottom, top, step, fromPx, toPx);
  }

  private static double niceStep(double rough) {
    double magnitude = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / magnitude;
    return magnitude * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  double px(double value) {
    double share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
    return fromPx + share * (toPx - fromPx);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; low + i * step <= high + step * 1e-6; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }

  String label(double tick) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    // a zero that sums of steps have missed by a hair has no sign
    double shown = Math.abs(tick) < step / 2 ? 0 : tick;
    return String.format(Locale.ROOT, "%." + decimals + "f", shown);
  }
}
