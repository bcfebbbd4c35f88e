package org.histofm.adapter;

import java.util.List;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/**
 * Turns samples into what one backbone reads: pixels after the card's preprocessing, or embeddings,
 * which it keeps so that no sample is embedded twice. Safe for concurrent use; results come in the
 * order of the samples.
 */
public interface SampleReader {
  /**
   * Decodes one sample as it is stored, for people to look at.
   *
   * @throws org.histofm.InputException if it cannot be decoded
   */
  RgbImage image(Sample sample);

  /**
   * Decodes samples and applies the card's resize and crop: 8-bit, not yet normalised.
   *
   * @throws org.histofm.InputException naming the sample that cannot be decoded
   * @throws IllegalArgumentException if there is no sample
   */
  PixelBatch pixels(List<Sample> samples);

  /**
   * Decodes samples as {@link #pixels} does, augments them, and hands them out in batches, made
   * ahead on other threads. What becomes of the i-th sample is a function of (seed, i) and the
   * sample, whatever the threads and the size of batches.
   *
   * @param order samples in the order in which they are wanted; one may stand more than once. It is
   *     not copied, and may make its samples on demand: {@code get} is called once for each place,
   *     by the threads that make batches, and not before the place comes into their look-ahead
   * @param batchSize samples in a batch, at least 1; the last batch may be smaller
   * @return the batches, none if there is no sample; the caller closes them
   * @throws IllegalArgumentException if {@code batchSize} is below 1, or a batch does not fit one
   *     array
   */
  PixelStream batches(List<Sample> order, int batchSize, Augmentation augmentation, Seed seed);

  /**
   * The embeddings of samples, one row each.
   *
   * @throws org.histofm.InputException naming the sample that cannot be decoded
   */
  EmbeddingMatrix embeddings(List<Sample> samples, Progress progress);

  /**
   * Tries to decode every sample and returns those that cannot be, in order: what a run checks
   * before it begins.
   */
  List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress);
}
