package org.histofm.tiling.openslide;

import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.EnvironmentException;
import org.junit.jupiter.api.Assumptions;

/** What tests of OpenSlide need of a machine; they are skipped where it is not there. */
final class OpenSlideHere {
  private OpenSlideHere() {}

  static void assumeInstalled() {
    try {
      OpenSlideLibrary.load();
    } catch (EnvironmentException e) {
      Assumptions.abort("OpenSlide is not installed (Debian: libopenslide0)");
    }
  }

  /** A slide of the shared test data, such as {@code real/openslide-small.svs}. */
  static Path sharedSlide(String name) {
    Path file = sharedFolder().resolve("data/slides").resolve(name);
    Assumptions.assumeTrue(
        Files.isRegularFile(file), "the shared data, with slides/" + name + ", is not there");
    return file;
  }

  private static Path sharedFolder() {
    String named = System.getenv("HISTOFM_SHARED");
    if (named != null) {
      return Path.of(named);
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("shared/data"))) {
        return folder.resolve("shared");
      }
    }
    return Path.of("shared");
  }
}
