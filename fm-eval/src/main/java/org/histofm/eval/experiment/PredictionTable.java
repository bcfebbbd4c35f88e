package org.histofm.eval.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.histofm.EnvironmentException;
import org.histofm.adapter.Prediction;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;
import org.histofm.evaluation.ScoredSamples;

/**
 * predictions.csv of one run: id, group, domain, part, label, predicted, one score for each class
 * in full double precision, and the notice that stands on every output (empty if there is none).
 */
final class PredictionTable {
  private static final int FIXED_COLUMNS = 6;

  private final Task.Classification task;
  private final String notice;
  private final StringBuilder text = new StringBuilder();

  PredictionTable(Task.Classification task, String notice) {
    this.task = task;
    this.notice = notice;
    List<String> header =
        new ArrayList<>(List.of("id", "group", "domain", "part", "label", "predicted"));
    task.classes().forEach(name -> header.add("score " + name));
    header.add("notice");
    Csv.append(text, header);
  }

  void add(TestSet test, Sample sample, Prediction prediction) {
    double[] scores = prediction.classScores();
    List<String> row = new ArrayList<>();
    row.add(sample.id());
    row.add(sample.group());
    row.add(sample.domain());
    row.add(test.kind().text());
    row.add(sample.label());
    row.add(task.classes().get(highest(scores)));
    for (double score : scores) {
      row.add(Double.toString(score));
    }
    row.add(notice);
    Csv.append(text, row);
  }

  private static int highest(double[] scores) {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }

  String text() {
    return text.toString();
  }

  /** Reads a table back; its hash was checked against run.json, so it is what was written. */
  static Map<TestSet, ScoredSamples> read(Path file, Task.Classification task) {
    List<List<String>> rows;
    try {
      rows = Csv.parse(Files.readString(file));
    } catch (IOException e) {
      throw new EnvironmentException(
          file + " can no longer be read: " + e + ".",
          "Check the disk, then start again: a run without its predictions is done again.",
          e);
    }
    Map<TestSet, List<List<String>>> parts = new LinkedHashMap<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      TestSet test =
          row.get(3).equals(TestSet.Kind.IN_DOMAIN.text())
              ? TestSet.inDomain(row.get(2))
              : TestSet.outOfDomain(row.get(2));
      parts.computeIfAbsent(test, t -> new ArrayList<>()).add(row);
    }
    Map<TestSet, ScoredSamples> scored = new LinkedHashMap<>();
    parts.forEach((test, part) -> scored.put(test, scored(part, task)));
    return scored;
  }

  private static ScoredSamples scored(List<List<String>> rows, Task.Classification task) {
    int classes = task.classes().size();
    List<String> ids = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    int[] labels = new int[rows.size()];
    double[] scores = new double[rows.size() * classes];
    for (int i = 0; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      ids.add(row.get(0));
      groups.add(row.get(1));
      labels[i] = task.indexOf(row.get(4));
      for (int c = 0; c < classes; c++) {
        scores[i * classes + c] = Double.parseDouble(row.get(FIXED_COLUMNS + c));
      }
    }
    return ScoredSamples.of(task.classes(), ids, groups, labels, scores);
  }
}
