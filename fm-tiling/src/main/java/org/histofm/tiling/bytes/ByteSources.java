package org.histofm.tiling.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.histofm.EnvironmentException;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;

/**
 * Opens the bytes of slides: files, and objects at {@code http}, {@code https} and {@code s3}
 * addresses, which are read range by range and never as a whole.
 */
public final class ByteSources {
  /** For an answer of at most 1 MiB: under 20 kB/s a connection counts as dead. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final String ANONYMOUS = "HISTOFM_S3_ANONYMOUS";

  private ByteSources() {}

  /**
   * The bytes at {@code slide}; the caller closes them.
   *
   * <p>An address may hold user and password, which go to its own host only. For {@code
   * s3://bucket/key} the AWS SDK must be on the class path; it takes region, login and endpoint
   * from where it always does (environment, system properties, profile files, the machine's role).
   * The environment variable {@code HISTOFM_S3_ANONYMOUS=true} reads public buckets without a
   * login.
   *
   * <p>Of an object far away, at most 32 MiB are kept in memory while it is open, and what the
   * reads under way need.
   *
   * @throws SlideException with reason {@link SlideException.Reason#MISSING} if there are none, or
   *     they may not be read, and with {@link SlideException.Reason#UNSUPPORTED} if their server
   *     does not send parts of them
   * @throws EnvironmentException if the AWS SDK is needed and missing
   */
  public static ByteSource open(SlideLocation slide) {
    if (slide.file().isPresent()) {
      return openFile(slide, slide.file().get());
    }
    Traffic traffic = new Traffic();
    RemoteObject object =
        slide.uri().getScheme().toLowerCase(Locale.ROOT).equals("s3")
            ? s3(slide, traffic)
            : new HttpObject(slide.uri(), TIMEOUT, traffic);
    return open(slide, object, Retries.sleeping(), FetchRules.DEFAULT, traffic);
  }

  static ByteSource open(
      SlideLocation slide,
      RemoteObject object,
      Retries retries,
      FetchRules rules,
      Traffic traffic) {
    try {
      return CachedBytes.open(object, retries, rules, traffic);
    } catch (RemoteFailure e) {
      throw e.of(slide.toString());
    } catch (IOException e) {
      throw new SlideException(
          SlideException.Reason.MISSING,
          "slide " + slide + " cannot be opened: " + e.getMessage() + ".",
          "Check the address and the network.",
          e);
    }
  }

  private static RemoteObject s3(SlideLocation slide, Traffic traffic) {
    try {
      boolean anonymous = "true".equalsIgnoreCase(System.getenv(ANONYMOUS));
      return S3Object.of(slide.uri(), anonymous, TIMEOUT, traffic);
    } catch (RemoteFailure e) {
      throw e.of(slide.toString());
    } catch (NoClassDefFoundError e) {
      throw new EnvironmentException(
          "slide " + slide + " lies in S3, and the AWS SDK is not on the class path.",
          "Add software.amazon.awssdk:s3 and software.amazon.awssdk:url-connection-client to the"
              + " class path.",
          e);
    }
  }

  private static ByteSource openFile(SlideLocation slide, Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new SlideException(
            SlideException.Reason.NOT_A_SLIDE,
            "slide " + slide + " is a folder.",
            "Name the slide's file.");
      }
      return new FileBytes(file);
    } catch (NoSuchFileException e) {
      throw new SlideException(
          SlideException.Reason.MISSING,
          "slide " + slide + " does not exist.",
          "Check the path.",
          e);
    } catch (IOException e) {
      throw new SlideException(
          SlideException.Reason.MISSING,
          "slide " + slide + " cannot be opened: " + e.getMessage() + ".",
          "Check that you may read it.",
          e);
    }
  }
}
