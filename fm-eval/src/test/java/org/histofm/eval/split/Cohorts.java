package org.histofm.eval.split;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;

/**
 * Cohorts written as words: {@code "A P1 xxy"} is group P1 of domain A, with classes x, x and y.
 */
final class Cohorts {
  private Cohorts() {}

  /** Ids are domain, group and number: {@code "A/P1/0"}. */
  static Cohort of(String... groups) {
    List<Sample> samples = new ArrayList<>();
    for (String words : groups) {
      String[] word = words.split(" ");
      for (int i = 0; i < word[2].length(); i++) {
        samples.add(
            Sample.of(
                    word[0] + "/" + word[1] + "/" + i,
                    word[1],
                    new Source.ImageFile(Path.of("tile.png")),
                    new Target.ClassLabel(word[2].substring(i, i + 1)))
                .withDomain(word[0]));
      }
    }
    List<String> classes =
        Arrays.stream(groups)
            .flatMap(words -> words.split(" ")[2].chars().mapToObj(Character::toString))
            .distinct()
            .sorted()
            .collect(Collectors.toList());
    return Cohort.of("made", new Task.Classification(classes), samples);
  }

  /** Groups of 1 to 12 samples of domains A and B; every class is in three groups of A or more. */
  static Cohort random(int groups, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> words = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      StringBuilder labels = new StringBuilder();
      if (g < 3 * classes) {
        labels.append((char) ('p' + g % classes));
      }
      int more = random.nextInt(1, 12);
      for (int i = 0; i < more; i++) {
        labels.append((char) ('p' + random.nextInt(classes)));
      }
      words.add("A G" + g + " " + labels);
      words.add("B H" + g + " " + labels);
    }
    return of(words.toArray(String[]::new));
  }

  /** An unseen domain that the fold must have. */
  static Cohort far(Fold fold, String domain) {
    return Objects.requireNonNull(fold.outOfDomain().get(domain), domain);
  }

  static List<String> ids(Cohort cohort) {
    return cohort.samples().stream().map(Sample::id).toList();
  }

  static long count(Cohort cohort, String label) {
    return cohort.samples().stream().filter(s -> s.label().equals(label)).count();
  }
}
