package org.histofm.backbones.slides;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.histofm.slide.ByteCounts;

/**
 * What a run did.
 *
 * @param slides every slide of the run, in the run's order
 * @param quarantined slides and tiles of the run's slides that were left out, sorted; tiles that
 *     earlier runs left out of finished slides among them
 * @param seconds wall time of the run
 * @param busySeconds time in the backbone
 * @param stageSeconds time of each stage over all threads, in the order of the work
 * @param fetched what was fetched of slides far away
 * @param notice what every output says, such as that weights are random; empty if nothing
 */
public record SlideEmbeddingReport(
    List<Slide> slides,
    List<Quarantined> quarantined,
    double seconds,
    double busySeconds,
    Map<String, Double> stageSeconds,
    ByteCounts fetched,
    String notice) {
  /** What became of a slide. */
  public enum State {
    /** It was embedded now. */
    DONE,
    /** It was done before, or by another process. */
    SKIPPED,
    /** It is in quarantine. */
    FAILED
  }

  /**
   * One slide of a run.
   *
   * @param tiles tiles of its plan; 0 if it was not planned now
   * @param rows rows in its file; 0 if it failed
   * @param seconds wall time from its first batch to its last
   * @param stageSeconds time of each stage over all threads
   */
  public record Slide(
      String id,
      State state,
      long tiles,
      long rows,
      double seconds,
      Map<String, Double> stageSeconds) {
    static Slide without(String id, State state, long rows) {
      return new Slide(id, state, 0, rows, 0, Map.of());
    }
  }

  /** Copies the lists. */
  public SlideEmbeddingReport {
    slides = List.copyOf(slides);
    quarantined = List.copyOf(quarantined);
  }

  /** Number of slides in a state. */
  public long count(State state) {
    return slides.stream().filter(slide -> slide.state == state).count();
  }

  /** Number of tiles left out of slides that are done. */
  public long unreadableTiles() {
    return quarantined.stream().filter(Quarantined::isTile).count();
  }

  /** Share of the wall time that the backbone computed; 0 if it had nothing to do. */
  public double busyShare() {
    return seconds > 0 ? busySeconds / seconds : 0;
  }

  /** Tiles that were embedded now. */
  public long rows() {
    return slides.stream().filter(slide -> slide.state == State.DONE).mapToLong(Slide::rows).sum();
  }

  /** A short table: outcome, time by stage, and the slides that failed with their reason. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (!notice.isEmpty()) {
      lines.add(notice);
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "slides: %d embedded, %d done before, %d in quarantine; tiles: %d embedded, %d left out",
            count(State.DONE),
            count(State.SKIPPED),
            count(State.FAILED),
            rows(),
            unreadableTiles()));
    lines.add(
        String.format(
            Locale.ROOT, "time: %.1f s, backbone busy %.1f %%", seconds, 100 * busyShare()));
    StringBuilder stages = new StringBuilder("stages, over all threads:");
    stageSeconds.forEach(
        (stage, time) -> stages.append(String.format(Locale.ROOT, " %s %.1f s", stage, time)));
    lines.add(stages.toString());
    if (fetched.requests() > 0) {
      lines.add("from far away: " + fetched);
    }
    for (Quarantined row : quarantined) {
      if (!row.isTile()) {
        lines.add(
            String.format(Locale.ROOT, "%-40s %-18s %s", row.slide(), row.code(), row.message()));
      }
    }
    return lines;
  }

  String json(SlideRecipe recipe, Map<String, String> environment) {
    ObjectNode json = Sidecar.JSON.createObjectNode().put("format", "histofm-slide-run-1");
    if (!notice.isEmpty()) {
      json.put("notice", notice);
    }
    recipe.writeTo(json.putObject("recipe"));
    json.putObject("slides")
        .put("embedded", count(State.DONE))
        .put("done before", count(State.SKIPPED))
        .put("in quarantine", count(State.FAILED));
    json.putObject("tiles").put("embedded", rows()).put("left out", unreadableTiles());
    ObjectNode run = json.putObject("run");
    environment.forEach(run::put);
    run.put("seconds", seconds).put("backbone busy share", busyShare());
    stageSeconds.forEach(run.putObject("stage seconds")::put);
    run.putObject("fetched")
        .put("requests", fetched.requests())
        .put("bytes", fetched.fetched())
        .put("bytes used", fetched.used())
        .put("bytes of tiles used", fetched.usedTiles());
    var list = run.putArray("slides");
    for (Slide slide : slides) {
      ObjectNode one = list.addObject().put("id", slide.id);
      one.put("state", slide.state.name().toLowerCase(Locale.ROOT));
      one.put("tiles", slide.tiles).put("rows", slide.rows).put("seconds", slide.seconds);
      if (slide.seconds > 0) {
        one.put(
            "backbone busy share", slide.stageSeconds.getOrDefault("embed", 0.0) / slide.seconds);
      }
      slide.stageSeconds.forEach(one.putObject("stage seconds")::put);
    }
    try {
      return Sidecar.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of plain values can be written", e);
    }
  }
}
