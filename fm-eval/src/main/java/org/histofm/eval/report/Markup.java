package org.histofm.eval.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes HTML. Every text and attribute is escaped here and nowhere else, so names from a data set
 * can never become markup. Colons and double slashes become character references too: the file then
 * contains no address that is more than text. Confined to one thread.
 */
final class Markup {
  private final StringBuilder html = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  Markup doctype() {
    html.append("<!DOCTYPE html>\n");
    return this;
  }

  /** Opens an element; attributes are names and values in turn. */
  Markup open(String tag, String... attributes) {
    start(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element opened last. */
  Markup close() {
    String tag = open.pop();
    html.append("</").append(tag).append('>');
    if (!tag.equals("span") && !tag.equals("strong") && !tag.equals("code")) {
      html.append('\n');
    }
    return this;
  }

  /** An element that holds only text. */
  Markup leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** An element without content. */
  Markup empty(String tag, String... attributes) {
    start(tag, attributes).append("/>\n");
    return this;
  }

  Markup text(String text) {
    escape(text);
    return this;
  }

  /** The style sheet, which is ours and holds nothing from outside. */
  Markup style(String css) {
    html.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  private StringBuilder start(String tag, String... attributes) {
    html.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      html.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      html.append('"');
    }
    return html;
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        // a colon in a sentence stays readable; one that could make an address does not
        case ':' -> html.append(text.startsWith(": ", i) ? ":" : "&#58;");
        case '/' -> html.append(i > 0 && text.charAt(i - 1) == '/' ? "&#47;" : "/");
        default -> html.append(c < ' ' && c != '\n' && c != '\t' ? ' ' : c);
      }
    }
  }

  /** A horizontal interval in a chart: a line with a bar at each end. */
  Markup whiskers(double low, double high, double y, String colour) {
    String path =
        "M"
            + px(low)
            + " "
            + px(y)
            + "H"
            + px(high)
            + "m0 -4v8M"
            + px(low)
            + " "
            + px(y - 4)
            + "v8";
    return empty("path", "d", path, "fill", "none", "stroke", colour, "stroke-width", "1.4");
  }

  /** A coordinate or length with one decimal, the same in every locale. */
  static String px(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("elements left open: " + open);
    }
    return html.toString();
  }
}
