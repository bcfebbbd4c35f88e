package org.histofm.eval.split;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.PublishedSplit;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.provenance.Sha256;

/**
 * One division of a cohort: a development part and a test part of the train domain, and every other
 * domain as a test of its own.
 *
 * <p>No group (patient, else slide) stands in development and in a test part at once; a published
 * split that breaks this opens only by {@link #publishedDespiteLeak}. A group of the development
 * part that also has samples in another domain, as when one slide was scanned twice, loses those
 * samples: they are left out, and {@link #warnings} counts them.
 *
 * <p>Samples are taken by id, so the order of the cohort does not matter; every part is sorted by
 * id. Immutable.
 */
public final class Fold {
  /** Share of the train domain's samples that {@link #byGroup} puts into the test part. */
  public static final double TEST_SHARE = 0.2;

  private static final int NAMED = 5;
  private static final String SPLIT_GROUPS = "Split whole groups with Fold.byGroup.";

  private final String trainDomain;
  private final Cohort development;
  private final Cohort test;
  private final SortedMap<String, Cohort> outOfDomain;
  private final List<String> warnings;
  private final boolean leaks;

  /**
   * Every fold passes here, whatever made it.
   *
   * @throws InputException if a group stands on both sides; only a leak between development and
   *     test of the train domain can be {@code opened}
   */
  private Fold(
      Cohort cohort,
      String trainDomain,
      List<Sample> development,
      List<Sample> test,
      SortedMap<String, List<Sample>> outOfDomain,
      List<String> warnings,
      boolean opened,
      String wayOut) {
    String fold = "the fold for domain " + trainDomain + " of " + cohort.name();
    requireSome(development, "development", fold);
    requireSome(test, "test", fold);
    requireLabels(cohort.samples());
    Map<String, Integer> trained = groupSizes(development);
    String leak = leak(trained, test, "test");
    if (!leak.isEmpty() && !opened) {
      throw new InputException(leak + " in " + fold + ".", wayOut);
    }
    outOfDomain.forEach(
        (domain, samples) -> {
          String farLeak = leak(trained, samples, "domain " + domain);
          if (!farLeak.isEmpty()) {
            throw new InputException(farLeak + " in " + fold + ".", SPLIT_GROUPS);
          }
        });
    List<String> all = new ArrayList<>(warnings);
    this.leaks = !leak.isEmpty();
    if (leaks) {
      String warning = "leaking split, scores are too good: " + leak + " in " + fold;
      if (!all.contains(warning)) {
        all.add(warning);
      }
    }
    this.trainDomain = trainDomain;
    this.development = part(cohort, development);
    this.test = part(cohort, test);
    SortedMap<String, Cohort> far = new TreeMap<>();
    outOfDomain.forEach((domain, samples) -> far.put(domain, part(cohort, samples)));
    this.outOfDomain = Collections.unmodifiableSortedMap(far);
    this.warnings = List.copyOf(all);
  }

