package org.histofm.backbones.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Data that is not part of the repository: below the folder named by {@code HISTOFM_SHARED}, else
 * in {@code shared} beside the repository.
 */
final class Shared {
  private Shared() {}

  static Optional<Path> folder(String name) {
    String named = System.getenv("HISTOFM_SHARED");
    if (named != null) {
      return Optional.of(Path.of(named, name)).filter(Files::isDirectory);
    }
    for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared").resolve(name);
      if (Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
