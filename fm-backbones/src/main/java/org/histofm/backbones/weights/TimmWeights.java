package org.histofm.backbones.weights;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.histofm.InputException;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.VitProgram;
import org.histofm.backbones.program.VitShape;

/**
 * Parameters of a Vision Transformer from a safetensors file with timm's names, loaded strictly:
 * the file has every parameter of the shape, each with its exact sizes, and nothing else. All
 * differences are listed at once, with the argument to set where the file tells what it is.
 *
 * <p>One exception: {@code head.weight} [classes, dim] and {@code head.bias} [classes], timm's
 * classifier, which is no part of an embedding. They are passed over, and mentioned in {@link
 * #notes}.
 *
 * <p>Confined to one thread; whoever opened it closes it.
 */
public final class TimmWeights implements ParameterSource {
  private final SafetensorsFile file;
  private final List<String> notes;

  private TimmWeights(SafetensorsFile file, List<String> notes) {
    this.file = file;
    this.notes = List.copyOf(notes);
  }

  /**
   * Opens a file and holds its names and sizes against {@code shape}; values are read later.
   *
   * @throws InputException if the file cannot be used, or does not fit; every tensor that is
   *     missing, unexpected or of other sizes or type is named
   */
  public static TimmWeights open(Path path, VitShape shape) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new TimmWeights(file, check(file, shape));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static List<String> check(SafetensorsFile file, VitShape shape) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    List<String> unexpected = new ArrayList<>();
    List<String> classifier = new ArrayList<>();
    TreeMap<String, TensorEntry> left = new TreeMap<>();
    file.tensors().forEach(tensor -> left.put(tensor.name(), tensor));
    for (ParameterSpec spec : VitProgram.parameters(shape)) {
      TensorEntry tensor = left.remove(spec.name());
      String expected = SafetensorsFile.describe(spec.shape());
      if (tensor == null) {
        missing.add(spec.name() + " " + expected);
      } else if (!tensor.shape().equals(spec.shape())) {
        misshapen.add(
            spec.name()
                + " "
                + SafetensorsFile.describe(tensor.shape())
                + " instead of "
                + expected);
      } else if (!tensor.dtype().isReadable()) {
        misshapen.add(spec.name() + " of type " + tensor.dtype() + " instead of floating point");
      }
    }
    left.forEach(
        (name, tensor) -> {
          String found = name + " " + SafetensorsFile.describe(tensor.shape());
          if (isClassifier(tensor, shape)) {
            classifier.add(found);
          } else {
            unexpected.add(found);
          }
        });
    List<String> differences = new ArrayList<>();
    list(differences, "missing", missing);
    list(differences, "unexpected", unexpected);
    list(differences, "misshapen", misshapen);
    if (!differences.isEmpty()) {
      throw new InputException(
          file.path()
              + " does not fit the configured model: "
              + String.join("; ", differences)
              + ".",
          new ShapeHints(file, shape).remedy());
    }
    return classifier.isEmpty()
        ? List.of()
        : List.of(
            "passed over in "
                + file.path()
                + ": the classifier "
                + String.join(", ", classifier)
                + ".");
  }

  private static boolean isClassifier(TensorEntry tensor, VitShape shape) {
    List<Long> sizes = tensor.shape();
    return switch (tensor.name()) {
      case "head.weight" -> sizes.size() == 2 && sizes.get(1) == shape.dim();
      case "head.bias" -> sizes.size() == 1;
      default -> false;
    };
  }

  private static void list(List<String> differences, String kind, List<String> tensors) {
    if (!tensors.isEmpty()) {
      differences.add(tensors.size() + " " + kind + ": " + String.join(", ", tensors));
    }
  }

  /** What was passed over, one sentence each. */
  public List<String> notes() {
    return notes;
  }

  /** SHA-256 of the file's bytes. */
  @Override
  public String hash() {
    return file.hash();
  }

  @Override
  public boolean random() {
    return false;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException also if a value is not finite
   */
  @Override
  public void read(ParameterSpec spec, FloatBuffer target) {
    TensorEntry tensor =
        file.find(spec.name())
            .filter(found -> found.shape().equals(spec.shape()))
            .orElseThrow(
                () ->
                    new InputException(
                        file.path()
                            + " has no tensor "
                            + spec.name()
                            + " "
                            + SafetensorsFile.describe(spec.shape())
                            + ".",
                        "Name the weights of the configured model."));
    int from = target.position();
    int count = Math.toIntExact(spec.count());
    FloatBuffer values = target.slice(from, count);
    file.read(tensor, 0, values);
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new InputException(
            "tensor '"
                + spec.name()
                + "' in "
                + file.path()
                + " has the value "
                + values.get(i)
                + " at index "
                + i
                + ".",
            "Fetch the file again, or choose another checkpoint: this one cannot compute.");
      }
    }
    target.position(from + count);
  }

  @Override
  public void close() {
    file.close();
  }
}
