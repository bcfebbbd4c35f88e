package org.histofm.tiling.online;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.provenance.Facts;
import org.jspecify.annotations.Nullable;

/**
 * How far a row of tiles was taken, and by what recipe: under a kilobyte, whatever the slides.
 *
 * @param next number of the next tile, from 0
 * @param recipe what the tiles depend on: seed, settings, slides
 */
public record OnlineState(long next, Facts recipe) {
  private static final String FORMAT = "histofm-online-1";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws IllegalArgumentException if {@code next} is negative
   */
  public OnlineState {
    if (next < 0) {
      throw new IllegalArgumentException("the next tile has a number from 0, got " + next);
    }
  }

  /** The state as JSON. */
  public String text() {
    ObjectNode json = JSON.createObjectNode().put("format", FORMAT).put("next", next);
    ObjectNode facts = json.putObject("recipe");
    recipe.asMap().forEach(facts::put);
    return json.toPrettyString() + "\n";
  }

  /**
   * Reads what {@link #text} gave.
   *
   * @throws InputException if it is something else
   */
  public static OnlineState parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      JsonNode next = json.path("next");
      if (json.path("format").asText().equals(FORMAT)
          && next.canConvertToLong()
          && next.longValue() >= 0
          && json.path("recipe").isObject()) {
        Facts recipe = Facts.none();
        for (Map.Entry<String, JsonNode> fact : json.path("recipe").properties()) {
          recipe = recipe.with(fact.getKey(), fact.getValue().asText());
        }
        return new OnlineState(next.longValue(), recipe);
      }
    } catch (JsonProcessingException e) {
      throw unusable(e);
    }
    throw unusable(null);
  }

  private static InputException unusable(@Nullable Exception e) {
    return new InputException(
        "the text is no state of a row of tiles ('" + FORMAT + "').",
        "Take one that was saved from a stream, or begin at tile 0.",
        e);
  }

  /**
   * Writes the state as a whole: whatever happens, the file holds this state or the one before.
   *
   * @throws EnvironmentException if it cannot be written
   */
  public void write(Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(part, text(), StandardCharsets.UTF_8);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          file + " cannot be written: " + e + ".", "Check the disk and the permissions.", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws InputException if the file is missing or holds something else
   */
  public static OnlineState read(Path file) {
    try {
      return parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new InputException(
          file + " cannot be read: " + e + ".", "Name a state that was written.", e);
    } catch (InputException e) {
      throw new InputException(file + ": " + e.problem(), e.remedy(), e);
    }
  }
}
