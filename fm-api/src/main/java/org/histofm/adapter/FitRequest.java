package org.histofm.adapter;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Task;
import org.jspecify.annotations.Nullable;

/**
 * All that an adapter may see while it fits: never test data. Immutable; borrows the backbone,
 * reader and folder.
 */
public final class FitRequest {
  private final Backbone backbone;
  private final SampleReader reader;
  private final Cohort train;
  private final Cohort validation;
  private final Seed seed;
  private final Path runDirectory;
  private final int epochSamples;
  private final Progress progress;
  private final @Nullable SampleStream stream;

  private FitRequest(
      Backbone backbone,
      SampleReader reader,
      Cohort train,
      Cohort validation,
      Seed seed,
      Path runDirectory,
      int epochSamples,
      Progress progress,
      @Nullable SampleStream stream) {
    this.backbone = backbone;
    this.reader = reader;
    this.train = train;
    this.validation = validation;
    this.seed = seed;
    this.runDirectory = runDirectory;
    this.epochSamples = epochSamples;
    this.progress = progress;
    this.stream = stream;
  }

  /**
   * A request with no validation data, seed 0, epochs of the size of {@code train}, and no progress
   * sink.
   *
   * @param backbone the opened backbone
   * @param reader reads samples for that backbone
   * @param train labelled samples, every class present
   * @param runDirectory an existing folder that the adapter may write in
   */
  public static FitRequest of(
      Backbone backbone, SampleReader reader, Cohort train, Path runDirectory) {
    return new FitRequest(
        Objects.requireNonNull(backbone),
        Objects.requireNonNull(reader),
        train,
        train.withSamples(List.of()),
        Seed.of(0),
        Objects.requireNonNull(runDirectory),
        train.samples().size(),
        Progress.NONE,
        null);
  }

  /** A copy with labelled samples on which settings are chosen; they share no group with train. */
  public FitRequest withValidation(Cohort cohort) {
    return new FitRequest(
        backbone, reader, train, cohort, seed, runDirectory, epochSamples, progress, stream);
  }

  /** A copy with another training seed. */
  public FitRequest withSeed(Seed other) {
    return new FitRequest(
        backbone,
        reader,
        train,
        validation,
        Objects.requireNonNull(other),
        runDirectory,
        epochSamples,
        progress,
        stream);
  }

  /**
   * A copy whose epochs count as many samples as this, whatever the size of {@link #train}: so that
   * fits on fractions of one training set take equally many optimiser steps.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public FitRequest withEpochSamples(int samples) {
    if (samples < 1) {
      throw new IllegalArgumentException("an epoch has at least 1 sample, got " + samples);
    }
    return new FitRequest(
        backbone, reader, train, validation, seed, runDirectory, samples, progress, stream);
  }

  /**
   * A copy that learns from an endless stream in place of {@link #train}, which becomes empty: an
   * adapter that knows of no streams then finds nothing to learn from, and says so.
   *
   * @throws IllegalArgumentException if the stream has another task than {@link #train}
   */
  public FitRequest withTrainingStream(SampleStream samples) {
    if (!samples.task().equals(train.task())) {
      throw new IllegalArgumentException(
          "stream "
              + samples.name()
              + " asks for "
              + samples.task()
              + ", the request for "
              + train.task());
    }
    return new FitRequest(
        backbone,
        reader,
        train.withSamples(List.of()),
        validation,
        seed,
        runDirectory,
        epochSamples,
        progress,
        samples);
  }

  /** A copy that reports its progress. */
  public FitRequest withProgress(Progress sink) {
    return new FitRequest(
        backbone,
        reader,
        train,
        validation,
        seed,
        runDirectory,
        epochSamples,
        Objects.requireNonNull(sink),
        stream);
  }

  /** The opened backbone. */
  public Backbone backbone() {
    return backbone;
  }

  /** Reads samples for {@link #backbone}. */
  public SampleReader reader() {
    return reader;
  }

  /** Labelled samples to fit on; none if there is a {@link #trainingStream}. */
  public Cohort train() {
    return train;
  }

  /** What to learn from in place of {@link #train}, an epoch after the other. */
  public Optional<SampleStream> trainingStream() {
    return Optional.ofNullable(stream);
  }

  /** Labelled samples on which settings are chosen; may be empty. */
  public Cohort validation() {
    return validation;
  }

  /** What is asked. */
  public Task task() {
    return train.task();
  }

  /** Seed of all randomness in the fit. */
  public Seed seed() {
    return seed;
  }

  /** Folder that the adapter may write in. */
  public Path runDirectory() {
    return runDirectory;
  }

  /** Samples in an epoch. */
  public int epochSamples() {
    return epochSamples;
  }

  /** Where progress goes. */
  public Progress progress() {
    return progress;
  }
}
