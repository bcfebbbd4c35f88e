package org.histofm.backbones.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.histofm.EnvironmentException;
import org.histofm.provenance.Facts;
import org.jspecify.annotations.Nullable;

/**
 * What must hold around the engine before DJL's first class loads: DJL reads each of its settings
 * once, and an environment variable beats the system property of the same meaning, so a variable
 * that contradicts us has to be named and refused.
 */
final class EngineEnvironment {
  /** DJL reads this variable, or the property {@link #OFFLINE_PROPERTY}. */
  private static final String OFFLINE_VARIABLE = "DJL_OFFLINE";

  private static final String OFFLINE_PROPERTY = "ai.djl.offline";
  private static final String NO_TELEMETRY = "OPT_OUT_TRACKING";
  private static final String DEFAULT_ENGINE = "DJL_DEFAULT_ENGINE";
  private static final String CACHE = "ENGINE_CACHE_DIR";
  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String INTEROP_THREADS = "ai.djl.pytorch.num_interop_threads";
  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
  private static final String LIBRARY_VERSION = "PYTORCH_VERSION";
  private static final String LIBRARY_FLAVOR = "PYTORCH_FLAVOR";

  /** Variables that make oneDNN compute float32 in a narrower format. */
  private static final List<String> FLOAT32_MODES =
      List.of("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE");

  /** Variables that choose other kernels, and so other last bits: allowed, and recorded. */
  private static final List<String> KERNEL_CHOICES =
      List.of("ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA");

  private static final List<String> THREAD_VARIABLES =
      List.of("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "MKL_NUM_THREADS");

  private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+\\.\\d+)");

  private final UnaryOperator<@Nullable String> variables;
  private final UnaryOperator<@Nullable String> properties;

  /**
   * @param variables the process environment: name to value, or null if unset
   * @param properties the system properties: name to value, or null if unset
   */
  EngineEnvironment(
      UnaryOperator<@Nullable String> variables, UnaryOperator<@Nullable String> properties) {
    this.variables = variables;
    this.properties = properties;
  }

  /** This process. */
  static EngineEnvironment ofProcess() {
    return new EngineEnvironment(System::getenv, System::getProperty);
  }

  /**
   * Refuses variables that contradict the settings, and a libtorch of another version.
   *
   * @throws EnvironmentException naming the variable to unset
   */
  void check(EngineSettings settings) {
    if (settings.hostDjl().isEmpty()) {
      mustBeTrue(OFFLINE_VARIABLE, "HistoFM keeps DJL off the network");
      mustBeTrue(NO_TELEMETRY, "HistoFM sends no usage data");
      String engine = variables.apply(DEFAULT_ENGINE);
      if (engine != null && !engine.isEmpty() && !engine.equals("PyTorch")) {
        throw new EnvironmentException(
            "The environment variable "
                + DEFAULT_ENGINE
                + "="
                + engine
                + " asks DJL for another engine than PyTorch.",
            "Unset " + DEFAULT_ENGINE + ".");
      }
    }
    Optional<Path> cache = settings.cacheFolder();
    String cacheVariable = variables.apply(CACHE);
    if (cache.isPresent()
        && cacheVariable != null
        && !cacheVariable.equals(cache.get().toString())) {
      throw new EnvironmentException(
          "The environment variable "
              + CACHE
              + "="
              + cacheVariable
              + " contradicts the cache folder "
              + cache.get()
              + ".",
          "Unset " + CACHE + ", or leave the cache folder at its default.");
    }
    for (String mode : FLOAT32_MODES) {
      String value = variables.apply(mode);
      if (value != null && !value.isEmpty() && !value.equalsIgnoreCase("strict")) {
        throw new EnvironmentException(
            "The environment variable "
                + mode
                + "="
                + value
                + " makes float32 arithmetic less exact without a trace in the results.",
            "Unset " + mode + ".");
      }
    }
    checkLibtorch();
  }

