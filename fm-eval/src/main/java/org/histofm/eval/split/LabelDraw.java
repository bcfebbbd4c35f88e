package org.histofm.eval.split;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;

/**
 * The labels that one fraction pays for, divided into train and validation.
 *
 * <p>Validation labels are labels: the fraction covers both parts. Draws of one fold and seed are
 * nested: a smaller fraction's labels are among a larger one's. Every adapter of a (fraction, seed)
 * is given the same draw. Immutable.
 */
public final class LabelDraw {
  /** Share of the drawn labels that goes to validation. */
  public static final double VALIDATION_SHARE = 0.2;

  private static final int SIGNIFICANT_DIGITS = 4;

  /** What is held back from training to choose settings on. */
  public enum Validation {
    /** About {@link #VALIDATION_SHARE} of the labels, whole groups, every class on both sides. */
    GROUPED,
    /** Nothing: every label is trained on, and nothing may be selected. */
    NONE
  }

  /** What the fraction is a fraction of. */
  public enum FractionOf {
    /** For each class c, ceil(f·n_c) of its n_c development samples. */
    LABELS,
    /** ceil(f·G) of the G development groups, whole. */
    GROUPS
  }

  private final double fraction;
  private final Cohort train;
  private final Cohort validation;

  private LabelDraw(double fraction, Cohort train, Cohort validation) {
    this.fraction = fraction;
    this.train = train;
    this.validation = validation;
  }

