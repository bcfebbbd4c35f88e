package org.histofm.backbones.slides;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.histofm.InputException;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.jspecify.annotations.Nullable;

/**
 * The slides of a run, in a fixed order, each with an id that no other has.
 *
 * @param entries sorted by path in a folder, as listed in a table
 * @param skippedFiles files of a folder whose suffix is no slide's, such as notes and tables
 * @param repeatedRows rows of a table that name a slide once more
 */
public record SlideList(List<SlideEntry> entries, int skippedFiles, int repeatedRows) {
  /** Suffixes of files that a folder's slides have, in lower case. */
  public static final List<String> SUFFIXES =
      List.of(
          "bif", "bmp", "btf", "czi", "dcm", "jpeg", "jpg", "mrxs", "ndpi", "png", "qptiff", "scn",
          "svs", "svslide", "tf2", "tf8", "tif", "tiff", "vms", "vmu", "vsi");

  private static final List<String> COLUMNS = List.of("slide", "mpp", "id", "group");

  /**
   * @throws IllegalArgumentException if two slides have one id
   */
  public SlideList {
    entries = List.copyOf(entries);
    Set<String> ids = new TreeSet<>();
    for (SlideEntry entry : entries) {
      if (!ids.add(entry.id().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two slides have the id " + entry.id());
      }
    }
  }

  /**
   * What a user names: a folder, which is searched with all below it; a table in a file that ends
   * in {@code .csv}; a slide's file; or its address.
   *
   * @param text path or address
   * @param out the run's output folder, which is not searched
   * @throws InputException if there is no slide, or the table cannot be used
   */
  public static SlideList open(String text, Path out) {
    SlideLocation location = SlideLocation.parse(text);
    Path path = location.file().orElse(null);
    if (path != null && Files.isDirectory(path)) {
      return folder(path, out);
    }
    if (path != null && path.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
      return table(path);
    }
    if (path != null && !Files.exists(path)) {
      throw new InputException(
          "slides " + text + " do not exist.", "Name a folder, a list.csv, a slide or an address.");
    }
    String id = SlideIds.of(List.of(location.fileName()), Set.of()).get(0);
    return new SlideList(List.of(SlideEntry.of(id, location)), 0, 0);
  }

  /**
   * All files under {@code folder} with one of {@link #SUFFIXES}. Hidden files count as skipped.
   *
   * @throws InputException if there is none
   */
  public static SlideList folder(Path folder, Path out) {
    TreeMap<String, Path> files = new TreeMap<>();
    int skipped = walk(folder, out.toAbsolutePath().normalize(), files);
    if (files.isEmpty()) {
      throw new InputException(
          "folder "
              + folder
              + " holds no slide"
              + (skipped > 0 ? " (" + skipped + " files of other kinds)." : "."),
          "Slides are files that end in " + String.join(", ", SUFFIXES) + ".");
    }
    List<String> ids = SlideIds.of(List.copyOf(files.keySet()), Set.of());
    List<SlideEntry> entries = new ArrayList<>();
    for (Path file : files.values()) {
      entries.add(SlideEntry.of(ids.get(entries.size()), SlideLocation.of(file)));
    }
    return new SlideList(entries, skipped, 0);
  }

  private static int walk(Path folder, Path out, Map<String, Path> files) {
    int[] skipped = {0};
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
              boolean passOver =
                  dir.toAbsolutePath().normalize().equals(out)
                      || !dir.equals(folder) && isHidden(dir);
              return passOver ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              return note(file);
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
              }
              if (Files.isDirectory(file)) {
                throw e;
              }
              // A slide that cannot be read is told when it is opened.
              return note(file);
            }

            private FileVisitResult note(Path file) {
              if (!isHidden(file) && SUFFIXES.contains(suffix(file))) {
                files.put(folder.relativize(file).toString().replace('\\', '/'), file);
              } else {
                skipped[0]++;
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException | UncheckedIOException e) {
      throw new InputException(
          "folder " + folder + " cannot be listed: " + e.getMessage() + ".",
          "Check that you may read it.",
          e);
    }
    return skipped[0];
  }

