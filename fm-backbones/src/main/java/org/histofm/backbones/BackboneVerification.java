package org.histofm.backbones;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.DenseBackbone;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.timm.TimmConfig;
import org.histofm.backbones.weights.SafetensorsFile;
import org.histofm.backbones.weights.TensorEntry;
import org.histofm.backbones.weights.TimmWeights;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;

/**
 * Compares HistoFM with Python: the same weights and pixels, what timm computed against what is
 * computed here.
 *
 * <p>The reference is a safetensors file with {@code pixels} [n, 3, h, w], normalised; {@code
 * embedding} [n, d], timm's {@code forward_head(forward_features(x), pre_logits=True)}; and, if it
 * likes, {@code tokens} [n, t, d], its {@code forward_features(x)}.
 *
 * <p>Limits, Δ being the difference of a row from its reference row:
 *
 * <table>
 * <caption>Limits of a row</caption>
 * <tr><th>float32</th><th>bfloat16</th></tr>
 * <tr><td>‖Δ‖ ≤ 2e-5 ‖ref‖</td><td>‖Δ‖ ≤ 0.03 ‖ref‖</td></tr>
 * <tr><td>max|Δ| ≤ 1e-4 max(1, rms(ref))</td><td>cosine ≥ 0.999</td></tr>
 * <tr><td></td><td>‖Δ‖ ≤ 0.3 ‖ref − batch mean of ref‖</td></tr>
 * </table>
 *
 * <p>The last one keeps an output that does not depend on the image from passing; it needs two
 * images. A row is an image's embedding, or one token of an image; only the last criterion takes
 * all tokens of an image together, with the batch mean per position, since a register token that
 * hardly depends on the image has no spread of its own to be measured by.
 */
public final class BackboneVerification {
  private static final double FP32_RELATIVE = 2e-5;
  private static final double FP32_LARGEST = 1e-4;
  private static final double BF16_COSINE = 0.999;
  private static final double BF16_RELATIVE = 0.03;
  private static final double BF16_OF_SPREAD = 0.3;

  /** Images compared at a time. */
  private static final int PIECE = 16;

  /**
   * One criterion.
   *
   * @param output {@code embedding} or {@code tokens}
   * @param criterion what was measured, such as {@code norm(d)/norm(ref)}; d is the difference
   * @param worst its worst figure over all rows; NaN if the output was not finite
   * @param limit bound of the figure, from below if {@code atLeast}
   * @param atLeast whether the figure must reach the limit instead of staying below
   * @param row where the worst figure was found
   */
  public record Figure(
      String output, String criterion, double worst, double limit, boolean atLeast, String row) {
    /** Whether the figure keeps its limit. */
    public boolean within() {
      return atLeast ? worst >= limit : worst <= limit;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s %s %s (%s %s)%s %s",
          output,
          criterion,
          atLeast ? String.format(Locale.ROOT, "%.7f", worst) : scientific(worst),
          atLeast ? "at least" : "at most",
          atLeast ? Double.toString(limit) : scientific(limit),
          row.isEmpty() ? "" : ", worst at " + row + ",",
          within() ? "within" : "OUTSIDE");
    }

