package org.histofm.backbones.slides;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.histofm.provenance.Sha256;

/**
 * Names slides by their place: by the file's stem where that is unique, else by the path without
 * suffix, else by the whole path. Two names that differ in upper and lower case only are the same,
 * as they are on some file systems.
 */
final class SlideIds {
  private static final int HASH_LENGTH = 8;

  private SlideIds() {}

  /**
   * The ids of slides, in their order.
   *
   * @param paths different paths, with {@code /} between folders
   * @param taken ids that are given already, in lower case
   */
  static List<String> of(List<String> paths, Set<String> taken) {
    List<UnaryOperator<String>> names =
        List.of(
            path -> clean(withoutSuffix(path.substring(path.lastIndexOf('/') + 1))),
            path -> clean(withoutSuffix(path)),
            SlideIds::clean,
            path -> shorten(clean(path), path));
    List<String> ids = new ArrayList<>();
    Set<String> used = new HashSet<>(taken);
    List<String> open = new ArrayList<>(paths);
    Map<String, String> found = new HashMap<>();
    for (UnaryOperator<String> name : names) {
      Map<String, Integer> count = new HashMap<>();
      open.forEach(path -> count.merge(lower(name.apply(path)), 1, Integer::sum));
      List<String> rest = new ArrayList<>();
      for (String path : open) {
        String id = name.apply(path);
        if (count.getOrDefault(lower(id), 0) == 1 && !used.contains(lower(id))) {
          found.put(path, id);
        } else {
          rest.add(path);
        }
      }
      found.values().forEach(id -> used.add(lower(id)));
      open = rest;
    }
    for (String path : paths) {
      String id = found.get(path);
      if (id == null) {
        throw new IllegalArgumentException("no id is left for " + path);
      }
      ids.add(id);
    }
    return ids;
  }

  private static String lower(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  private static String withoutSuffix(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
  }

  /** Folders are joined by two underlines; what could not stand in a file's name becomes one. */
  private static String clean(String path) {
    String id = path.replace("/", "__").replaceAll("[^A-Za-z0-9._-]", "_");
    id = id.startsWith(".") ? "_" + id.substring(1) : id;
    id = id.endsWith(".") ? id.substring(0, id.length() - 1) + "_" : id;
    id = id.isEmpty() ? "_" : id;
    return id.length() <= SlideEntry.MAX_ID_LENGTH ? id : shorten(id, path);
  }

  private static String shorten(String id, String path) {
    int keep = Math.min(id.length(), SlideEntry.MAX_ID_LENGTH - HASH_LENGTH - 1);
    return id.substring(0, keep) + "-" + Sha256.of(path).substring(0, HASH_LENGTH);
  }
}
