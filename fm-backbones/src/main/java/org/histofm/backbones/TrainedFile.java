package org.histofm.backbones;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.histofm.InputException;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.weights.SafetensorsFile;
import org.histofm.backbones.weights.SafetensorsOutput;
import org.histofm.backbones.weights.TensorEntry;
import org.histofm.provenance.Sha256;

/**
 * What a training session leaves on disk: a safetensors file of the trained parameters by name, in
 * a saved state also of their moments ({@code <name>.exp_avg, <name>.exp_avg_sq}). Its metadata
 * name the format, the tuning, the base's hash, the number of steps, and a checksum.
 */
final class TrainedFile implements ParameterSource {
  /** Behind the name of a parameter, that of its first moment; PyTorch's word. */
  static final String FIRST = ".exp_avg";

  /** Behind the name of a parameter, that of its second moment; PyTorch's word. */
  static final String SECOND = ".exp_avg_sq";

  private static final String FORMAT = "histofm trained parameters 1";
  private static final String ELSE = "Name a file that a session of this backbone has written.";

  private final SafetensorsFile file;

  private TrainedFile(SafetensorsFile file) {
    this.file = file;
  }

  /** Writes a file; it appears whole or not at all. */
  static void write(
      Path path,
      String baseHash,
      Tuning tuning,
      long steps,
      List<SafetensorsOutput.Tensor> tensors) {
    Map<String, String> metadata =
        Map.of(
            "format", FORMAT,
            "tuning", tuning.describe(),
            "base", baseHash,
            "steps", Long.toString(steps),
            "sha256", checksum(steps, tensors));
    SafetensorsOutput.write(path, metadata, tensors);
  }

  private static String checksum(long steps, List<SafetensorsOutput.Tensor> tensors) {
    Sha256 sum = new Sha256().add(Long.toString(steps));
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (SafetensorsOutput.Tensor tensor : tensors) {
      sum.add(tensor.name());
      FloatBuffer values = tensor.values().duplicate();
      while (values.hasRemaining()) {
        int count = Math.min(values.remaining(), bytes.capacity() / Float.BYTES);
        bytes.clear().asFloatBuffer().put(values.slice(values.position(), count));
        values.position(values.position() + count);
        sum.add(bytes.limit(count * Float.BYTES));
      }
    }
    return sum.hex();
  }

  private static void requireIntact(SafetensorsFile file) {
    Sha256 sum = new Sha256().add(file.metadata().getOrDefault("steps", ""));
    for (TensorEntry tensor : file.tensors()) {
      float[] values = file.readAll(tensor);
      ByteBuffer bytes =
          ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      sum.add(tensor.name()).add(bytes);
    }
    if (!sum.hex().equals(file.metadata().get("sha256"))) {
      throw new InputException(
          file.path() + " is damaged: its checksum is wrong.", "Copy it again, or train again.");
    }
  }

  /**
   * Opens a file that has at least {@code tensors}.
   *
   * @throws InputException if it is damaged, or belongs to another tuning or base
   */
  static TrainedFile open(Path path, String baseHash, Tuning tuning, List<ParameterSpec> tensors) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      require(path, "format", FORMAT, file);
      require(path, "tuning", tuning.describe(), file);
      require(path, "base", baseHash, file);
      List<String> missing = new ArrayList<>();
      for (ParameterSpec spec : tensors) {
        if (file.find(spec.name()).filter(t -> t.shape().equals(spec.shape())).isEmpty()) {
          missing.add(spec.name());
        }
      }
      if (!missing.isEmpty()) {
        throw new InputException(path + " lacks " + String.join(", ", missing) + ".", ELSE);
      }
      requireIntact(file);
      return new TrainedFile(file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static void require(Path path, String name, String expected, SafetensorsFile file) {
    String found = file.metadata().getOrDefault(name, "nothing");
    if (!found.equals(expected)) {
      throw new InputException(
          path + " belongs to " + name + " '" + found + "', not to '" + expected + "'.", ELSE);
    }
  }

  /**
   * Steps taken before it was written.
   *
   * @throws InputException if that is no number
   */
  long steps() {
    String text = file.metadata().getOrDefault("steps", "");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new InputException(
          file.path() + " names '" + text + "' as its number of steps.", ELSE, e);
    }
  }

  @Override
  public String hash() {
    return file.hash();
  }

  @Override
  public boolean random() {
    return false;
  }

  @Override
  public void read(ParameterSpec spec, FloatBuffer target) {
    TensorEntry tensor = file.find(spec.name()).orElseThrow();
    int from = target.position();
    int count = Math.toIntExact(spec.count());
    file.read(tensor, 0, target.slice(from, count));
    target.position(from + count);
  }

  @Override
  public void close() {
    file.close();
  }
}