    private static String scientific(double value) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
  }

  /**
   * Outcome of a comparison.
   *
   * @param architecture timm's name
   * @param precision what was computed in and judged by: FP32 or BF16
   * @param images number of images
   * @param figures every criterion that applied
   * @param notes what was ignored, assumed or could not be judged
   * @param facts how it was computed
   */
  public record Report(
      String architecture,
      Precision precision,
      int images,
      List<Figure> figures,
      List<String> notes,
      Facts facts) {
    /** Copies the lists. */
    public Report {
      figures = List.copyOf(figures);
      notes = List.copyOf(notes);
    }

    /** Whether every figure keeps its limit. */
    public boolean within() {
      return figures.stream().allMatch(Figure::within);
    }

    /** The report for a terminal: verdict, figures, notes, facts. */
    public List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(
          String.format(
              Locale.ROOT,
              "%s in %s, %d image%s: %s",
              architecture,
              precision == Precision.BF16 ? "bfloat16" : "float32",
              images,
              images == 1 ? "" : "s",
              within() ? "within tolerance" : "OUTSIDE tolerance"));
      figures.forEach(figure -> lines.add("  " + figure));
      notes.forEach(note -> lines.add("note: " + note));
      facts.asMap().forEach((name, value) -> lines.add(name + ": " + value));
      return lines;
    }

    @Override
    public String toString() {
      return String.join("\n", lines());
    }
  }

  private BackboneVerification() {}

  /** As the longer form, with default settings. */
  public static Report compare(Path config, Path weights, Path reference, Precision precision) {
    return compare(
        config, weights, reference, precision, Options.none(), EngineSettings.defaults());
  }

  /**
   * Opens a backbone, computes the reference's pixels and judges the result.
   *
   * @param config as {@link TimmConfig#read} takes it
   * @param weights as {@link TimmWeights#open} takes them
   * @param reference see above
   * @param precision AUTO is judged by the limits of what it turns out to be
   * @param options {@code batch} and {@code variant}
   * @param settings of the engine
   * @throws org.histofm.InputException if a file is missing, damaged, or does not fit the others
   * @throws org.histofm.EnvironmentException if the engine cannot run here
   */
  public static Report compare(
      Path config,
      Path weights,
      Path reference,
      Precision precision,
      Options options,
      EngineSettings settings) {
    TimmConfig timm = TimmConfig.read(config);
    try (TimmWeights parameters = TimmWeights.open(weights, timm.shape());
        SafetensorsFile file = SafetensorsFile.open(reference)) {
      ReferenceFile expected = ReferenceFile.of(file, timm.shape());
      List<String> notes = new ArrayList<>(timm.notes());
      notes.addAll(parameters.notes());
      notes.addAll(expected.notes());
      BackboneRequest request =
          BackboneRequest.of(timm.id(), Weights.file(weights))
              .withPrecision(precision)
              .withOptions(options);
      try (DenseBackbone backbone =
          VitBackbone.open(timm.card(), timm.shape(), () -> parameters, request, settings)) {
        boolean bf16 = Objects.equals(backbone.facts().asMap().get("precision"), "bfloat16");
        List<Figure> figures = new Comparison(expected, backbone, bf16).run(notes);
        return new Report(
            timm.architecture(),
            bf16 ? Precision.BF16 : Precision.FP32,
            expected.images(),
            figures,
            notes,
            backbone.facts().with("weights", backbone.weightsHash()));
      }
    }
  }

  /**
   * Figures of an output by the criteria of a precision.
   *
   * @param comparable whether there are two images, so that there is a spread
   */
  static List<Figure> figures(
      String output, RowDeviation deviation, boolean bf16, boolean comparable) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        figure(
            output,
            "norm(d)/norm(ref)",
            deviation.relative,
            bf16 ? BF16_RELATIVE : FP32_RELATIVE,
            false));
    if (!bf16) {
      figures.add(
          figure(output, "max|d|/max(1, rms(ref))", deviation.largest, FP32_LARGEST, false));
      return figures;
    }
    figures.add(figure(output, "cosine", deviation.cosine, BF16_COSINE, true));
    if (comparable) {
      figures.add(
          figure(
              output, "norm(d)/norm(ref - batch mean)", deviation.ofSpread, BF16_OF_SPREAD, false));
    }
    return figures;
  }

  private static Figure figure(
      String output, String criterion, RowDeviation.Worst worst, double limit, boolean atLeast) {
    return new Figure(output, criterion, worst.value(), limit, atLeast, worst.row());
  }

  /** One pass over the images in pieces, so that memory does not grow with their number. */
  private static final class Comparison {
    private final ReferenceFile expected;
    private final DenseBackbone backbone;
    private final boolean bf16;
    private final RowDeviation embedding = new RowDeviation();
    private final RowDeviation control = new RowDeviation();
    private final RowDeviation tokens = new RowDeviation();

    Comparison(ReferenceFile expected, DenseBackbone backbone, boolean bf16) {
      this.expected = expected;
      this.backbone = backbone;
      this.bf16 = bf16;
    }

    List<Figure> run(List<String> notes) {
      boolean comparable = expected.images() > 1;
      TensorEntry tokenEntry = expected.tokens();
      double[] mean = mean(expected.embedding());
      float[] meanRow = new float[mean.length];
      for (int i = 0; i < mean.length; i++) {
        meanRow[i] = (float) mean[i];
      }
      double[] tokenMean = tokenEntry == null || !bf16 ? new double[0] : mean(tokenEntry);
      for (int first = 0; first < expected.images(); first += PIECE) {
        int count = Math.min(PIECE, expected.images() - first);
        PixelBatch pixels =
            PixelBatch.ofFloats(
                count,
                Math.toIntExact(expected.pixels().shape().get(2)),
                Math.toIntExact(expected.pixels().shape().get(3)),
                expected.read(expected.pixels(), first, count));
        float[] ours = backbone.embed(pixels).toArray();
        float[] reference = expected.read(expected.embedding(), first, count);
        for (int i = 0; i < count; i++) {
          String row = "image " + (first + i);
          int at = i * mean.length;
          embedding.addRow(row, ours, at, reference, at, mean.length);
          embedding.addSpread(row, ours, at, reference, at, mean);
          control.addRow(row, meanRow, 0, reference, at, mean.length);
          control.addSpread(row, meanRow, 0, reference, at, mean);
        }
        if (tokenEntry != null) {
          compareTokens(tokenEntry, first, count, pixels, tokenMean);
        }
      }
      List<Figure> figures = new ArrayList<>(figures("embedding", embedding, bf16, comparable));
      if (tokenEntry != null) {
        figures.addAll(figures("tokens", tokens, bf16, comparable));
      }
      if (!comparable) {
        notes.add(
            "one image cannot show that the output depends on it"
                + (bf16 ? ": norm(d)/norm(ref - batch mean) was not judged." : "."));
      } else if (figures("control", control, bf16, true).stream().allMatch(Figure::within)) {
        notes.add(
            "the batch mean in place of every embedding would pass too: this reference hardly"
                + " tells its images apart, and proves little.");
      }
      return figures;
    }

    private double[] mean(TensorEntry entry) {
      int width = Math.toIntExact(entry.elements() / expected.images());
      double[] sum = new double[width];
      for (int image = 0; image < expected.images(); image++) {
        float[] values = expected.read(entry, image, 1);
        for (int i = 0; i < width; i++) {
          sum[i] += values[i];
        }
      }
      for (int i = 0; i < width; i++) {
        sum[i] /= expected.images();
      }
      return sum;
    }

    private void compareTokens(
        TensorEntry entry, int first, int count, PixelBatch pixels, double[] mean) {
      float[] ours = backbone.tokens(pixels).toArray();
      float[] reference = expected.read(entry, first, count);
      int perImage = Math.toIntExact(entry.shape().get(1));
      int dim = Math.toIntExact(entry.shape().get(2));
      for (int i = 0; i < count * perImage; i++) {
        String row = "image " + (first + i / perImage) + ", token " + i % perImage;
        tokens.addRow(row, ours, i * dim, reference, i * dim, dim);
      }
      for (int i = 0; bf16 && i < count; i++) {
        int at = i * mean.length;
        tokens.addSpread("image " + (first + i), ours, at, reference, at, mean);
      }
    }
  }
}
