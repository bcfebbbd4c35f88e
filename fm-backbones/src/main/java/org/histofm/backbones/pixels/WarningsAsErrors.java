package org.histofm.backbones.pixels;

import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the first warning by which a decoder says that pixels were lost. The JPEG decoder fills
 * them with grey and goes on.
 */
final class WarningsAsErrors implements IIOReadWarningListener {
  private @Nullable String first;

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    // Texts of the native decoder, which are not translated; others concern metadata.
    if (first == null && warning.startsWith("Corrupt JPEG data: premature end")) {
      first = warning;
    }
  }

  void rethrow() throws IOException {
    if (first != null) {
      throw new IOException(first);
    }
  }
}
