package org.histofm.testkit;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Task;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;

/** An endless stream that draws from a cohort, with replacement. Immutable. */
public final class CohortStream implements SampleStream {
  private final Cohort cohort;
  private final Seed seed;

  /**
   * @param cohort what is drawn from; at least one sample, all labelled
   * @param seed of the draws
   */
  public CohortStream(Cohort cohort, Seed seed) {
    this.cohort = cohort;
    this.seed = seed;
  }

  @Override
  public String name() {
    return "draws from " + cohort.name();
  }

  @Override
  public Task task() {
    return cohort.task();
  }

  @Override
  public Set<String> groups() {
    return cohort.groups().stream()
        .map(group -> "stream of " + group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public String hash() {
    return new Sha256().add(cohort.hash()).add(Long.toString(seed.value())).hex();
  }

  @Override
  public Facts facts() {
    return Facts.none().with("draws", "with replacement from " + cohort.name());
  }

  @Override
  public Sample sample(long n) {
    if (n < 0) {
      throw new IndexOutOfBoundsException("sample " + n);
    }
    int index = seed.derive("sample " + n).random().nextInt(cohort.size());
    Sample of = cohort.samples().get(index);
    return Sample.of(of.id() + " #" + n, "stream of " + of.group(), of.source(), of.target());
  }
}
