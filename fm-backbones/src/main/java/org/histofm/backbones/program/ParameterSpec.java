package org.histofm.backbones.program;

import java.util.List;

/**
 * A parameter that a program needs.
 *
 * @param name as in timm's {@code state_dict}, such as {@code blocks.0.attn.qkv.weight}
 * @param shape its sizes, outermost first; each at least 1
 */
public record ParameterSpec(String name, List<Long> shape) {
  /**
   * Copies the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1
   */
  public ParameterSpec {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(name + " has an empty shape " + shape);
    }
  }

  static ParameterSpec of(String name, long... shape) {
    return new ParameterSpec(name, java.util.Arrays.stream(shape).boxed().toList());
  }

  /** Number of values. */
  public long count() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /**
   * Its name within the layer's setup method: the last two parts of the full one, or three for an
   * adapter's, which stands below that of its layer.
   */
  String argument() {
    String[] parts = name.split("\\.", -1);
    int count = name.contains(".lora_") ? 3 : 2;
    return String.join(
        "_", List.of(parts).subList(Math.max(0, parts.length - count), parts.length));
  }
}
