package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart learns something, loses some of it on the unseen scanner, and says what it is. */
class QuickstartTest {
  private static final String NOTICE = "untrained backbone: a plumbing check, no finding";

  @TempDir Path folder;

  @Test
  void quickstart_twice_isGoodInDomainWorseOutsideAndTheSame() throws Exception {
    JsonNode first = run(folder.resolve("first"));
    JsonNode second = run(folder.resolve("second"));

    double inDomain = balancedAccuracy(first, "in-domain");
    assertThat(inDomain).isGreaterThanOrEqualTo(0.8);
    assertThat(balancedAccuracy(first, "out-of-domain")).isLessThan(inDomain);
    assertThat(second).isEqualTo(first);
    assertThat(first.get("notice").asText()).isEqualTo(NOTICE);
    assertThat(Files.readString(folder.resolve("first/report.html"), StandardCharsets.UTF_8))
        .contains(NOTICE)
        .doesNotContain("http:", "https:");
  }

  private static JsonNode run(Path out) throws Exception {
    PrintWriter err = new PrintWriter(new StringWriter());
    assertThat(Cli.run(new Quickstart(), err, "--out", out.toString())).isZero();
    JsonNode results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
    ((ObjectNode) results).remove("run");
    return results;
  }

  /** Of all labels and all seeds. */
  private static double balancedAccuracy(JsonNode results, String testSet) {
    for (JsonNode aggregate : results.get("aggregates")) {
      for (JsonNode evaluation : aggregate.get("evaluations")) {
        if (aggregate.get("fraction").asDouble() == 1
            && evaluation.get("test_set").asText().equals(testSet)) {
          return evaluation.at("/metrics/balanced_accuracy/value").asDouble();
        }
      }
    }
    throw new AssertionError("no " + testSet + " result with all labels");
  }
}
