package org.histofm.benchmarks.peers;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.histofm.benchmarks.peers.RowResult.Absent;

/** Results to test with. */
final class Results {
  static final Machine MACHINE =
      new Machine(
          "AuthenticAMD",
          "AMD EPYC (family 25, model 17)",
          List.of("avx2", "avx512_bf16"),
          2,
          24,
          "Linux 6.1",
          "OpenJDK 17");

  static final Row ROW =
      new Row(
          "embed-x",
          "embed 16 images with X",
          Row.Style.RESIDENT,
          3,
          List.of(
              Side.ours("ours", 200, "embed"),
              Side.peer("peer", "embed.py"),
              Side.peer("compiled", "embed.py", "--compile"),
              Side.ceiling("ceiling", "ceiling")),
          List.of(
              Comparison.speed("ours", "peer", 2.5),
              Comparison.speed("ours", "compiled", 1.1),
              Comparison.time("ours", "peer", 0.4),
              Comparison.memory("ours", "peer", 0.65),
              Comparison.ceiling("ours", "ceiling", null)));

  private Results() {}

  static Circumstances on(String date, Machine machine) {
    return new Circumstances(date, "abc", machine, 2, 0.1, "Python 3.11, torch 2.13.0");
  }

  /** Our times of three rounds are {@code millis} and 10 less and more; the peer takes 200. */
  static RowResult result(Circumstances circumstances, double millis) {
    return RowResult.of(
        ROW,
        circumstances,
        Map.of(
            "ours", measurements(millis - 10, millis, millis + 10),
            "peer", measurements(200, 200, 200),
            "ceiling", measurements(40, 40, 40)),
        Map.of("ours", "bfloat16, packed"),
        List.of(new Absent("compiled", "torch.compile does not work here: no C++ compiler")));
  }

  private static List<Measurement> measurements(double... millis) {
    return Arrays.stream(millis)
        .mapToObj(m -> new Measurement(m, 2 * m, Math.round(m * 1024)))
        .toList();
  }
}
