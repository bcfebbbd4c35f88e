package org.histofm.eval.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.dataset.DatasetRequest;
import org.histofm.plugin.Options;

/** Writes small files for tests, and asks for data sets. */
final class Written {
  private Written() {}

  /** Makes files at these paths below {@code root}; what they hold is no image, only their name. */
  static void files(Path root, String... paths) {
    for (String path : paths) {
      text(root.resolve(path), path);
    }
  }

  static Path text(Path file, String text) {
    return bytes(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static Path bytes(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request for {@code id} at {@code data} with settings as name, value, name, value … */
  static DatasetRequest request(String id, Path data, String... settings) {
    Options options = Options.none();
    for (int i = 0; i < settings.length; i += 2) {
      options = options.with(settings[i], settings[i + 1]);
    }
    return DatasetRequest.of(id).withData(data).withOptions(options);
  }
}