  /**
   * Draws.
   *
   * @param fraction f in (0, 1]
   * @param seed the data seed of the run; below it the streams {@code "draw/"} + class name or
   *     {@code "draw-groups"} give one random order each, of which a draw takes the beginning, and
   *     {@code "validation"} divides the draw
   * @throws InputException if the fraction is not in (0, 1], or the draw leaves a class empty on a
   *     side whichever way it is divided; the message names the smallest fraction that works
   */
  public static LabelDraw of(
      Fold fold, double fraction, Validation validation, FractionOf of, Seed seed) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new InputException(
          "fraction " + fraction + " is not above 0 and at most 1.",
          "Use 1 for all labels of the development part.");
    }
    Cohort development = fold.development();
    Order order = new Order(development, of, seed);
    List<Sample> drawn = order.draw(fraction);
    if (validation == Validation.NONE) {
      if (!order.hasEveryClass(drawn)) {
        throw tooSmall(order, fold, fraction, validation, of, drawn);
      }
      return new LabelDraw(fraction, part(development, drawn), part(development, List.of()));
    }
    Optional<Set<String>> held =
        GroupDivision.smallerPart(
            drawn, order.task, VALIDATION_SHARE, 1, seed.derive("validation"));
    if (held.isEmpty()) {
      throw tooSmall(order, fold, fraction, validation, of, drawn);
    }
    Set<String> groups = held.get();
    return new LabelDraw(
        fraction,
        part(development, drawn.stream().filter(s -> !groups.contains(s.group())).toList()),
        part(development, drawn.stream().filter(s -> groups.contains(s.group())).toList()));
  }

  private static Cohort part(Cohort development, List<Sample> samples) {
    return development.withSamples(
        samples.stream().sorted(Comparator.comparing(Sample::id)).toList());
  }

  private static InputException tooSmall(
      Order order,
      Fold fold,
      double fraction,
      Validation validation,
      FractionOf of,
      List<Sample> drawn) {
    Map<String, Integer> labels = new TreeMap<>();
    order.task.classes().forEach(name -> labels.put(name, 0));
    drawn.forEach(s -> labels.merge(s.label(), 1, Integer::sum));
    int groups = groupsOf(drawn).size();
    String problem =
        "fraction "
            + BigDecimal.valueOf(fraction).stripTrailingZeros().toPlainString()
            + " of domain "
            + fold.trainDomain()
            + " draws labels "
            + labels
            + " from "
            + groups
            + (groups == 1 ? " group, " : " groups, ")
            + (validation == Validation.NONE
                ? "so a class has none."
                : "which no division by group into train and validation leaves with every class on"
                    + " both sides.");
    Optional<String> smallest = order.smallest(validation);
    List<String> ways = new ArrayList<>();
    smallest.ifPresent(f -> ways.add("a fraction of at least " + f));
    if (of == FractionOf.GROUPS && order.hasEveryClass(order.samples)) {
      ways.add("--fraction-of labels");
    }
    if (validation == Validation.GROUPED && order.hasEveryClass(drawn)) {
      ways.add("--validation none (fixed epochs, nothing selected)");
    }
    String remedy =
        ways.isEmpty()
            ? "add samples of every class to the development part."
            : "use " + String.join(", or ", ways) + ".";
    return new InputException(
        problem,
        smallest.isEmpty()
            ? "No fraction works here: " + remedy
            : remedy.substring(0, 1).toUpperCase(Locale.ROOT) + remedy.substring(1));
  }

  private static Set<String> groupsOf(Collection<Sample> samples) {
    Set<String> groups = new TreeSet<>();
    samples.forEach(s -> groups.add(s.group()));
    return groups;
  }

  /** What may be fitted to. */
  public Cohort train() {
    return train;
  }

  /** What settings may be chosen on; empty with {@link Validation#NONE}. */
  public Cohort validation() {
    return validation;
  }

  /** The fraction asked for. */
  public double fraction() {
    return fraction;
  }

  /** Labels drawn, train and validation together. */
  public int labels() {
    return train.size() + validation.size();
  }

  /** Groups that the labels come from, train and validation together. */
  public int groups() {
    return groupsOf(train.samples()).size() + groupsOf(validation.samples()).size();
  }

  /** The development samples in the random orders of one seed. */
  private static final class Order {
    final Task.Classification task;

    /** By id. */
    final List<Sample> samples;

    /** Each unit of drawing (one sample, or one group) of each stratum (class, or all). */
    private final List<List<List<Sample>>> strata = new ArrayList<>();

    Order(Cohort development, FractionOf of, Seed seed) {
      task = Fold.classification(development);
      samples = development.samples().stream().sorted(Comparator.comparing(Sample::id)).toList();
      if (of == FractionOf.GROUPS) {
        Map<String, List<Sample>> byGroup = new TreeMap<>();
        samples.forEach(s -> byGroup.computeIfAbsent(s.group(), g -> new ArrayList<>()).add(s));
        strata.add(shuffled(List.copyOf(byGroup.values()), seed.derive("draw-groups")));
      } else {
        for (String name : task.classes()) {
          List<List<Sample>> ofClass =
              samples.stream().filter(s -> s.label().equals(name)).map(List::of).toList();
          strata.add(shuffled(ofClass, seed.derive("draw/" + name)));
        }
      }
    }

    private static List<List<Sample>> shuffled(List<List<Sample>> units, Seed seed) {
      return Arrays.stream(seed.permutation(units.size())).mapToObj(units::get).toList();
    }

    List<Sample> draw(double fraction) {
      List<Sample> drawn = new ArrayList<>();
      for (List<List<Sample>> units : strata) {
        // The small number undoes the rounding of k / n · n, which must give k.
        int k = (int) Math.ceil(fraction * units.size() - 1e-9);
        units.subList(0, Math.min(units.size(), Math.max(1, k))).forEach(drawn::addAll);
      }
      return drawn;
    }

    boolean hasEveryClass(List<Sample> drawn) {
      Set<String> seen = new TreeSet<>();
      drawn.forEach(s -> seen.add(s.label()));
      return seen.containsAll(task.classes());
    }

    /**
     * The smallest fraction, in steps of its fourth digit, whose draw can be used. Draws are nested
     * and a division of a draw extends to any larger one, so bisection finds where it begins.
     */
    Optional<String> smallest(Validation validation) {
      // Between two neighbours of these the draw is the same: it grows just above each of them.
      double[] steps =
          strata.stream()
              .mapToInt(List::size)
              .distinct()
              .mapToObj(n -> IntStream.rangeClosed(1, n).mapToDouble(k -> (double) k / n))
              .flatMapToDouble(s -> s)
              .sorted()
              .distinct()
              .toArray();
      int low = 0;
      int high = steps.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (usable(steps[middle], validation)) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      if (low == steps.length) {
        return Optional.empty();
      }
      double begin = low == 0 ? 0 : steps[low - 1];
      BigDecimal fraction =
          begin == 0
              ? BigDecimal.valueOf(steps[0])
              : new BigDecimal(begin, new MathContext(SIGNIFICANT_DIGITS, RoundingMode.UP));
      while (!usable(fraction.doubleValue(), validation)) {
        fraction = fraction.add(fraction.ulp());
      }
      return Optional.of(fraction.min(BigDecimal.ONE).stripTrailingZeros().toPlainString());
    }

    private boolean usable(double fraction, Validation validation) {
      List<Sample> drawn = draw(fraction);
      return validation == Validation.NONE
          ? hasEveryClass(drawn)
          : GroupDivision.possible(drawn, task);
    }
  }
}
