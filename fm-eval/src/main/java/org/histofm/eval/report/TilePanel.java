package org.histofm.eval.report;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.histofm.HistoFmException;
import org.histofm.adapter.SampleReader;
import org.histofm.dataset.Sample;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.RunKey;
import org.histofm.eval.experiment.RunResult;
import org.histofm.eval.experiment.TestSet;
import org.histofm.evaluation.ScoredSamples;

/** The tiles that a fit is surest of, right and wrong, for every class and test set. */
final class TilePanel {
  private static final int FEW_CLASSES = 3;
  private static final int TILES = 4;
  private static final int TILES_OF_MANY_CLASSES = 2;

  private final ExperimentResults results;
  private final SampleReader reader;
  private final Markup out;
  private final Map<String, Sample> samples = new HashMap<>();
  private final Map<String, String> pictures = new HashMap<>();

  TilePanel(ExperimentResults results, SampleReader reader, Markup out) {
    this.results = results;
    this.reader = reader;
    this.out = out;
    results.cohort().samples().forEach(s -> samples.put(s.id(), s));
  }

  void write() {
    double fraction = results.fractions().get(results.fractions().size() - 1);
    long seed = results.seeds().get(0);
    out.open("section").leaf("h2", "Tiles that were surest");
    out.leaf(
        "p",
        "Fraction "
            + RunKey.text(fraction)
            + ", seed "
            + seed
            + ": test tiles with the highest score for the class that was predicted. They show what"
            + " the models rely on, and are no fair sample of their errors.",
        "class",
        "lead");
    for (String arm : results.arms()) {
      results.run(new RunKey(arm, fraction, seed)).ifPresent(run -> arm(arm, run));
    }
    out.close();
  }

  private void arm(String arm, RunResult run) {
    out.leaf("h3", arm);
    for (Map.Entry<TestSet, ScoredSamples> part : results.predictions(run).entrySet()) {
      ScoredSamples scored = part.getValue();
      out.open("div", "class", "scroll").open("table", "class", "tiles");
      out.leaf("caption", part.getKey().describe());
      out.open("thead").open("tr");
      out.leaf("th", "true class", "scope", "col");
      out.leaf("th", "✓ right", "scope", "col").leaf("th", "✗ wrong", "scope", "col");
      out.close().close().open("tbody");
      for (int c = 0; c < scored.classes().size(); c++) {
        out.open("tr").leaf("th", scored.classes().get(c), "scope", "row");
        tiles(scored, c, true);
        tiles(scored, c, false);
        out.close();
      }
      out.close().close().close();
    }
  }

  private void tiles(ScoredSamples scored, int label, boolean right) {
    int most = scored.classes().size() <= FEW_CLASSES ? TILES : TILES_OF_MANY_CLASSES;
    List<Integer> chosen =
        IntStream.range(0, scored.size())
            .filter(i -> scored.label(i) == label && (scored.predicted(i) == label) == right)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> -scored.score(i, scored.predicted(i)))
                    .thenComparing(scored::id))
            .limit(most)
            .toList();
    out.open("td", "class", right ? "right" : "wrong");
    if (chosen.isEmpty()) {
      out.leaf("p", "none", "class", "empty");
    }
    for (int i : chosen) {
      tile(scored, i);
    }
    out.close();
  }

  private void tile(ScoredSamples scored, int i) {
    String id = scored.id(i);
    String predicted = scored.classes().get(scored.predicted(i));
    String score = Wording.number(scored.score(i, scored.predicted(i)));
    out.open("figure", "title", id);
    String picture = pictures.computeIfAbsent(id, this::picture);
    if (picture.isEmpty()) {
      out.leaf("p", "cannot be read", "class", "empty");
    } else {
      out.empty(
          "img",
          "src",
          picture,
          "alt",
          "sample "
              + id
              + ", true class "
              + scored.classes().get(scored.label(i))
              + ", predicted "
              + predicted
              + " at "
              + score);
    }
    out.open("figcaption").leaf("strong", predicted).text(" " + score);
    out.leaf("span", id, "class", "id").close().close();
  }

  /** Empty if the image has become unreadable since the experiment ran. */
  private String picture(String id) {
    Sample sample = samples.get(id);
    if (sample == null) {
      return "";
    }
    try {
      return Thumbnail.of(reader.image(sample));
    } catch (HistoFmException e) {
      return "";
    }
  }
}
