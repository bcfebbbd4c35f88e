package org.histofm.tiling.plain;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.jspecify.annotations.Nullable;

/**
 * Slides that are not part of the repository: below the folder that {@code HISTOFM_SHARED} names,
 * else in {@code shared} beside the repository. Tests without them are skipped.
 */
public final class SharedSlides {
  private SharedSlides() {}

  /** The slide {@code name}, such as {@code odd/test_L_16.png}. */
  public static Path file(String name) {
    String named = System.getenv("HISTOFM_SHARED");
    Path found = Path.of(named == null ? "shared" : named, "data", "slides", name);
    if (named == null) {
      for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
        Path candidate = at.resolve("shared").resolve("data").resolve("slides").resolve(name);
        if (Files.exists(candidate)) {
          found = candidate;
          break;
        }
      }
    }
    assumeThat(found)
        .as("slide data/slides/%s below HISTOFM_SHARED or ../shared", name)
        .matches(Files::exists, "exists");
    return found;
  }

  /** SHA-256 of all pixels, read in parts of rows. */
  public static String sha256(SlideReader reader) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (long y = 0; y < reader.height(); y += 512) {
        Region rows = new Region(0, y, reader.width(), Math.min(512, reader.height() - y));
        digest.update(reader.read(rows, reader.mpp()).toBytes());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
