package org.histofm.dataset;

import java.util.Set;
import org.histofm.provenance.Facts;

/**
 * An endless row of labelled samples to train on, such as tiles that are drawn from slides while a
 * model learns. There is no list of them: each is made when it is asked for.
 *
 * <p>Safe for concurrent use. Equal streams, those of equal {@link #hash}, give equal samples, so
 * how far a training has come is told by a number.
 */
public interface SampleStream {
  /** Name of the data, for messages and reports. */
  String name();

  /** What is asked about every sample. */
  Task task();

  /**
   * The groups that samples come from, sorted: what must not stand on the other side of a split.
   */
  Set<String> groups();

  /** SHA-256 of all that the samples depend on: data, settings, seed. */
  String hash();

  /** How the samples are made, for reports. */
  Facts facts();

  /**
   * Makes one sample, labelled as {@link #task} asks, its pixels in memory. A function of {@code n}
   * alone, whatever was asked before and by whom.
   *
   * @param n which one, from 0
   * @throws org.histofm.InputException if it cannot be read
   * @throws IndexOutOfBoundsException if {@code n} is negative
   */
  Sample sample(long n);
}