  private static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }

  private static String suffix(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * The slides of a table in UTF-8: a column {@code slide} with paths (from the table's folder) or
   * addresses, and if wanted {@code mpp} (µm/px of level 0), {@code id} and {@code group}. Files
   * need not exist; a missing one ends in quarantine.
   *
   * @throws InputException if a value or column cannot be used, or two rows contradict one another
   */
  public static SlideList table(Path file) {
    List<CsvTable.Row> rows = read(file);
    if (rows.size() < 2) {
      throw new InputException(
          "list " + file + " names no slide.",
          "Write a row 'slide' and below it one path or address a row.");
    }
    Map<String, Integer> columns = columns(file, rows.get(0));
    Map<String, Listed> slides = new LinkedHashMap<>();
    int repeated = 0;
    for (CsvTable.Row row : rows.subList(1, rows.size())) {
      Listed listed = Listed.of(file, row, columns);
      Listed before = slides.putIfAbsent(listed.location.toString(), listed);
      if (before != null && !before.sameAs(listed)) {
        throw new InputException(
            "list "
                + file
                + " names slide "
                + listed.text
                + " in lines "
                + before.line
                + " and "
                + listed.line
                + " with different values.",
            "Keep one of the rows.");
      }
      repeated += before == null ? 0 : 1;
    }
    return new SlideList(named(file, List.copyOf(slides.values())), 0, repeated);
  }

  private static List<CsvTable.Row> read(Path file) {
    try {
      return CsvTable.parse(Files.readString(file, StandardCharsets.UTF_8))
          .orElseThrow(
              () ->
                  new InputException(
                      "list " + file + " opens a quote that it does not close.",
                      "Close it, or double a quote that is part of a name."));
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new InputException(
          "list " + file + " is not text in UTF-8.", "Save it as UTF-8 CSV.", e);
    } catch (IOException e) {
      throw new InputException(
          "list " + file + (Files.exists(file) ? " cannot be read." : " does not exist."),
          "Check the path.",
          e);
    }
  }

  private static Map<String, Integer> columns(Path file, CsvTable.Row header) {
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < header.fields().size(); i++) {
      String name = header.fields().get(i).toLowerCase(Locale.ROOT);
      if (columns.putIfAbsent(name, i) != null && COLUMNS.contains(name)) {
        throw new InputException(
            "list " + file + " has two columns '" + name + "'.", "Leave one of them out.");
      }
    }
    if (!columns.containsKey("slide")) {
      throw new InputException(
          "list " + file + " has no column 'slide', only " + header.fields() + ".",
          "Name the column of paths 'slide'; mpp, id and group may stand beside it.");
    }
    return columns;
  }

  private static List<SlideEntry> named(Path file, List<Listed> slides) {
    Map<String, Integer> lines = new HashMap<>();
    for (Listed slide : slides) {
      Integer before =
          slide.id.isEmpty() ? null : lines.put(slide.id.toLowerCase(Locale.ROOT), slide.line);
      if (before != null) {
        throw new InputException(
            "list "
                + file
                + " gives id '"
                + slide.id
                + "' in lines "
                + before
                + " and "
                + slide.line
                + ".",
            "Give each slide an id of its own.");
      }
    }
    List<String> unnamed =
        slides.stream().filter(slide -> slide.id.isEmpty()).map(slide -> slide.text).toList();
    List<String> ids = SlideIds.of(unnamed, lines.keySet());
    List<SlideEntry> entries = new ArrayList<>();
    int next = 0;
    for (Listed slide : slides) {
      String id = slide.id.isEmpty() ? ids.get(next++) : slide.id;
      entries.add(new SlideEntry(id, slide.location, slide.mpp, slide.group));
    }
    return entries;
  }

  /** A row of the table. */
  private record Listed(
      int line, String text, SlideLocation location, @Nullable Mpp mpp, String id, String group) {
    static Listed of(Path file, CsvTable.Row row, Map<String, Integer> columns) {
      String text = field(row, columns, "slide");
      String id = field(row, columns, "id");
      if (text.isEmpty()) {
        throw new InputException(
            "list " + file + " names no slide in line " + row.line() + ".",
            "Give a path or an address, or leave the row out.");
      }
      if (!id.isEmpty() && !SlideEntry.isId(id)) {
        throw new InputException(
            "list "
                + file
                + " gives the id '"
                + id
                + "' in line "
                + row.line()
                + ", which cannot name a file.",
            "Use letters, digits, '.', '_' and '-', at most " + SlideEntry.MAX_ID_LENGTH + ".");
      }
      SlideLocation location = location(file, text);
      return new Listed(
          row.line(),
          location.file().isPresent() ? text.replace('\\', '/') : location.uri().getPath(),
          location,
          mpp(file, row.line(), field(row, columns, "mpp")),
          id,
          field(row, columns, "group"));
    }

    private static String field(CsvTable.Row row, Map<String, Integer> columns, String name) {
      Integer column = columns.get(name);
      return column == null || column >= row.fields().size() ? "" : row.fields().get(column);
    }

    private static SlideLocation location(Path file, String text) {
      SlideLocation location = SlideLocation.parse(text);
      try {
        return location
            .file()
            .map(path -> SlideLocation.of(file.resolveSibling(path).normalize()))
            .orElse(location);
      } catch (InvalidPathException e) {
        throw new InputException("'" + text + "' is no path.", "Correct list " + file + ".", e);
      }
    }

    private static @Nullable Mpp mpp(Path file, int line, String text) {
      if (text.isEmpty()) {
        return null;
      }
      try {
        return Mpp.of(Double.parseDouble(text));
      } catch (IllegalArgumentException e) {
        throw new InputException(
            "list "
                + file
                + " gives mpp '"
                + text
                + "' in line "
                + line
                + ", which is no positive number.",
            "Give µm per pixel of the full resolution, such as 0.25, or leave it empty.",
            e);
      }
    }

    boolean sameAs(Listed other) {
      return Objects.equals(mpp, other.mpp) && id.equals(other.id) && group.equals(other.group);
    }
  }
}
