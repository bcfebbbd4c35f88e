package org.histofm.backbones;

import java.nio.FloatBuffer;
import java.util.List;
import org.histofm.InputException;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.weights.SafetensorsFile;
import org.histofm.backbones.weights.TensorEntry;
import org.jspecify.annotations.Nullable;

/**
 * What timm computed, as {@link BackboneVerification} describes the file; sizes are checked on
 * opening, values when they are read.
 *
 * @param file open
 * @param pixels [images, 3, height, width]
 * @param embedding [images, dim]
 * @param tokens [images, tokens, dim], if present
 * @param images number of images
 */
record ReferenceFile(
    SafetensorsFile file,
    TensorEntry pixels,
    TensorEntry embedding,
    @Nullable TensorEntry tokens,
    int images) {
  private static final String FORM =
      "Write the reference with 'pixels' [n, 3, h, w], 'embedding' [n, d] and, if wanted, 'tokens'"
          + " [n, t, d] as floating point tensors.";

  static ReferenceFile of(SafetensorsFile file, VitShape shape) {
    TensorEntry pixels = find(file, "pixels");
    long images = pixels.shape().isEmpty() ? 0 : pixels.shape().get(0);
    if (images < 1 || images > 1_000_000) {
      throw new InputException(
          file.path() + " has 'pixels' " + pixels.shape() + ", no images.", FORM);
    }
    long height = shape.imageHeight();
    long width = shape.imageWidth();
    require(file, pixels, List.of(images, 3L, height, width));
    TensorEntry embedding = find(file, "embedding");
    require(file, embedding, List.of(images, (long) shape.dim()));
    TensorEntry tokens = file.find("tokens").orElse(null);
    if (tokens != null) {
      long count = (long) shape.prefixTokens() + shape.patches();
      require(file, tokens, List.of(images, count, (long) shape.dim()));
    }
    return new ReferenceFile(file, pixels, embedding, tokens, (int) images);
  }

  private static TensorEntry find(SafetensorsFile file, String name) {
    return file.find(name)
        .orElseThrow(
            () ->
                new InputException(
                    file.path()
                        + " has no tensor '"
                        + name
                        + "', only "
                        + file.tensors().stream().map(TensorEntry::name).sorted().toList()
                        + ".",
                    FORM));
  }

  private static void require(SafetensorsFile file, TensorEntry tensor, List<Long> shape) {
    if (!tensor.shape().equals(shape)) {
      throw new InputException(
          file.path()
              + " has '"
              + tensor.name()
              + "' "
              + tensor.shape()
              + ", the configured model "
              + (tensor.name().equals("pixels") ? "takes " : "gives ")
              + shape
              + ".",
          "Make the reference with the configured model, or correct its configuration.");
    }
  }

  List<String> notes() {
    List<String> others =
        file.tensors().stream()
            .map(TensorEntry::name)
            .filter(name -> !List.of("pixels", "embedding", "tokens").contains(name))
            .sorted()
            .toList();
    return others.isEmpty()
        ? List.of()
        : List.of("not compared: tensors " + others + " of " + file.path() + ".");
  }

  /** Values of {@code count} images of a tensor, from image {@code first} on. */
  float[] read(TensorEntry tensor, int first, int count) {
    int width = Math.toIntExact(tensor.elements() / images);
    float[] values = new float[Math.multiplyExact(count, width)];
    file.read(tensor, (long) first * width, FloatBuffer.wrap(values));
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new InputException(
            file.path()
                + " has the value "
                + values[i]
                + " in '"
                + tensor.name()
                + "' of image "
                + (first + i / width)
                + ".",
            "Make the reference from images and weights that give finite values.");
      }
    }
    return values;
  }
}
