package org.histofm.eval.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.Progress;
import org.histofm.adapter.Adapter;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.Prediction;
import org.histofm.adapter.PredictionSink;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.provenance.Facts;

/** The smallest honest adapter: classes by their mean embedding. Counts its fits. */
public class NearestCentroid implements Adapter {
  private final AtomicInteger fits = new AtomicInteger();
  private final Facts facts;
  private final List<String> warnings;
  private final int dims;
  private volatile int failAtFit = Integer.MAX_VALUE;

  public NearestCentroid() {
    this(Facts.none(), List.of());
  }

  /** One that also says this of every fit. */
  public NearestCentroid(Facts facts, List<String> warnings) {
    this(facts, warnings, Integer.MAX_VALUE);
  }

  private NearestCentroid(Facts facts, List<String> warnings, int dims) {
    this.facts = facts;
    this.warnings = warnings;
    this.dims = dims;
  }

  /** One that sees only so many values of an embedding, and so differs from the others. */
  public static NearestCentroid seeing(int dims) {
    return new NearestCentroid(Facts.none(), List.of(), dims);
  }

  /** Makes fit number {@code n}, counted from 1, fail after half of its work. */
  void failAt(int n) {
    failAtFit = n;
  }

  int fits() {
    return fits.get();
  }

  @Override
  public boolean supports(Task task) {
    return task instanceof Task.Classification;
  }

  @Override
  public boolean needsValidation() {
    return false;
  }

  @Override
  public FittedAdapter fit(FitRequest request) {
    int fit = fits.incrementAndGet();
    Task.Classification task = (Task.Classification) request.task();
    List<Sample> samples = request.train().samples();
    EmbeddingMatrix rows = request.reader().embeddings(samples, request.progress());
    double[][] centroids = new double[task.classes().size()][Math.min(dims, rows.dim())];
    int[] counts = new int[task.classes().size()];
    for (int i = 0; i < samples.size(); i++) {
      int c = task.indexOf(samples.get(i).label());
      counts[c]++;
      for (int d = 0; d < centroids[c].length; d++) {
        centroids[c][d] += rows.get(i, d);
      }
    }
    for (int c = 0; c < counts.length; c++) {
      for (int d = 0; d < centroids[c].length; d++) {
        centroids[c][d] /= counts[c];
      }
    }
    if (fit == failAtFit) {
      throw new IllegalStateException("killed at fit " + fit);
    }
    return new Fitted(centroids, facts.with("train samples", "" + samples.size()), warnings);
  }

  private static final class Fitted implements FittedAdapter {
    private final double[][] centroids;
    private final Facts facts;
    private final List<String> warnings;

    Fitted(double[][] centroids, Facts facts, List<String> warnings) {
      this.centroids = centroids;
      this.facts = facts;
      this.warnings = warnings;
    }

    @Override
    public Facts facts() {
      return facts;
    }

    @Override
    public List<String> warnings() {
      return warnings;
    }

    @Override
    public void predict(
        List<Sample> samples, SampleReader reader, PredictionSink sink, Progress progress) {
      List<String> labelled = new ArrayList<>();
      for (Sample sample : samples) {
        if (!(sample.target() instanceof Target.None)) {
          labelled.add(sample.id());
        }
      }
      if (!labelled.isEmpty()) {
        throw new IllegalStateException("labels came along: " + labelled);
      }
      EmbeddingMatrix rows = reader.embeddings(samples, progress);
      for (int i = 0; i < rows.rows(); i++) {
        double[] scores = new double[centroids.length];
        double sum = 0;
        for (int c = 0; c < scores.length; c++) {
          double distance = 0;
          for (int d = 0; d < centroids[c].length; d++) {
            double delta = rows.get(i, d) - centroids[c][d];
            distance += delta * delta;
          }
          scores[c] = StrictMath.exp(-20 * distance);
          sum += scores[c];
        }
        for (int c = 0; c < scores.length; c++) {
          scores[c] = sum > 0 ? scores[c] / sum : 1.0 / scores.length;
        }
        sink.accept(Prediction.ofClassScores(samples.get(i).id(), scores));
      }
    }

    @Override
    public void save(Path folder) {
      throw new AssertionError("an experiment saves no adapter");
    }

    @Override
    public void close() {}
  }
}
