package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart learns something, loses some of it on the unseen scanner, and says what it is. */
class QuickstartTest {
  private static final String NOTICE = "untrained backbone: a plumbing check, no finding";

  @TempDir Path folder;

  @Test
  void quickstart_isGoodInDomainWorseOutsideAndGoesOnToTheSame() throws Exception {
    Path first = folder.resolve("first");
    JsonNode results = run(first);

    for (String arm : List.of("linear-probe", "lora", "full")) {
      double inDomain = balancedAccuracy(results, arm, "in-domain");
      assertThat(inDomain).as(arm).isGreaterThanOrEqualTo(0.8);
      assertThat(balancedAccuracy(results, arm, "out-of-domain")).as(arm).isLessThan(inDomain);
    }
    assertThat(results.get("notice").asText()).isEqualTo(NOTICE);
    assertThat(Files.readString(first.resolve("report.html"), StandardCharsets.UTF_8))
        .contains(NOTICE)
        .doesNotContain("http:", "https:");

    // One run of each adapter is done again, from the images on; all would take twice the time.
    Path second = folder.resolve("second");
    copyWithout(first, second, List.of("embeddings", "runs/.*/f1/s3"));
    assertThat(second.resolve("runs/lora/f1/s2/run.json")).exists();
    assertThat(second.resolve("runs/lora/f1/s3")).doesNotExist();
    assertThat(run(second)).isEqualTo(results);
  }

  private static void copyWithout(Path from, Path to, List<String> leftOut) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = from.relativize(file).toString().replace('\\', '/');
        if (leftOut.stream().noneMatch(pattern -> name.matches(pattern + "/.*"))) {
          Files.createDirectories(to.resolve(name).getParent());
          Files.copy(file, to.resolve(name));
        }
      }
    }
  }

  private static JsonNode run(Path out) throws Exception {
    PrintWriter err = new PrintWriter(new StringWriter());
    assertThat(Cli.run(new Quickstart(), err, "--out", out.toString())).isZero();
    JsonNode results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
    ((ObjectNode) results).remove("run");
    return results;
  }

  /** Of all labels and all seeds. */
  private static double balancedAccuracy(JsonNode results, String arm, String testSet) {
    for (JsonNode aggregate : results.get("aggregates")) {
      for (JsonNode evaluation : aggregate.get("evaluations")) {
        if (aggregate.get("fraction").asDouble() == 1
            && aggregate.get("arm").asText().equals(arm)
            && evaluation.get("test_set").asText().equals(testSet)) {
          return evaluation.at("/metrics/balanced_accuracy/value").asDouble();
        }
      }
    }
    throw new AssertionError("no " + testSet + " result of " + arm + " with all labels");
  }
}
