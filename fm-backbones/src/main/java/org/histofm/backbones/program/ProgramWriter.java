package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the text of one TorchScript class in its serialised form: named tensor fields, and methods
 * with indented bodies.
 */
final class ProgramWriter {
  private final String type;
  private final List<String> fields = new ArrayList<>();
  private final StringBuilder methods = new StringBuilder();
  private String indent = "";

  /**
   * @param type name of the class
   */
  ProgramWriter(String type) {
    this.type = type;
  }

  /** Declares a field of type Tensor, read and assigned as {@code self.<name>}. */
  void field(String name) {
    if (fields.contains(name)) {
      throw new IllegalArgumentException("field " + name + " is declared twice");
    }
    fields.add(name);
  }

  /**
   * Writes a method.
   *
   * @param arguments besides {@code self}, such as {@code "x: Tensor"}
   * @param result its type
   * @param body writes its lines
   */
  void method(String name, List<String> arguments, String result, Runnable body) {
    List<String> all = new ArrayList<>();
    all.add("self: __torch__.histofm." + type);
    all.addAll(arguments);
    indent = "  ";
    line("def %s(%s) -> %s:", name, String.join(", ", all), result);
    indent = "    ";
    body.run();
    indent = "";
  }

  /** Writes one line, formatted as by {@link String#format}. */
  void line(String format, Object... arguments) {
    methods.append(indent).append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  /** Declared fields in order. */
  List<String> fields() {
    return List.copyOf(fields);
  }

  /** The whole class. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("class ").append(type).append("(Module):\n");
    text.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    for (String field : fields) {
      text.append("  ").append(field).append(" : Tensor\n");
    }
    return text.append(methods).toString();
  }
}
