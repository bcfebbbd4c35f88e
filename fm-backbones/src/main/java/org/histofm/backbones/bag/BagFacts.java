package org.histofm.backbones.bag;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a file says about its bag; {@code mpp} is NaN if it is silent. */
record BagFacts(
    Path path,
    BagFormat format,
    String slide,
    @Nullable String encoder,
    @Nullable TilePlaces places,
    double mpp,
    List<String> warnings) {
  BagFacts {
    warnings = List.copyOf(warnings);
  }

  /** The slide's name by the file's name. */
  static String slideOf(Path path) {
    String name = String.valueOf(path.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
