package org.histofm.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A number as it may be published: value, interval, and how many samples, groups and training seeds
 * it stands on; or the reason why there is none. Never NaN. Immutable.
 */
public final class Estimate {
  private final String name;
  private final @Nullable Double value;
  private final @Nullable Interval interval;
  private final String reason;
  private final int samples;
  private final int groups;
  private final int seeds;
  private final List<String> notes;

  private Estimate(
      String name,
      @Nullable Double value,
      @Nullable Interval interval,
      String reason,
      int samples,
      int groups,
      int seeds,
      List<String> notes) {
    this.name = name;
    this.value = value;
    this.interval = interval;
    this.reason = reason;
    this.samples = samples;
    this.groups = groups;
    this.seeds = seeds;
    this.notes = notes;
  }

  /**
   * A value without an interval; add one by {@link #withInterval}, or the reason for its absence by
   * {@link #withoutInterval}.
   *
   * @param name of the metric
   * @param value finite
   * @param samples test samples it stands on
   * @param groups test groups (patients, slides) it stands on
   * @param seeds training seeds it is averaged over
   */
  public static Estimate of(String name, double value, int samples, int groups, int seeds) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("estimate " + name + " is finite, got " + value);
    }
    return new Estimate(
        Objects.requireNonNull(name),
        value,
        null,
        "no interval was asked for",
        samples,
        groups,
        seeds,
        List.of());
  }

  /** No value, for this reason. */
  public static Estimate undefined(String name, String reason, int samples, int groups, int seeds) {
    return new Estimate(
        Objects.requireNonNull(name),
        null,
        null,
        Objects.requireNonNull(reason),
        samples,
        groups,
        seeds,
        List.of());
  }

  /**
   * A copy with an interval.
   *
   * @throws IllegalStateException if the value is undefined
   */
  public Estimate withInterval(Interval other) {
    requireValue();
    return new Estimate(
        name, value, Objects.requireNonNull(other), "", samples, groups, seeds, notes);
  }

  /**
   * A copy whose interval cannot be estimated, for this reason.
   *
   * @throws IllegalStateException if the value is undefined, which has a reason already
   */
  public Estimate withoutInterval(String why) {
    requireValue();
    return new Estimate(
        name, value, null, Objects.requireNonNull(why), samples, groups, seeds, notes);
  }

  private void requireValue() {
    if (value == null) {
      throw new IllegalStateException(name + " is undefined (" + reason + ") and has no interval");
    }
  }

  /** A copy with one more note, such as {@code "few groups"}. */
  public Estimate withNote(String note) {
    List<String> longer = new ArrayList<>(notes);
    longer.add(Objects.requireNonNull(note));
    return new Estimate(name, value, interval, reason, samples, groups, seeds, List.copyOf(longer));
  }

  /** Name of the metric. */
  public String name() {
    return name;
  }

  /** The value, unless it is undefined. */
  public OptionalDouble value() {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** The interval, unless it cannot be estimated. */
  public Optional<Interval> interval() {
    return Optional.ofNullable(interval);
  }

  /** Why value or interval is absent; empty if both are there. */
  public String reason() {
    return reason;
  }

  /** Test samples it stands on. */
  public int samples() {
    return samples;
  }

  /** Test groups it stands on. */
  public int groups() {
    return groups;
  }

  /** Training seeds it is averaged over. */
  public int seeds() {
    return seeds;
  }

  /** Notes that stand wherever the number stands. */
  public List<String> notes() {
    return notes;
  }

  @Override
  public String toString() {
    String ends = interval == null ? "" : " [" + interval.low() + ", " + interval.high() + "]";
    return name + (value == null ? " undefined: " + reason : " " + value + ends);
  }
}
