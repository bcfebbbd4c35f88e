package org.histofm.backbones.timm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.histofm.InputException;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbones.program.VitShape;
import org.jspecify.annotations.Nullable;

/** Preprocessing by timm's data configuration, at the size a model is built for. */
final class TimmPreprocessing {
  static final List<String> KEYS =
      List.of("input_size", "mean", "std", "crop_pct", "interpolation");

  private TimmPreprocessing() {}

  static Preprocessing of(
      String where, Map<String, JsonNode> values, VitShape shape, List<String> notes) {
    int size = Math.min(shape.imageHeight(), shape.imageWidth());
    if (shape.imageHeight() != shape.imageWidth()) {
      notes.add(
          "the model takes images of "
              + shape.imageWidth()
              + " x "
              + shape.imageHeight()
              + " px, which square tiles are not: it takes normalised pixels only.");
    }
    JsonNode inputSize = values.get("input_size");
    if (inputSize != null && inputSize.path(1).asInt(size) != size) {
      notes.add(
          "preprocessing crops to the model's "
              + size
              + " px; timm's data configuration says "
              + inputSize.path(1)
              + ".");
    }
    double cropPct = cropPct(where, values.get("crop_pct"));
    Preprocessing preprocessing;
    try {
      preprocessing =
          Preprocessing.of(size, triple(values.get("mean")), triple(values.get("std")))
              .withResize((int) Math.floor(size / cropPct));
    } catch (IllegalArgumentException e) {
      throw new InputException(
          where + " states preprocessing that is not possible: " + e.getMessage() + ".",
          "Correct mean, std or crop_pct.",
          e);
    }
    String interpolation = text(values.get("interpolation"));
    return switch (interpolation) {
      case "bicubic" -> preprocessing.withFilter(Preprocessing.Filter.BICUBIC);
      case "bilinear" -> preprocessing.withFilter(Preprocessing.Filter.BILINEAR);
      default ->
          throw new InputException(
              where + " states interpolation '" + interpolation + "', which is not supported.",
              "Supported are bicubic and bilinear.");
    };
  }

  private static double cropPct(String where, @Nullable JsonNode node) {
    double cropPct = node == null ? Double.NaN : node.asDouble(Double.NaN);
    if (!(cropPct > 0.01 && cropPct <= 1)) {
      throw new InputException(
          where + " states crop_pct " + node + ".", "It is a number above 0.01, at most 1.");
    }
    return cropPct;
  }

  private static List<Double> triple(@Nullable JsonNode node) {
    List<Double> numbers = new ArrayList<>();
    if (node != null) {
      for (JsonNode number : node) {
        numbers.add(number.isNumber() ? number.asDouble() : Double.NaN);
      }
    }
    return numbers;
  }

  private static String text(@Nullable JsonNode node) {
    return node == null ? "" : node.asText();
  }
}
