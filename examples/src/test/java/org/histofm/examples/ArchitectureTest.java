package org.histofm.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know which: the arrows of the design, over every module on the class path. */
@AnalyzeClasses(packages = "org.histofm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] API = {
    "org.histofm",
    "org.histofm.adapter..",
    "org.histofm.backbone..",
    "org.histofm.dataset..",
    "org.histofm.evaluation..",
    "org.histofm.plugin..",
    "org.histofm.provenance..",
    "org.histofm.slide..",
    "org.histofm.tile.."
  };

  @ArchTest
  static final ArchRule api_dependsOnTheJdkOnly =
      classes()
          .that()
          .resideInAnyPackage(API)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(and(API, "java..", "org.jspecify.."));

  @ArchTest static final ArchRule tiling_dependsOnTheApiOnly = onlyKnows("org.histofm.tiling..");

  @ArchTest
  static final ArchRule backbones_dependOnApiAndTiling =
      onlyKnows("org.histofm.backbones..", "org.histofm.tiling..");

  @ArchTest static final ArchRule eval_dependsOnTheApiOnly = onlyKnows("org.histofm.eval..");

  @ArchTest static final ArchRule testkit_dependsOnTheApiOnly = onlyKnows("org.histofm.testkit..");

  @ArchTest
  static final ArchRule adapters_dependOnApiAndBackbones =
      onlyKnows("org.histofm.adapters..", "org.histofm.backbones..", "org.histofm.tiling..");

  @ArchTest
  static final ArchRule djl_livesInTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.histofm.backbones.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule nd4j_livesInTheProbe =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.histofm.adapters.probe..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.bytedeco..");

  @ArchTest
  static final ArchRule openSlide_livesInItsPackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.histofm.tiling.openslide..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.sun.jna..", "org.openslide..");

  @ArchTest
  static final ArchRule s3_livesWithTheBytes =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.histofm.tiling.bytes..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  @ArchTest
  static final ArchRule serviceLoader_isCalledInOnePlace =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.histofm.plugin.Providers")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.ServiceLoader");

  @ArchTest
  static final ArchRule packages_haveNoCycles =
      slices()
          .matching("org.histofm.(backbones|adapters|eval|tiling).(*)..")
          .should()
          .beFreeOfCycles();

  private static ArchRule onlyKnows(String module, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "lie in another module of HistoFM",
                c ->
                    c.getPackageName().startsWith("org.histofm")
                        && !com.tngtech.archunit.core.domain.PackageMatchers.of(
                                and(API, and(others, module)))
                            .test(c.getPackageName())));
  }

  private static String[] and(String[] some, String... more) {
    String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }
}
