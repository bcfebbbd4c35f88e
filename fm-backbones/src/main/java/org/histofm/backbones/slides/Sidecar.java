package org.histofm.backbones.slides;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.Resolution;

/**
 * The file that is written last and alone says that a slide is done: recipe, slide, and what came
 * out. It holds no time and no path of the machine, so equal runs write equal files.
 */
final class Sidecar {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String FORMAT = "histofm-slide-embedding-1";

  private final JsonNode json;

  private Sidecar(JsonNode json) {
    this.json = json;
  }

  /**
   * @param contentHash SHA-256 of the slide
   * @param features SHA-256 of the file of features
   * @param featuresBytes its length
   */
  record Results(String contentHash, String features, long featuresBytes) {}

  static Sidecar of(SlideEmbedding settings, SlideWork work, Results results) {
    ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
    if (settings.backbone().untrained()) {
      json.put("notice", SlideEmbedding.UNTRAINED);
    }
    settings.recipe().writeTo(json.putObject("recipe"));
    SlideEntry entry = work.entry();
    Resolution resolution = work.reader().resolution(settings.tiles().target());
    json.putObject("slide")
        .put("id", entry.id())
        .put("group", entry.group())
        .put("file", entry.location().fileName())
        .put("sha256", results.contentHash)
        .put("stated mpp", stated(entry))
        .put("format", work.reader().format())
        .put("width", work.reader().width())
        .put("height", work.reader().height())
        .put("mpp", text(work.reader().mpp()))
        .put("mpp from", work.reader().pixelSize().origin());
    json.putObject("resolution")
        .put("requested mpp", text(resolution.requested()))
        .put("read level", resolution.level())
        .put("read mpp", text(resolution.read()))
        .put("effective mpp", text(resolution.effective()))
        .put("filter", resolution.filter());
    ObjectNode out = json.putObject("results");
    out.put("planned tiles", work.plan().size())
        .put("rows", work.spool().rows())
        .put("features sha256", results.features)
        .put("features bytes", results.featuresBytes);
    ArrayNode unreadable = out.putArray("unreadable");
    for (Spool.Lost tile : work.spool().lost()) {
      Region at = work.plan().region(tile.tile());
      unreadable
          .addObject()
          .put("x", at.x())
          .put("y", at.y())
          .put("width", at.width())
          .put("height", at.height())
          .put("code", tile.code())
          .put("message", tile.message())
          .put("remedy", tile.remedy());
    }
    return new Sidecar(json);
  }

  /** Reads what {@link #text} gave; a file that is something else has an empty recipe. */
  static Sidecar read(String text) {
    try {
      return new Sidecar(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return new Sidecar(JSON.createObjectNode());
    }
  }

  String text() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of plain values can be written", e);
    }
  }

  static String stated(SlideEntry entry) {
    return entry.mpp() == null ? "none" : text(entry.mpp());
  }

  private static String text(Mpp mpp) {
    return mpp.x() == mpp.y() ? Double.toString(mpp.x()) : mpp.x() + " x " + mpp.y();
  }

  SlideRecipe recipe() {
    return SlideRecipe.read(json.path("recipe"));
  }

  String contentHash() {
    return json.path("slide").path("sha256").asText();
  }

  String statedMpp() {
    return json.path("slide").path("stated mpp").asText();
  }

  String featuresHash() {
    return json.path("results").path("features sha256").asText();
  }

  long featuresBytes() {
    return json.path("results").path("features bytes").asLong(-1);
  }

  long rows() {
    return json.path("results").path("rows").asLong();
  }

  /** The tiles that were left out. */
  List<Quarantined> unreadable(String slide) {
    List<Quarantined> rows = new ArrayList<>();
    for (JsonNode tile : json.path("results").path("unreadable")) {
      rows.add(
          new Quarantined(
              slide,
              tile.path("code").asText(),
              new Region(
                  tile.path("x").asLong(),
                  tile.path("y").asLong(),
                  tile.path("width").asLong(),
                  tile.path("height").asLong()),
              tile.path("message").asText(),
              tile.path("remedy").asText()));
    }
    return rows;
  }
}
