package org.histofm.dataset;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A split that came with a data set. Samples in neither part are left out.
 *
 * @param name how the user asks for it
 * @param train sample ids of the training part
 * @param test sample ids of the test part
 */
public record PublishedSplit(String name, Set<String> train, Set<String> test) {
  /** Copies both parts, sorted. */
  public PublishedSplit {
    train = Collections.unmodifiableSet(new TreeSet<>(train));
    test = Collections.unmodifiableSet(new TreeSet<>(test));
  }
}
