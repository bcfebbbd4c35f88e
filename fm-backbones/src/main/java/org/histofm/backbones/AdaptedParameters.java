package org.histofm.backbones;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.program.VitTraining;
import org.histofm.provenance.Sha256;

/**
 * The parameters of a backbone after training: trained ones in place of the base's, and low-rank
 * adapters merged, W + (alpha / rank) · B A in float32. Owns both sources.
 *
 * @see "PEFT's merge_and_unload"
 */
final class AdaptedParameters implements ParameterSource {
  private static final String WEIGHT = ".weight";

  private final ParameterSource base;
  private final Tuning tuning;
  private final ParameterSource values;
  private final Map<String, ParameterSpec> trained = new LinkedHashMap<>();
  private final String hash;

  /**
   * @param trained what was trained
   * @param values reads it
   */
  AdaptedParameters(
      ParameterSource base, Tuning tuning, List<ParameterSpec> trained, ParameterSource values) {
    this.base = base;
    this.tuning = tuning;
    this.values = values;
    trained.forEach(spec -> this.trained.put(spec.name(), spec));
    Sha256 sum = new Sha256().add("adapted 1").add(base.hash()).add(tuning.describe());
    for (ParameterSpec spec : trained) {
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.toIntExact(Float.BYTES * spec.count()))
              .order(ByteOrder.LITTLE_ENDIAN);
      values.read(spec, bytes.asFloatBuffer());
      sum.add(spec.name()).add(bytes);
    }
    hash = sum.hex();
  }

  /**
   * Of a file that a session has saved.
   *
   * @param base is closed if the file cannot be used
   * @throws org.histofm.InputException if it is damaged, or belongs to another tuning or base
   */
  static AdaptedParameters of(ParameterSource base, VitShape shape, Tuning tuning, Path file) {
    try {
      List<ParameterSpec> trained = VitTraining.trained(shape, tuning);
      return new AdaptedParameters(
          base, tuning, trained, TrainedFile.open(file, base.hash(), tuning, trained));
    } catch (RuntimeException | Error e) {
      base.close();
      throw e;
    }
  }

  @Override
  public String hash() {
    return hash;
  }

  /** Whether the base is random: what was trained since is no pretraining. */
  @Override
  public boolean random() {
    return base.random();
  }

  @Override
  public void read(ParameterSpec spec, FloatBuffer target) {
    if (trained.containsKey(spec.name())) {
      values.read(spec, target);
      return;
    }
    int from = target.position();
    base.read(spec, target);
    if (tuning instanceof Tuning.Lora lora && spec.name().endsWith(WEIGHT)) {
      String layer = spec.name().substring(0, spec.name().length() - WEIGHT.length());
      ParameterSpec down = trained.get(layer + ".lora_A.weight");
      if (down != null) {
        ParameterSpec up = Objects.requireNonNull(trained.get(layer + ".lora_B.weight"));
        merge(target, from, read(down), read(up), lora);
      }
    }
  }

  private float[] read(ParameterSpec spec) {
    float[] all = new float[Math.toIntExact(spec.count())];
    values.read(spec, FloatBuffer.wrap(all));
    return all;
  }

  /** Adds (alpha / rank) · B A to W [outputs, inputs], which begins at {@code from}. */
  private static void merge(
      FloatBuffer target, int from, float[] down, float[] up, Tuning.Lora lora) {
    int rank = lora.rank();
    int inputs = down.length / rank;
    float scale = (float) (lora.alpha() / rank);
    float[] row = new float[inputs];
    float[] change = new float[inputs];
    for (int output = 0; output < up.length / rank; output++) {
      Arrays.fill(change, 0);
      for (int r = 0; r < rank; r++) {
        float factor = up[output * rank + r];
        int offset = r * inputs;
        for (int i = 0; i < inputs; i++) {
          change[i] += factor * down[offset + i];
        }
      }
      target.get(from + output * inputs, row);
      for (int i = 0; i < inputs; i++) {
        row[i] += scale * change[i];
      }
      target.put(from + output * inputs, row);
    }
  }

  @Override
  public void close() {
    base.close();
    values.close();
  }
}
