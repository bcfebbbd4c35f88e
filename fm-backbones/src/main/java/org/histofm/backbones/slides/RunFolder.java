package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.histofm.backbones.bag.TridentGrid;
import org.histofm.slide.Mpp;

/**
 * Where the files of a run lie: TRIDENT's layout, with HistoFM's own files beside it. What is not
 * finished lies under {@code .work}, each slide's in a folder of its own, and is moved into place
 * when it is; so no other folder ever holds a half-written file.
 *
 * @see "mahmoodlab/TRIDENT: job folder, tile folder, features folder"
 */
final class RunFolder {
  private final Path root;
  private final Path tiles;
  private final Path features;

  /**
   * @param mpp pixel size of the tiles
   * @param encoder id of the backbone, which names the folder of features
   */
  RunFolder(Path root, double mpp, int tilePx, int overlapPx, String encoder) {
    this.root = root;
    // The folder's name depends on the grid alone, not on a slide.
    this.tiles =
        root.resolve(new TridentGrid("any", tilePx, overlapPx, mpp, Mpp.of(mpp), 1, 1).folder());
    this.features = tiles.resolve("features_" + encoder.replaceAll("[^A-Za-z0-9._-]", "_"));
  }

  Path root() {
    return root;
  }

  Path features(String slide) {
    return features.resolve(slide + ".h5");
  }

  Path coordinates(String slide) {
    return tiles.resolve("patches").resolve(slide + "_patches.h5");
  }

  Path overview(String slide) {
    return tiles.resolve("visualization").resolve(slide + ".png");
  }

  Path tissue(String slide) {
    return root.resolve("contours_geojson").resolve(slide + ".geojson");
  }

  /** Written last: says that a slide is done. */
  Path sidecar(String slide) {
    return features.resolve(slide + ".json");
  }

  Path recipe() {
    return root.resolve("recipe.json");
  }

  Path quarantine() {
    return root.resolve(QuarantineTable.NAME);
  }

  Path report() {
    return root.resolve("run-report.json");
  }

  private Path work() {
    return root.resolve(".work");
  }

  Path work(String slide) {
    return work().resolve("slides").resolve(slide);
  }

  /** The state in which a slide was last seen. */
  Path seen(String slide) {
    return work().resolve("seen").resolve(slide);
  }

  Path lock(String name) {
    return work().resolve("locks").resolve(name);
  }

  Path slideLock(String slide) {
    return lock("slide-" + slide);
  }

  /** Whether any slide is done, by any recipe. */
  boolean hasResults() throws IOException {
    if (!Files.isDirectory(root)) {
      return false;
    }
    try (Stream<Path> files = Files.find(root, 3, (file, a) -> isSidecar(root.relativize(file)))) {
      return files.findAny().isPresent();
    }
  }

  private static boolean isSidecar(Path relative) {
    return relative.getNameCount() == 3
        && relative.getName(1).toString().startsWith("features_")
        && relative.toString().endsWith(".json");
  }

  /** Writes a file that is whole from the moment it has its name; the caller holds its lock. */
  void write(Path file, String text) throws IOException {
    Files.createDirectories(work());
    String name = root.relativize(file).toString().replaceAll("[/\\\\]", "+");
    Path temporary = work().resolve(name + ".unfinished");
    Files.writeString(temporary, text, StandardCharsets.UTF_8);
    moveInto(file, temporary);
  }

  /** Gives a finished file its name. */
  static void moveInto(Path file, Path finished) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    Files.move(finished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  Optional<String> read(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Files.readString(file, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** Deletes a slide's unfinished files; the caller holds its lock. */
  void deleteWork(String slide) throws IOException {
    Path folder = work(slide);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(folder);
    }
  }
}
