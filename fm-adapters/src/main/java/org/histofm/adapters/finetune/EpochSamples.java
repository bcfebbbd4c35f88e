package org.histofm.adapters.finetune;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.histofm.adapters.internal.ClassLabels;
import org.histofm.dataset.Sample;

/**
 * The samples of one epoch, made on demand by the threads of the sample reader; of each it notes
 * label and id until the batch is learnt from, so no pixels are kept and no sample is made twice.
 * Safe for concurrent use.
 */
final class EpochSamples extends AbstractList<Sample> {
  private record Note(int label, String id) {}

  private final int size;
  private final IntFunction<Sample> source;
  private final List<String> classes;
  private final Map<Integer, Note> notes = new ConcurrentHashMap<>();

  /**
   * @param source the sample at each place, from 0 to below {@code size}; safe for concurrent use
   */
  EpochSamples(int size, List<String> classes, IntFunction<Sample> source) {
    this.size = size;
    this.source = source;
    this.classes = classes;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Sample get(int place) {
    Sample sample = source.apply(place);
    int label = ClassLabels.of(Collections.singletonList(sample), classes, "training")[0];
    notes.put(place, new Note(label, sample.id()));
    return sample;
  }

  /** Class indices and ids of samples that were made. */
  record Batch(List<Integer> labels, List<String> ids) {
    int[] labelArray() {
      return labels.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /**
   * Takes the notes of the places from {@code from} to before {@code to}.
   *
   * @throws IllegalStateException if the reader made a tile without asking for its sample
   */
  Batch take(int from, int to) {
    List<Integer> labels = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int place = from; place < to; place++) {
      Note note = notes.remove(place);
      if (note == null) {
        throw new IllegalStateException(
            "the sample reader gave a tile for sample " + place + ", which it never asked for");
      }
      labels.add(note.label());
      ids.add(note.id());
    }
    return new Batch(List.copyOf(labels), List.copyOf(ids));
  }
}
