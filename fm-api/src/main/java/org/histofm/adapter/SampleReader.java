package org.histofm.adapter;

import java.util.List;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
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