  /**
   * Our own split. The test part holds about {@link #TEST_SHARE} of the samples of the train
   * domain, whole groups, chosen by a seeded search for the closest size and class shares (see
   * docs/statistics.md); every class stands in both parts, and in two groups of either part where
   * that can be had. Development is the rest. Every other domain is a test of its own.
   *
   * @param trainDomain one of {@link Cohort#domains()}
   * @param seed the data seed of the run; the stream {@code "split"} below it is used
   * @throws InputException if the domain is unknown, a sample has no class, or no division by group
   *     has every class of the task in both parts
   */
  public static Fold byGroup(Cohort cohort, String trainDomain, Seed seed) {
    List<Sample> near = ofDomain(cohort, trainDomain);
    requireLabels(cohort.samples());
    Task.Classification task = classification(cohort);
    Set<String> testGroups =
        GroupDivision.smallerPart(near, task, TEST_SHARE, 2, seed.derive("split"))
            .orElseThrow(() -> indivisible(near, task, trainDomain));
    List<Sample> test = where(near, s -> testGroups.contains(s.group()));
    List<Sample> development = where(near, s -> !testGroups.contains(s.group()));
    List<String> warnings = new ArrayList<>();
    double share = (double) test.size() / near.size();
    if (Math.abs(share - TEST_SHARE) > TEST_SHARE / 2) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the test part holds %.0f %% of the samples of domain %s, not about %.0f %%: no"
                  + " closer division by whole groups with every class on both sides was found",
              100 * share,
              trainDomain,
              100 * TEST_SHARE));
    }
    SortedMap<String, List<Sample>> far =
        outOfDomain(cohort, trainDomain, development, s -> true, warnings);
    return new Fold(cohort, trainDomain, development, test, far, warnings, false, SPLIT_GROUPS);
  }

  /**
   * The authors' split, restricted to the train domain: development is their training part there,
   * test their test part there. Every other domain is tested on whole, whichever part the authors
   * put its samples into: nothing of it is trained on here. Samples that the authors left out stay
   * out.
   *
   * @throws InputException if the split or the domain is unknown, a part is empty, or a group
   *     stands in both parts
   */
  public static Fold published(Cohort cohort, String splitName, String trainDomain) {
    return published(cohort, splitName, trainDomain, false);
  }

  /**
   * As {@link #published}, but a group may stand in both parts, as the authors had it; {@link
   * #warnings} then says so, and every output repeats it.
   *
   * @throws InputException if the split or the domain is unknown, or a part is empty
   */
  public static Fold publishedDespiteLeak(Cohort cohort, String splitName, String trainDomain) {
    return published(cohort, splitName, trainDomain, true);
  }

  private static Fold published(
      Cohort cohort, String splitName, String trainDomain, boolean opened) {
    PublishedSplit split =
        cohort.publishedSplits().stream()
            .filter(s -> s.name().equals(splitName))
            .findFirst()
            .orElseThrow(() -> unknownSplit(cohort, splitName));
    List<Sample> near = ofDomain(cohort, trainDomain);
    List<Sample> development = where(near, s -> split.train().contains(s.id()));
    List<Sample> test = where(near, s -> split.test().contains(s.id()));
    List<String> warnings = new ArrayList<>();
    SortedMap<String, List<Sample>> far =
        outOfDomain(
            cohort,
            trainDomain,
            development,
            s -> split.train().contains(s.id()) || split.test().contains(s.id()),
            warnings);
    return new Fold(
        cohort,
        trainDomain,
        development,
        test,
        far,
        warnings,
        opened,
        "The published split '"
            + splitName
            + "' leaks: use a split by group, or open it as it is with Fold.publishedDespiteLeak"
            + " (--allow-leak), and every output will warn.");
  }

  /**
   * A fold from stored ids.
   *
   * @param outOfDomainIds ids by domain
   * @param warnings what {@link #warnings} said when the fold was made
   * @throws InputException if an id is not in the cohort or in another domain than claimed, a part
   *     is empty, or a group stands on both sides
   */
  public static Fold of(
      Cohort cohort,
      String trainDomain,
      Collection<String> developmentIds,
      Collection<String> testIds,
      Map<String, ? extends Collection<String>> outOfDomainIds,
      List<String> warnings) {
    return of(cohort, trainDomain, developmentIds, testIds, outOfDomainIds, warnings, false);
  }

  /** As {@link #of}, for a fold whose {@link #leaks} was true. */
  public static Fold ofDespiteLeak(
      Cohort cohort,
      String trainDomain,
      Collection<String> developmentIds,
      Collection<String> testIds,
      Map<String, ? extends Collection<String>> outOfDomainIds,
      List<String> warnings) {
    return of(cohort, trainDomain, developmentIds, testIds, outOfDomainIds, warnings, true);
  }

  private static Fold of(
      Cohort cohort,
      String trainDomain,
      Collection<String> developmentIds,
      Collection<String> testIds,
      Map<String, ? extends Collection<String>> outOfDomainIds,
      List<String> warnings,
      boolean opened) {
    Map<String, Sample> byId =
        cohort.samples().stream().collect(Collectors.toMap(Sample::id, s -> s));
    SortedMap<String, List<Sample>> far = new TreeMap<>();
    outOfDomainIds.forEach((domain, ids) -> far.put(domain, find(byId, ids, domain, cohort)));
    if (far.containsKey(trainDomain)) {
      throw new InputException(
          "the stored split tests on its train domain " + trainDomain + " as an unseen one.",
          "Write the split again.");
    }
    return new Fold(
        cohort,
        trainDomain,
        find(byId, developmentIds, trainDomain, cohort),
        find(byId, testIds, trainDomain, cohort),
        far,
        warnings,
        opened,
        SPLIT_GROUPS);
  }

  private static List<Sample> find(
      Map<String, Sample> byId, Collection<String> ids, String domain, Cohort cohort) {
    List<Sample> found = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String id : new TreeSet<>(ids)) {
      Sample sample = byId.get(id);
      if (sample != null && sample.domain().equals(domain)) {
        found.add(sample);
      } else {
        unknown.add(id);
      }
    }
    if (!unknown.isEmpty()) {
      throw new InputException(
          "the stored split names samples that are not in domain "
              + domain
              + " of "
              + cohort.name()
              + ": "
              + first(unknown)
              + ".",
          "The data changed since the split was drawn: use the data it was drawn from, or draw a"
              + " new split in a new output folder.");
    }
    return found;
  }

  private static List<Sample> ofDomain(Cohort cohort, String domain) {
    List<Sample> near = where(cohort.samples(), s -> s.domain().equals(domain));
    if (near.isEmpty()) {
      throw new InputException(
          cohort.name() + " has no domain '" + domain + "'; it has " + cohort.domains() + ".",
          "Train on one of these.");
    }
    return near;
  }

  private static SortedMap<String, List<Sample>> outOfDomain(
      Cohort cohort,
      String trainDomain,
      List<Sample> development,
      Predicate<Sample> wanted,
      List<String> warnings) {
    Set<String> trained = groupSizes(development).keySet();
    SortedMap<String, List<Sample>> far = new TreeMap<>();
    for (String domain : cohort.domains()) {
      if (domain.equals(trainDomain)) {
        continue;
      }
      List<Sample> all = where(cohort.samples(), s -> s.domain().equals(domain) && wanted.test(s));
      List<Sample> clean = where(all, s -> !trained.contains(s.group()));
      if (clean.size() < all.size()) {
        warnings.add(
            "domain "
                + domain
                + " is tested on without "
                + (all.size() - clean.size())
                + " of its "
                + all.size()
                + " samples: their groups are in development");
      }
      if (!clean.isEmpty()) {
        far.put(domain, clean);
      }
    }
    return far;
  }

  /** One sentence without its end, or empty if no group is on both sides. */
  private static String leak(Map<String, Integer> trained, List<Sample> tested, String where) {
    Map<String, Integer> both = groupSizes(tested);
    both.keySet().retainAll(trained.keySet());
    if (both.isEmpty()) {
      return "";
    }
    List<String> groups = List.copyOf(both.keySet());
    String first = groups.get(0);
    return "group "
        + first
        + " is in development ("
        + samples(trained.getOrDefault(first, 0))
        + ") and "
        + where
        + " ("
        + samples(both.getOrDefault(first, 0))
        + ")"
        + (groups.size() == 1
            ? ""
            : ", and so is each of " + first(groups.subList(1, groups.size())));
  }

  private static String samples(int n) {
    return n == 1 ? "1 sample" : n + " samples";
  }

  private static void requireSome(List<Sample> samples, String part, String fold) {
    if (samples.isEmpty()) {
      throw new InputException(
          "the " + part + " part of " + fold + " is empty.",
          "Train on another domain, or use another split.");
    }
  }

  private static void requireLabels(List<Sample> samples) {
    List<String> unlabelled =
        samples.stream()
            .filter(s -> !(s.target() instanceof Target.ClassLabel))
            .map(Sample::id)
            .sorted()
            .toList();
    if (!unlabelled.isEmpty()) {
      throw new InputException(
          samples(unlabelled.size()) + " without a class: " + first(unlabelled) + ".",
          "Label them, or take them out of the data set.");
    }
  }

  private static InputException unknownSplit(Cohort cohort, String splitName) {
    List<String> names = cohort.publishedSplits().stream().map(PublishedSplit::name).toList();
    return new InputException(
        cohort.name()
            + " has no published split '"
            + splitName
            + "'; "
            + (names.isEmpty() ? "it has none." : "it has " + names + "."),
        names.isEmpty() ? "Use a split by group." : "Use one of these, or a split by group.");
  }

  private static InputException indivisible(
      List<Sample> near, Task.Classification task, String domain) {
    for (String name : task.classes()) {
      Map<String, Integer> groups = groupSizes(where(near, s -> s.label().equals(name)));
      if (groups.size() < 2) {
        return new InputException(
            "domain "
                + domain
                + (groups.isEmpty()
                    ? " has no sample of class '" + name + "'."
                    : " has class '"
                        + name
                        + "' in one group only, "
                        + groups.keySet().iterator().next()
                        + "; development and test need a group each."),
            "Train on another domain, or add groups with this class.");
      }
    }
    return new InputException(
        "the groups of domain "
            + domain
            + " cannot be divided so that every class of "
            + task.classes()
            + " is in development and in test.",
        "Train on another domain, or add groups.");
  }

  static Task.Classification classification(Cohort cohort) {
    if (cohort.task() instanceof Task.Classification task) {
      return task;
    }
    throw new AssertionError(cohort.task());
  }

  private static Map<String, Integer> groupSizes(List<Sample> samples) {
    Map<String, Integer> sizes = new TreeMap<>();
    samples.forEach(s -> sizes.merge(s.group(), 1, Integer::sum));
    return sizes;
  }

  private static List<Sample> where(List<Sample> samples, Predicate<Sample> wanted) {
    return samples.stream().filter(wanted).toList();
  }

  private static Cohort part(Cohort cohort, List<Sample> samples) {
    return cohort.withSamples(samples.stream().sorted(Comparator.comparing(Sample::id)).toList());
  }

  private static String first(List<String> names) {
    return names.size() <= NAMED
        ? names.toString()
        : names.subList(0, NAMED) + " and " + (names.size() - NAMED) + " more";
  }

  /** What adapters may see: training and validation are drawn from it. */
  public Cohort development() {
    return development;
  }

  /** The held-out samples of the train domain. */
  public Cohort test() {
    return test;
  }

  /** Every other domain, by name; unmodifiable. */
  public SortedMap<String, Cohort> outOfDomain() {
    return outOfDomain;
  }

  /** The domain that is trained on. */
  public String trainDomain() {
    return trainDomain;
  }

  /** What every output repeats; empty for an ordinary fold. */
  public List<String> warnings() {
    return warnings;
  }

  /** Whether a group stands in development and test, as an opened published split may have it. */
  public boolean leaks() {
    return leaks;
  }

  /** SHA-256 over the train domain and the sorted ids of every part. */
  public String hash() {
    Sha256 hash = new Sha256().add(trainDomain);
    add(hash, "development", development);
    add(hash, "test", test);
    outOfDomain.forEach((domain, cohort) -> add(hash, "domain " + domain, cohort));
    return hash.hex();
  }

  private static void add(Sha256 hash, String part, Cohort cohort) {
    hash.add(part).add(Integer.toString(cohort.size()));
    cohort.samples().forEach(s -> hash.add(s.id()));
  }

  @Override
  public String toString() {
    return "Fold of "
        + trainDomain
        + ": "
        + development.size()
        + " development, "
        + test.size()
        + " test, other domains "
        + outOfDomain.keySet();
  }
}
