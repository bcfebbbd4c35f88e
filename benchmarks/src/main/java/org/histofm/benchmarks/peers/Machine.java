package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a measurement depends on. Names no host.
 *
 * @param vendor of the processor, as it names itself; empty where the system does not tell
 * @param processor its model
 * @param features its matrix extensions, of {@link #MATRIX}
 * @param processors logical processors that this process may use
 * @param memoryGib main memory; 0 where the system does not tell
 * @param system operating system
 * @param java the virtual machine
 */
record Machine(
    String vendor,
    String processor,
    List<String> features,
    int processors,
    long memoryGib,
    String system,
    String java) {
  private static final List<String> MATRIX =
      List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve");

  Machine {
    features = List.copyOf(features);
  }

  /** This machine. */
  static Machine here() {
    return read(Path.of("/proc/cpuinfo"), Path.of("/proc/meminfo"));
  }

  /** Reads Linux's descriptions of processor and memory, and Java's properties for the rest. */
  static Machine read(Path cpuinfo, Path meminfo) {
    Map<String, String> cpu = firstValues(cpuinfo);
    String model = cpu.getOrDefault("model name", System.getProperty("os.arch", "unknown"));
    if (cpu.containsKey("cpu family")) {
      // virtual machines shorten the name, so family and model say which one it is
      model += " (family " + cpu.get("cpu family") + ", model " + cpu.get("model") + ")";
    }
    List<String> flags =
        Arrays.asList(
            cpu.getOrDefault("flags", cpu.getOrDefault("Features", "")).strip().split("\\s+"));
    String memory = firstValues(meminfo).getOrDefault("MemTotal", "0 kB");
    return new Machine(
        cpu.getOrDefault("vendor_id", ""),
        model,
        MATRIX.stream().filter(flags::contains).toList(),
        Runtime.getRuntime().availableProcessors(),
        Math.round(Long.parseLong(memory.split(" ", 2)[0]) / (1024.0 * 1024)),
        System.getProperty("os.name") + " " + majorAndMinor(System.getProperty("os.version")),
        System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  /** The first value of every {@code name : value} line; nothing if there is no such file. */
  private static Map<String, String> firstValues(Path file) {
    Map<String, String> values = new TreeMap<>();
    if (Files.isReadable(file)) {
      try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
        lines
            .map(line -> line.split(":", 2))
            .filter(parts -> parts.length == 2)
            .forEach(parts -> values.putIfAbsent(parts[0].strip(), parts[1].strip()));
      } catch (IOException e) {
        return Map.of(); // an unreadable description says nothing
      }
    }
    return values;
  }

  private static String majorAndMinor(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*$", "$1");
  }

  boolean amd() {
    return vendor.equals("AuthenticAMD");
  }

  /** Whether bfloat16 is multiplied in hardware, so that it is the default precision. */
  boolean bfloat16() {
    return features.contains("avx512_bf16") || features.contains("amx_bf16");
  }

  /** Whether times of one may be held against times of the other. */
  boolean comparableTo(Machine other) {
    return processor.equals(other.processor)
        && features.equals(other.features)
        && processors == other.processors;
  }

  /** Processor, features, memory and system in one line. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%s [%s], %d processors, %s%s, %s",
        processor,
        features.isEmpty() ? "features unknown" : String.join(" ", features),
        processors,
        memoryGib == 0 ? "" : memoryGib + " GiB, ",
        system,
        java);
  }
}
