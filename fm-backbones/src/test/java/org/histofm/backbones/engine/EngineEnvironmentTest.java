package org.histofm.backbones.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.histofm.EnvironmentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineEnvironmentTest {
  private final EngineSettings settings = EngineSettings.defaults();

  private final Path folder;

  EngineEnvironmentTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static EngineEnvironment with(Map<String, String> variables) {
    return new EngineEnvironment(
        variables::get, Map.of("os.name", "Linux", "os.arch", "aarch64")::get);
  }

  @Test
  void check_nothingSet_passes() {
    assertThatCode(() -> with(Map.of()).check(settings)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "DJL_OFFLINE, false",
    "DJL_OFFLINE, ''",
    "OPT_OUT_TRACKING, false",
    "DJL_DEFAULT_ENGINE, OnnxRuntime",
    "PYTORCH_VERSION, 2.6.0",
    "PYTORCH_LIBRARY_PATH, /opt/libtorch",
    "ONEDNN_DEFAULT_FPMATH_MODE, BF16",
    "DNNL_DEFAULT_FPMATH_MODE, any"
  })
  void check_contradictingVariable_isNamed(String name, String value) {
    assertThatThrownBy(() -> with(Map.of(name, value)).check(settings))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(name + "=" + value)
        .extracting(e -> ((EnvironmentException) e).remedy())
        .asString()
        .containsIgnoringCase("unset " + name);
  }

  @ParameterizedTest
  @CsvSource({
    "DJL_OFFLINE, true",
    "OPT_OUT_TRACKING, TRUE",
    "PYTORCH_VERSION, 2.7.1",
    "ONEDNN_DEFAULT_FPMATH_MODE, STRICT"
  })
  void check_agreeingVariable_passes(String name, String value) {
    assertThatCode(() -> with(Map.of(name, value)).check(settings)).doesNotThrowAnyException();
  }

  @Test
  void check_hostUsesDjl_leavesItsNetworkSettingsAlone() {
    assertThatCode(
            () ->
                with(Map.of("DJL_OFFLINE", "false", "OPT_OUT_TRACKING", "false"))
                    .check(settings.withHostDjl("viewer")))
        .doesNotThrowAnyException();
  }

  @Test
  void check_cacheVariableBesideCacheFolder_isRefused() {
    EngineEnvironment environment = with(Map.of("ENGINE_CACHE_DIR", "/elsewhere"));
    assertThatCode(() -> environment.check(settings)).doesNotThrowAnyException();
    assertThatThrownBy(() -> environment.check(settings.withCacheFolder(folder)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("ENGINE_CACHE_DIR=/elsewhere")
        .hasMessageContaining(folder.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "build-version, 2.13.0+cpu, 2.13.0",
    "version.py, __version__ = '2.8.0+cu128', 2.8.0"
  })
  void check_ownLibtorchOfAnotherVersion_isRefused(String file, String content, String version)
      throws IOException {
    Path library = Files.createDirectory(folder.resolve("lib"));
    Files.writeString(folder.resolve(file), content);
    Map<String, String> variables =
        Map.of(
            "PYTORCH_LIBRARY_PATH", library.toString(),
            "PYTORCH_VERSION", "2.7.1",
            "PYTORCH_FLAVOR", "cpu");
    assertThatThrownBy(() -> with(variables).check(settings))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("is version " + version)
        .hasMessageContaining("PYTORCH_LIBRARY_PATH");
    Files.writeString(folder.resolve(file), "2.7.1+cpu");
    assertThatCode(() -> with(variables).check(settings)).doesNotThrowAnyException();
  }

  @Test
  void checkNativeJars_none_namesTheArtifactsForThisMachine() throws IOException {
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      assertThatThrownBy(() -> with(Map.of()).checkNativeJars(empty))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("pytorch-native-cpu:2.7.1 with classifier linux-aarch64")
          .hasMessageContaining("pytorch-jni:2.7.1-0.35.1");
    }
  }

  @Test
  void checkNativeJars_interfaceOfAnotherVersion_isRefused() throws IOException {
    Files.createDirectories(folder.resolve("native/lib"));
    Files.writeString(folder.resolve("native/lib/pytorch.properties"), "");
    Files.createDirectories(folder.resolve("jnilib"));
    Files.writeString(folder.resolve("jnilib/pytorch.properties"), "jni_version=2.5.1-0.32.0");
    try (URLClassLoader other = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      assertThatThrownBy(() -> with(Map.of()).checkNativeJars(other))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("pytorch-jni 2.5.1-0.32.0");
    }
  }

  @Test
  void startFailure_cacheThatCannotBeWritten_saysWhereToPutIt() {
    Exception denied = new AccessDeniedException("/home/user/.djl.ai");
    assertThat(with(Map.of()).startFailure(new IllegalStateException("Failed to extract", denied)))
        .hasMessageContaining("/home/user/.djl.ai")
        .hasMessageContaining("ENGINE_CACHE_DIR");
  }

  @Test
  void startFailure_jarOfAnotherSystem_namesTheArtifacts() {
    Exception offline = new IOException("Offline mode is enabled.");
    assertThat(with(Map.of()).startFailure(new IllegalStateException("Failed to save", offline)))
        .hasMessageContaining("Offline mode")
        .hasMessageContaining("with classifier linux-aarch64");
  }

  @Test
  void checkThreads_capped_namesTheVariable() {
    EngineEnvironment environment = with(Map.of("OMP_THREAD_LIMIT", "1"));
    EngineSettings four = settings.withThreads(4);
    assertThatCode(() -> environment.checkThreads(four, 4, 1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> environment.checkThreads(four, 1, 1))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("1 threads")
        .hasMessageContaining("Unset OMP_THREAD_LIMIT");
  }

  @Test
  void libtorchIsLoaded_mapsOfAProcess_tells() throws IOException {
    Path maps = folder.resolve("maps");
    assertThat(EngineEnvironment.libtorchIsLoaded(maps)).isFalse();
    Files.writeString(maps, "7f00-7f01 r--p 0 00:00 0 /usr/lib/libc.so.6\n");
    assertThat(EngineEnvironment.libtorchIsLoaded(maps)).isFalse();
    Files.writeString(maps, "7f00-7f01 r--p 0 00:00 0 /cache/libtorch_cpu.so\n");
    assertThat(EngineEnvironment.libtorchIsLoaded(maps)).isTrue();
  }

  @Test
  void facts_variableThatChoosesKernels_isRecorded() {
    assertThat(with(Map.of("DNNL_MAX_CPU_ISA", "AVX2")).facts().asMap())
        .containsEntry("DNNL_MAX_CPU_ISA", "AVX2");
    assertThat(with(Map.of()).facts().asMap()).isEmpty();
  }
}
