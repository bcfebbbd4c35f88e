package org.histofm.benchmarks.peers;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/**
 * The last result of every row, by id: {@code benchmarks.json} for the next run to compare with,
 * {@code benchmarks.md} for people. A row that is not measured keeps its former result. Immutable.
 */
final class ResultsFile {
  private static final int FORMAT = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private record Content(int format, Map<String, RowResult> rows) {
    Content {
      Objects.requireNonNull(rows);
    }
  }

  private final SortedMap<String, RowResult> rows;

  private ResultsFile(SortedMap<String, RowResult> rows) {
    this.rows = Collections.unmodifiableSortedMap(rows);
  }

  /** No results. */
  static ResultsFile empty() {
    return new ResultsFile(new TreeMap<>());
  }

  /**
   * The results in {@code folder}; none if there is no file.
   *
   * @throws InputException if the file is damaged or of another format
   */
  static ResultsFile read(Path folder) {
    Path file = folder.resolve("benchmarks.json");
    try {
      Content content = JSON.readValue(Files.readAllBytes(file), Content.class);
      if (content == null || content.format() != FORMAT) {
        throw unusable(file, "is not of format " + FORMAT, null);
      }
      return new ResultsFile(new TreeMap<>(content.rows()));
    } catch (NoSuchFileException e) {
      return empty();
    } catch (JacksonException e) {
      throw unusable(file, "holds no benchmark results", e);
    } catch (IOException e) {
      throw unusable(file, "cannot be read: " + e, e);
    }
  }

  private static InputException unusable(Path file, String problem, @Nullable Exception cause) {
    return new InputException(
        file + " " + problem + ".",
        "Restore it, or move it away to begin anew, or name another folder with --results.",
        cause);
  }

  /** All results by row id, in alphabetical order. */
  SortedMap<String, RowResult> rows() {
    return rows;
  }

  /** A copy in which {@code result} is the last one of row {@code id}. */
  ResultsFile with(String id, RowResult result) {
    SortedMap<String, RowResult> merged = new TreeMap<>(rows);
    merged.put(id, result);
    return new ResultsFile(merged);
  }

  /** Writes both files into {@code folder}, each whole or not at all. */
  void write(Path folder) {
    try {
      Files.createDirectories(folder);
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter()
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withArrayIndenter(new DefaultIndenter("  ", "\n"));
      String json = JSON.writer(printer).writeValueAsString(new Content(FORMAT, rows));
      replace(folder.resolve("benchmarks.json"), json + "\n");
      replace(folder.resolve("benchmarks.md"), ResultsPage.of(rows));
    } catch (IOException e) {
      throw new EnvironmentException(
          "Results cannot be written to " + folder + ": " + e + ".",
          "Make room and check the folder's permissions.",
          e);
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(temporary, text, StandardCharsets.UTF_8);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
