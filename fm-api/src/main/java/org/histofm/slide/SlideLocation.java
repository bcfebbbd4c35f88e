package org.histofm.slide;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.histofm.InputException;

/**
 * Where a slide lies: a file, or an address of {@code http}, {@code https} or {@code s3}.
 *
 * <p>Immutable. Its text leaves out user, password and query of an address, which may be secret.
 */
public final class SlideLocation implements Comparable<SlideLocation> {
  private final URI uri;
  private final Optional<Path> file;

  private SlideLocation(URI uri, Optional<Path> file) {
    this.uri = uri;
    this.file = file;
  }

  /** The file {@code file}, whether it exists or not. */
  public static SlideLocation of(Path file) {
    return new SlideLocation(file.toUri(), Optional.of(file));
  }

  /**
   * The address {@code uri}.
   *
   * @throws InputException unless it is an absolute address of file, http, https or s3
   */
  public static SlideLocation of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (scheme.equals("file")) {
      try {
        return of(Path.of(uri));
      } catch (IllegalArgumentException | FileSystemNotFoundException e) {
        throw unusable(uri.toString(), e);
      }
    }
    boolean remote = scheme.equals("http") || scheme.equals("https") || scheme.equals("s3");
    if (!remote || uri.getHost() == null && uri.getAuthority() == null || uri.getPath().isEmpty()) {
      throw unusable(withoutSecrets(uri), null);
    }
    return new SlideLocation(uri, Optional.empty());
  }

  /**
   * What a user writes: an address if it begins with a scheme and {@code ://}, else a file's path.
   *
   * @throws InputException if it is neither
   */
  public static SlideLocation parse(String text) {
    try {
      return text.matches("[A-Za-z][A-Za-z0-9+.-]*://.*") ? of(new URI(text)) : of(Path.of(text));
    } catch (URISyntaxException | InvalidPathException e) {
      throw unusable(text, e);
    }
  }

  private static InputException unusable(
      String text, @org.jspecify.annotations.Nullable Exception e) {
    return new InputException(
        "'" + text + "' is no place of a slide.",
        "Give a file, or an address that begins with http://, https:// or s3:// and names a file.",
        e);
  }

  /** The file, if it is one. */
  public Optional<Path> file() {
    return file;
  }

  /** The full address, with whatever secrets it holds. */
  public URI uri() {
    return uri;
  }

  /** The last part of the path, such as {@code case-7.svs}. */
  public String fileName() {
    String path = file.isPresent() ? String.valueOf(file.get().getFileName()) : uri.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The file name without its last extension, such as {@code case-7}. */
  public String stem() {
    String name = fileName();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static String withoutSecrets(URI uri) {
    String authority = Objects.toString(uri.getRawAuthority(), "");
    return uri.getScheme()
        + "://"
        + authority.substring(authority.lastIndexOf('@') + 1)
        + uri.getRawPath();
  }

  @Override
  public int compareTo(SlideLocation other) {
    return uri.compareTo(other.uri);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof SlideLocation other && uri.equals(other.uri) && file.equals(other.file);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  @Override
  public String toString() {
    return file.isPresent() ? file.get().toString() : withoutSecrets(uri);
  }
}