  private void mustBeTrue(String variable, String why) {
    String value = variables.apply(variable);
    if (value != null && !value.equalsIgnoreCase("true")) {
      throw new EnvironmentException(
          "The environment variable " + variable + "=" + value + " contradicts this: " + why + ".",
          "Unset " + variable + ".");
    }
  }

  private void checkLibtorch() {
    String version = setting(LIBRARY_VERSION);
    if (version != null && !version.isEmpty() && !version.equals(Engine.LIBTORCH_VERSION)) {
      throw new EnvironmentException(
          LIBRARY_VERSION
              + "="
              + version
              + " asks for another libtorch than "
              + Engine.LIBTORCH_VERSION
              + ", the only one this build runs with.",
          "Unset " + LIBRARY_VERSION + ".");
    }
    String path = setting(LIBRARY_PATH);
    if (path == null) {
      return;
    }
    if (version == null || version.isEmpty() || blank(setting(LIBRARY_FLAVOR))) {
      throw new EnvironmentException(
          LIBRARY_PATH
              + "="
              + path
              + " names a libtorch of your own without saying which version and flavour it is.",
          "Set "
              + LIBRARY_VERSION
              + "="
              + Engine.LIBTORCH_VERSION
              + " and "
              + LIBRARY_FLAVOR
              + " (cpu or cu128) too, or unset "
              + LIBRARY_PATH
              + ".");
    }
    for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
      Optional<String> found = versionOf(Path.of(folder));
      if (found.isPresent() && !found.get().equals(Engine.LIBTORCH_VERSION)) {
        throw new EnvironmentException(
            "The libtorch in "
                + folder
                + " is version "
                + found.get()
                + "; this build runs with "
                + Engine.LIBTORCH_VERSION
                + " only.",
            "Point " + LIBRARY_PATH + " at libtorch " + Engine.LIBTORCH_VERSION + ", or unset it.");
      }
    }
  }

  /**
   * The version that a libtorch download, or a Python package of it, states beside its libraries.
   */
  private static Optional<String> versionOf(Path library) {
    Path folder = Files.isDirectory(library) ? library : library.toAbsolutePath().getParent();
    Path home = folder == null ? null : folder.toAbsolutePath().getParent();
    if (home == null) {
      return Optional.empty();
    }
    for (String name : List.of("build-version", "version.py")) {
      Path file = home.resolve(name);
      if (Files.isReadable(file)) {
        try {
          Matcher version = VERSION.matcher(Files.readString(file, StandardCharsets.UTF_8));
          if (version.find()) {
            return Optional.of(version.group(1));
          }
        } catch (IOException e) {
          throw new EnvironmentException(
              "The version of libtorch cannot be read from " + file + ": " + e.getMessage() + ".",
              "Unset " + LIBRARY_PATH + ".",
              e);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Refuses to go on without the native jars, where DJL would try to download them.
   *
   * @throws EnvironmentException naming the artifacts to add
   */
  void checkNativeJars(ClassLoader loader) {
    boolean ownLibtorch = setting(LIBRARY_PATH) != null;
    if (!ownLibtorch && loader.getResource("native/lib/pytorch.properties") == null) {
      throw missingJars("No libtorch is on the class path.");
    }
    URL jni = loader.getResource("jnilib/pytorch.properties");
    if (jni == null) {
      throw missingJars("DJL's native interface to libtorch is not on the class path.");
    }
    Properties stated = new Properties();
    try (InputStream in = jni.openStream()) {
      stated.load(in);
    } catch (IOException e) {
      throw new EnvironmentException(
          "The jar behind " + jni + " cannot be read: " + e.getMessage() + ".",
          "Delete it and let Maven fetch it again.",
          e);
    }
    String version = stated.getProperty("jni_version", "unknown");
    if (!version.startsWith(Engine.LIBTORCH_VERSION + "-" + Engine.DJL_VERSION)) {
      throw missingJars("The class path holds ai.djl.pytorch:pytorch-jni " + version + ".");
    }
  }

  /** What to tell the user when DJL could not start libtorch. */
  EnvironmentException startFailure(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason =
        root.getClass().getSimpleName()
            + ": "
            + String.valueOf(root.getMessage()).lines().findFirst().orElse("no message");
    String problem = "libtorch " + Engine.LIBTORCH_VERSION + " does not start (" + reason + ").";
    if (root instanceof FileSystemException) {
      return new EnvironmentException(
          problem,
          "It is unpacked once, about 450 MB, below .djl.ai in the home folder: make room there, or"
              + " name another folder by "
              + CACHE
              + ".",
          e);
    }
    return missingJars(problem, e);
  }

  /** The refusal that names the artifacts this machine needs. */
  EnvironmentException missingJars(String problem) {
    return missingJars(problem, null);
  }

  private EnvironmentException missingJars(String problem, @Nullable Throwable cause) {
    return new EnvironmentException(
        problem,
        "Add ai.djl.pytorch:pytorch-jni:"
            + Engine.LIBTORCH_VERSION
            + "-"
            + Engine.DJL_VERSION
            + " and ai.djl.pytorch:pytorch-native-cpu:"
            + Engine.LIBTORCH_VERSION
            + " with classifier "
            + classifier()
            + ", in these versions.",
        cause);
  }

  private String classifier() {
    String os = String.valueOf(properties.apply("os.name")).toLowerCase(Locale.ROOT);
    String architecture = String.valueOf(properties.apply("os.arch")).toLowerCase(Locale.ROOT);
    boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
    if (os.startsWith("mac")) {
      return "osx-aarch64";
    }
    if (os.startsWith("windows")) {
      return "win-x86_64";
    }
    return arm ? "linux-aarch64" : "linux-x86_64";
  }

  /** Hands the settings to DJL, which reads them when its classes load. */
  void apply(EngineSettings settings) {
    if (settings.hostDjl().isEmpty()) {
      System.setProperty(OFFLINE_PROPERTY, "true");
      System.setProperty(NO_TELEMETRY, "true");
    }
    System.setProperty(THREADS, Integer.toString(settings.threads()));
    System.setProperty(INTEROP_THREADS, Integer.toString(settings.interopThreads()));
    settings.cacheFolder().ifPresent(folder -> System.setProperty(CACHE, folder.toString()));
  }

  /**
   * Refuses to go on if the engine runs with other thread counts than it was told.
   *
   * @throws EnvironmentException naming the variables that are set
   */
  void checkThreads(EngineSettings settings, int threads, int interopThreads) {
    if (threads == settings.threads() && interopThreads == settings.interopThreads()) {
      return;
    }
    List<String> set = new ArrayList<>(THREAD_VARIABLES);
    set.removeIf(name -> variables.apply(name) == null);
    throw new EnvironmentException(
        "The engine runs with "
            + threads
            + " threads and "
            + interopThreads
            + " inter-operator threads instead of "
            + settings.threads()
            + " and "
            + settings.interopThreads()
            + ".",
        set.isEmpty()
            ? "Start HistoFM before anything else in this process uses DJL."
            : "Unset " + String.join(" and ", set) + ".");
  }

  /** Whether libtorch is in this process already; false where the system does not tell. */
  static boolean libtorchIsLoaded(Path maps) {
    if (!Files.isReadable(maps)) {
      return false;
    }
    try (var lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains("libtorch_cpu") || line.contains("djl_torch"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Variables that are allowed but choose other kernels. */
  Facts facts() {
    Facts facts = Facts.none();
    for (String name : KERNEL_CHOICES) {
      String value = variables.apply(name);
      if (value != null) {
        facts = facts.with(name, value);
      }
    }
    return facts;
  }

  private @Nullable String setting(String name) {
    String variable = variables.apply(name);
    return variable != null ? variable : properties.apply(name);
  }

  private static boolean blank(@Nullable String text) {
    return text == null || text.isBlank();
  }
}
