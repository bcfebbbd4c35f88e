package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.histofm.provenance.Sha256;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.bytes.ByteSources;

/**
 * What tells one state of a slide from another. {@link #stamp} costs next to nothing: size and time
 * of the files. {@link #hash} reads all of a local slide.
 */
final class SlideContent {
  private static final int EDGE_BYTES = 1 << 16;

  private final SlideLocation location;

  private SlideContent(SlideLocation location) {
    this.location = location;
  }

  static SlideException vanished(SlideLocation slide, IOException cause) {
    return new SlideException(
        SlideException.Reason.MISSING,
        "slide " + slide + " can no longer be read (" + cause + ").",
        "Check the path and the disk, and start again.",
        cause);
  }

  static SlideContent of(SlideLocation location) {
    return new SlideContent(location);
  }

  /**
   * Sizes and times of the slide's files: as long as it is the same, a local slide is taken as
   * unchanged. Of a slide far away it is the hash.
   *
   * @throws IOException if there is no such slide
   */
  String stamp() throws IOException {
    if (location.file().isEmpty()) {
      return hash();
    }
    StringBuilder text = new StringBuilder();
    for (Path file : files(location.file().get())) {
      text.append(Files.size(file))
          .append(' ')
          .append(Files.getLastModifiedTime(file).toInstant())
          .append(' ');
    }
    return text.toString().strip();
  }

  /**
   * SHA-256 of a local file's bytes. A slide of several files (MIRAX) has the hash of all their
   * names and bytes. Of a slide far away, size and the first and last 64 KiB are hashed, which
   * holds the directory of most formats but not the pixels between.
   *
   * @throws IOException if it cannot be read
   */
  String hash() throws IOException {
    if (location.file().isEmpty()) {
      return hashOfEdges();
    }
    List<Path> files = files(location.file().get());
    if (files.size() == 1) {
      return Sha256.of(files.get(0));
    }
    Sha256 all = new Sha256();
    for (Path file : files) {
      all.add(String.valueOf(file.getFileName())).add(Sha256.of(file));
    }
    return all.hex();
  }

  /** The slide's file, and those that a MIRAX index names by lying in the folder of its stem. */
  private List<Path> files(Path file) throws IOException {
    List<Path> files = new ArrayList<>(List.of(file));
    Path folder = file.resolveSibling(location.stem());
    if (location.fileName().endsWith(".mrxs") && Files.isDirectory(folder)) {
      try (Stream<Path> inside = Files.list(folder)) {
        inside.filter(Files::isRegularFile).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private String hashOfEdges() throws IOException {
    try (ByteSource bytes = ByteSources.open(location)) {
      int edge = (int) Math.min(EDGE_BYTES, bytes.size());
      byte[] buffer = new byte[edge];
      Sha256 hash =
          new Sha256().add(Long.toString(bytes.size()).getBytes(StandardCharsets.US_ASCII));
      bytes.read(0, buffer, 0, edge);
      hash.add(buffer);
      bytes.read(bytes.size() - edge, buffer, 0, edge);
      return "edges-" + hash.add(buffer).hex();
    }
  }
}
