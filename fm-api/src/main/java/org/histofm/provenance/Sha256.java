package org.histofm.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal, built up piece by piece; confined to one thread. */
public final class Sha256 {
  private final MessageDigest digest;

  /** An empty hash. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Adds bytes. */
  public Sha256 add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds bytes of a buffer, which is left at its limit. */
  public Sha256 add(java.nio.ByteBuffer bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds a text in UTF-8 after its length, so that neighbouring texts cannot run together. */
  public Sha256 add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 24; i >= 0; i -= 8) {
      digest.update((byte) (bytes.length >>> i));
    }
    digest.update(bytes);
    return this;
  }

  /** The hash of all that was added; starts again from empty. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of {@code text} in UTF-8. */
  public static String of(String text) {
    return new Sha256().add(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /**
   * The hash of a file's bytes.
   *
   * @throws IOException if it cannot be read
   */
  public static String of(Path file) throws IOException {
    Sha256 hash = new Sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.digest.update(buffer, 0, n);
      }
    }
    return hash.hex();
  }
}
