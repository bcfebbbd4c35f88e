package org.histofm.backbones.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What matters here of the processor: its architecture and the vector extensions that decide which
 * kernels run, and so the last bits of a result.
 *
 * @param architecture as Java names it
 * @param extensions those of {@link #DECISIVE} that it has; empty where the system does not tell
 */
record Processor(String architecture, Set<String> extensions) {
  private static final List<String> DECISIVE =
      List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve");

  Processor {
    extensions = Set.copyOf(extensions);
  }

  /** This machine's processor. */
  static Processor here() {
    return read(System.getProperty("os.arch", "unknown"), Path.of("/proc/cpuinfo"));
  }

  /** Reads the flags of the first processor in Linux's {@code cpuinfo}. */
  static Processor read(String architecture, Path cpuinfo) {
    if (!Files.isReadable(cpuinfo)) {
      return new Processor(architecture, Set.of());
    }
    try (var lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
      Set<String> flags =
          lines
              .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
              .findFirst()
              .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
              .orElse(Set.of());
      return new Processor(
          architecture, DECISIVE.stream().filter(flags::contains).collect(Collectors.toSet()));
    } catch (IOException e) {
      // an unreadable cpuinfo is one that says nothing
      return new Processor(architecture, Set.of());
    }
  }

  /** Whether it multiplies bfloat16 in hardware. Elsewhere bfloat16 is slower than float32. */
  boolean multipliesBfloat16() {
    return extensions.contains("avx512_bf16") || extensions.contains("amx_bf16");
  }

  /** Architecture and extensions in one line. */
  String describe() {
    return String.join(" ", architecture, String.join(" ", new TreeSet<>(extensions))).strip();
  }
}
