package org.histofm.eval.experiment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.histofm.adapter.Prediction;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionTableTest {
  private final Path folder;

  PredictionTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void table_anyNamesAndScores_comeBackExactly() throws IOException {
    List<String> names =
        List.of("a,b", "say \"no\"", " blank ", "two\nlines", "<script>", "héß 中", "=1+1", "#x");
    Task.Classification task = new Task.Classification(names);
    Source source = new Source.InMemory(RgbImage.of(1, 1, new byte[3]));
    PredictionTable table = new PredictionTable(task, "a notice, with a comma");
    double[] scores = {0.1, 1 / 3.0, Double.MIN_VALUE, 1e-17, 0, 1, 0.1 + 0.2, 0.25};
    for (String name : names) {
      Sample sample =
          Sample.of("id " + name, "group " + name, source, new Target.ClassLabel(name))
              .withDomain("domain, one");
      table.add(
          TestSet.outOfDomain("domain, one"),
          sample,
          Prediction.ofClassScores(sample.id(), scores));
    }
    Path file = folder.resolve("predictions.csv");
    Files.writeString(file, table.text());
    Map<TestSet, ScoredSamples> read = PredictionTable.read(file, task);

    ScoredSamples scored = requireNonNull(read.get(TestSet.outOfDomain("domain, one")));
    assertThat(read).hasSize(1);
    assertThat(scored.size()).isEqualTo(names.size());
    for (int i = 0; i < names.size(); i++) {
      assertThat(scored.id(i)).isEqualTo("id " + names.get(i));
      assertThat(scored.group(i)).isEqualTo("group " + names.get(i));
      assertThat(scored.label(i)).isEqualTo(i);
      assertThat(scored.predicted(i)).isEqualTo(5);
      for (int c = 0; c < scores.length; c++) {
        assertThat(scored.score(i, c)).isEqualTo(scores[c]);
      }
    }
  }
}
