package org.histofm.tiling.bytes;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.histofm.slide.SlideException;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says it holds: the bytes from {@code first} to {@code last} of {@code size} (RFC
 * 9110, §14.4).
 */
record ContentRange(long first, long last, long size) {
  private static final Pattern FORM =
      Pattern.compile("bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18})", Pattern.CASE_INSENSITIVE);

  /** The range in {@code header}, which is to begin at {@code position}. */
  static ContentRange parse(@Nullable String header, long position) throws RemoteFailure {
    Matcher given = FORM.matcher(Optional.ofNullable(header).orElse(""));
    if (given.matches()) {
      ContentRange range =
          new ContentRange(
              Long.parseLong(given.group(1)),
              Long.parseLong(given.group(2)),
              Long.parseLong(given.group(3)));
      if (range.first == position) {
        return range;
      }
    }
    throw RemoteFailure.lasting(
        SlideException.Reason.UNSUPPORTED,
        "comes from a server that answers other bytes than asked for (asked from byte "
            + position
            + ", got "
            + (header == null ? "no Content-Range" : header)
            + ")",
        "Copy it to a local disk.");
  }

  /**
   * Makes sure that {@code body} is the {@code length} bytes asked for, of an object of {@code
   * size} bytes.
   */
  void check(byte[] body, int length, long size) throws RemoteFailure {
    if (size != this.size) {
      throw RemoteFailure.changed("it had " + size + " bytes and now has " + this.size);
    }
    if (last != first + length - 1 || body.length != length) {
      throw RemoteFailure.passing(
          "came short: " + body.length + " of " + length + " bytes arrived", null);
    }
  }
}
