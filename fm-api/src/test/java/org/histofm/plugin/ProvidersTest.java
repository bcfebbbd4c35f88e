package org.histofm.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.histofm.ApiVersion;
import org.histofm.dataset.DatasetProvider;
import org.histofm.evaluation.EvaluatorProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every jar here is compiled on the spot and seen only by its own class loader. */
class ProvidersTest {
  @TempDir Path folder;

  private static URLClassLoader loader(Path... jars) {
    return new URLClassLoader(
        Arrays.stream(jars).map(ProvidersTest::url).toArray(URL[]::new),
        ProvidersTest.class.getClassLoader());
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Providers<EvaluatorProvider> load(Path... jars) throws IOException {
    try (URLClassLoader loader = loader(jars)) {
      return Providers.of(EvaluatorProvider.class, loader);
    }
  }

  private static ProviderException refusal(Path... jars) {
    return Objects.requireNonNull(
        catchThrowableOfType(ProviderException.class, () -> load(jars)),
        "the plugin was not refused");
  }

  @Test
  void of_twoJars_offersEveryIdSorted() throws IOException {
    Path one = PluginJar.offering(folder.resolve("one"), "One", "zeta", "kappa-2");
    Path two = PluginJar.offering(folder.resolve("two"), "Two", "mu_1.5");
    Providers<EvaluatorProvider> found = load(one, two);
    assertThat(found.ids()).containsExactly("kappa-2", "mu_1.5", "zeta");
    assertThat(found.get("kappa-2")).isSameAs(found.get("zeta"));
    assertThat(found.get("mu_1.5").getClass().getName()).isEqualTo("plugins.Two");
  }

  @Test
  void get_unknownId_listsWhatExists() throws IOException {
    Providers<EvaluatorProvider> found = load(PluginJar.offering(folder, "Some", "kappa", "auprc"));
    assertThatThrownBy(() -> found.get("kapa"))
        .isInstanceOf(ProviderException.class)
        .hasMessage(
            "no evaluator 'kapa'; on the class path: [auprc, kappa]. Use one of these, or add the"
                + " module that provides it.");
  }

  @Test
  void get_noPluginAtAll_saysThatNoneIsOnTheClassPath() throws IOException {
    Providers<EvaluatorProvider> none = load();
    assertThat(none.ids()).isEmpty();
    assertThatThrownBy(() -> none.get("kappa"))
        .isInstanceOf(ProviderException.class)
        .hasMessage(
            "no evaluator 'kappa': no evaluator plugin is on the class path. Add the module that"
                + " provides it.");
  }

  @Test
  void get_anotherPluginPoint_isNamedInWords() {
    assertThatThrownBy(() -> Providers.of(DatasetProvider.class, loader()).get("mine"))
        .hasMessageContaining("no data set 'mine'");
  }

  @Test
  void of_idTwice_namesBothClassesAndJars() throws IOException {
    Path one = PluginJar.offering(folder.resolve("one"), "One", "kappa", "only-one");
    Path two = PluginJar.offering(folder.resolve("two"), "Two", "only-two", "kappa");
    assertThat(refusal(one, two))
        .hasMessage(
            "two evaluator plugins offer 'kappa': plugins.One in %s and plugins.Two in %s. Take one"
                + " of them off the class path, or rename one.",
            one, two);
  }

  @Test
  void of_jarInFolderWithBlank_isNamedAsTheUserWroteIt() throws IOException {
    Path jar = PluginJar.offering(folder.resolve("my plugins + ü"), "Some", "Bad Id");
    assertThat(refusal(jar)).hasMessageContaining("plugins.Some in " + jar + " ");
  }

  @Test
  void of_pluginBuiltForAnotherApi_namesBothVersions() throws IOException {
    Path jar = builtForApi(ApiVersion.CURRENT + 6).pack("Old.jar", "org/histofm/ApiVersion.class");
    assertThat(refusal(jar))
        .hasMessage(
            "evaluator plugin plugins.Old in %s was built for plugin API %d; this HistoFM has %d."
                + " Use a release of the plugin that matches this HistoFM.",
            jar, ApiVersion.CURRENT + 6, ApiVersion.CURRENT);
  }

  /** What makes the check work at all: the constant is in the plugin's own class file. */
  @Test
  void apiVersion_ofOldJar_isTheOneItWasCompiledWith() throws Exception {
    Path jar = builtForApi(ApiVersion.CURRENT + 6).pack("Old.jar", "org/histofm/ApiVersion.class");
    try (URLClassLoader loader = loader(jar)) {
      Object old = loader.loadClass("plugins.Old").getConstructor().newInstance();
      assertThat(loader.loadClass(ApiVersion.class.getName())).isSameAs(ApiVersion.class);
      assertThat(((Provider) old).apiVersion()).isEqualTo(ApiVersion.CURRENT + 6);
    }
  }

  /** A source of the same name comes before the class path, so javac takes this constant. */
  private PluginJar builtForApi(int version) throws IOException {
    return new PluginJar(folder)
        .provider("Old", "", "throw new AssertionError(\"an old plugin is not asked\");")
        .source(
            "org.histofm.ApiVersion",
            "package org.histofm; public class ApiVersion { public static final int CURRENT = %d; }"
                .formatted(version));
  }

  @Test
  void of_constructorThrows_namesClassJarAndFailure() throws IOException {
    Path jar =
        PluginJar.with(
            folder,
            "Broken",
            "public Broken() { throw new IllegalStateException(\"no licence file\"); }",
            "return List.of();");
    assertThat(refusal(jar))
        .hasMessage(
            "evaluator plugin plugins.Broken in %s could not be created:"
                + " java.lang.IllegalStateException: no licence file. Repair its jar, or take it"
                + " off the class path.",
            jar)
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void of_staticInitialiserThrows_namesTheFailureBehindIt() throws IOException {
    Path jar =
        PluginJar.with(folder, "Broken", "static int n = 1 / \"\".length();", "return List.of();");
    assertThat(refusal(jar))
        .hasMessageContaining(
            "plugins.Broken in %s could not be created: java.lang.ArithmeticException: / by zero.",
            jar);
  }

  @Test
  void of_idsThrows_namesClassJarAndFailure() throws IOException {
    Path jar =
        PluginJar.with(folder, "Broken", "", "throw new UnsupportedOperationException(\"later\");");
    assertThat(refusal(jar))
        .hasMessage(
            "evaluator plugin plugins.Broken in %s failed while it was asked for its ids:"
                + " java.lang.UnsupportedOperationException: later. Repair its jar, or take it off"
                + " the class path.",
            jar);
  }

  @Test
  void of_idsNeedAbsentClass_isRefusedNotThrownThrough() throws IOException {
    Path jar =
        new PluginJar(folder)
            .provider("Broken", "", "return List.of(Library.ID);")
            .source(
                "plugins.Library", "package plugins; class Library { static String ID = \"x\"; }")
            .pack("Broken.jar", "plugins/Library.class");
    assertThat(refusal(jar))
        .hasMessageContaining("plugins.Broken in " + jar + " failed while")
        .hasMessageContaining("java.lang.NoClassDefFoundError: plugins/Library");
  }

  @Test
  void of_superclassAbsent_namesItAndTheJarsThatAnnouncePlugins() throws IOException {
    Path jar =
        new PluginJar(folder.resolve("broken"))
            .source("plugins.Base", PluginJar.text("Base", "", "return List.of();"))
            .source("plugins.Broken", "package plugins; public class Broken extends Base {}")
            .service("plugins.Broken")
            .pack("Broken.jar", "plugins/Base.class");
    Path good = PluginJar.offering(folder.resolve("good"), "Good", "kappa");
    assertThat(refusal(jar, good))
        .hasMessage(
            "one of the evaluator plugins in [%s, %s] could not be loaded:"
                + " java.lang.NoClassDefFoundError: plugins/Base. Repair its jar, or take it off the"
                + " class path.",
            jar, good);
  }

  @Test
  void of_classListedButAbsent_namesClassAndJar() throws IOException {
    Path jar = new PluginJar(folder).service("plugins.Gone").pack("gone.jar");
    assertThat(refusal(jar))
        .hasMessage(
            "one of the evaluator plugins in [%s] could not be loaded:"
                + " org.histofm.evaluation.EvaluatorProvider: Provider plugins.Gone not found."
                + " Repair its jar, or take it off the class path.",
            jar);
  }

  @Test
  void of_noPublicConstructor_saysSo() throws IOException {
    Path jar = PluginJar.with(folder, "Broken", "Broken() {}", "return List.of();");
    assertThat(refusal(jar))
        .hasMessageContaining("plugins.Broken Unable to get public no-arg constructor")
        .hasMessageContaining(jar.toString());
  }

  @Test
  void of_invalidId_namesItAndWhatIsAllowed() throws IOException {
    Path jar = PluginJar.offering(folder, "Some", "fine", "UNI2 h");
    assertThat(refusal(jar))
        .hasMessage(
            "evaluator plugin plugins.Some in %s offers the id 'UNI2 h', which is not valid. Use"
                + " lower case letters, digits, '-', '_' and '.'.",
            jar);
  }

  @Test
  void of_withoutLoader_usesTheContextClassLoader() throws IOException {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = loader(PluginJar.offering(folder, "Some", "kappa"))) {
      Thread.currentThread().setContextClassLoader(loader);
      assertThat(Providers.of(EvaluatorProvider.class).ids()).containsExactly("kappa");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void of_noContextClassLoader_usesHistoFmsOwn() {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      Thread.currentThread().setContextClassLoader(null);
      assertThat(Providers.of(EvaluatorProvider.class).ids()).isEmpty();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
