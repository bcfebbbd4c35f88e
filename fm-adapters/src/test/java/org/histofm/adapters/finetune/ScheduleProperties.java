package org.histofm.adapters.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;

/** How learning rates go, and in which order samples come. */
class ScheduleProperties {
  @Property(tries = 200)
  void factor_risesThenFallsWithinZeroAndOne(
      @ForAll @DoubleRange(max = 0.9) double warmup,
      @ForAll @IntRange(min = 1, max = 60) int total) {
    RateSchedule cosine = new RateSchedule(RateSchedule.Shape.COSINE, warmup);
    RateSchedule constant = new RateSchedule(RateSchedule.Shape.CONSTANT, warmup);
    int rise = (int) Math.ceil(warmup * total);
    for (int step = 0; step < total; step++) {
      double factor = cosine.factor(step, total);
      assertThat(factor).isGreaterThan(0).isLessThanOrEqualTo(1);
      if (step >= rise) {
        assertThat(constant.factor(step, total)).isEqualTo(1);
        assertThat(factor).isLessThanOrEqualTo(step == rise ? 1 : cosine.factor(step - 1, total));
      } else {
        assertThat(factor).isEqualTo(constant.factor(step, total));
        assertThat(factor * rise).isCloseTo(step + 1, within(1e-9));
      }
    }
  }

  @Example
  void factor_ofCosine_isWhatTheHandComputes() {
    RateSchedule schedule = new RateSchedule(RateSchedule.Shape.COSINE, 0.2);
    double[] expected = {0.5, 1, 1};
    for (int step = 0; step < expected.length; step++) {
      assertThat(schedule.factor(step, 10)).isCloseTo(expected[step], within(1e-12));
    }
    assertThat(schedule.factor(4, 10)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-12));
    assertThat(schedule.factor(6, 10)).isCloseTo(0.5, within(1e-12));
  }

  /** All come equally often, but for one, whatever the length of an epoch. */
  @Property(tries = 200)
  void order_overEpochs_isPassAfterPass(
      @ForAll @IntRange(min = 1, max = 20) int samples,
      @ForAll @IntRange(min = 1, max = 30) int epochSamples,
      @ForAll long seed) {
    SampleOrder order = new SampleOrder(Seed.of(seed), samples, epochSamples);
    Map<Integer, Integer> counts = new HashMap<>();
    Set<Integer> pass = new HashSet<>();
    for (int epoch = 0; epoch < 4; epoch++) {
      int[] indices = order.epoch(epoch);
      assertThat(indices).hasSize(epochSamples).isEqualTo(order.epoch(epoch));
      for (int index : indices) {
        assertThat(pass.add(index)).as("not twice in a pass").isTrue();
        if (pass.size() == samples) {
          pass.clear();
        }
        counts.merge(index, 1, Integer::sum);
      }
    }
    assertThat(counts.keySet()).allMatch(index -> index >= 0 && index < samples);
  }
}
