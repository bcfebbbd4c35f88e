package org.histofm.eval.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.histofm.eval.statistics.GroupJackknife;
import org.histofm.provenance.Facts;

/** Collects what must be read before any number of an experiment, most serious first. */
final class Warnings {
  /** Facts of a fit that should be equal in all arms of a comparison. */
  private static final List<String> COMPARED =
      List.of("pooling", "resolution", "augmentation", "search budget", "optimiser steps");

  private Warnings() {}

  static List<String> of(
      ExperimentPlan plan,
      BackboneSummary backbone,
      List<Quarantined> quarantined,
      List<SeedSplit> splits,
      List<RunResult> runs) {
    Set<String> warnings = new LinkedHashSet<>();
    if (backbone.untrained()) {
      warnings.add(ExperimentResults.UNTRAINED);
    }
    seen(runs, warnings);
    if (!quarantined.isEmpty()) {
      warnings.add(
          (quarantined.size() == 1
                  ? "1 image could not be decoded and is"
                  : quarantined.size() + " images could not be decoded and are")
              + " left out (see quarantine.csv)");
    }
    int missing = plan.cohort().missing().size();
    if (missing > 0) {
      warnings.add(
          (missing == 1
                  ? "1 sample of the data set has no file and is"
                  : missing + " samples of the data set have no file and are")
              + " left out");
    }
    warnings.addAll(plan.cohort().warnings());
    foldWarnings(splits, warnings);
    adapterWarnings(runs, warnings);
    fewGroups(runs, warnings);
    unequalArms(plan, runs, warnings);
    return List.copyOf(warnings);
  }

  private static void seen(List<RunResult> runs, Set<String> warnings) {
    for (RunResult run : runs) {
      for (Evaluation evaluation : run.evaluations()) {
        if (!evaluation.seenIn().isEmpty()) {
          warnings.add(
              "seen: the backbone was pretrained on "
                  + String.join(", ", evaluation.seenIn())
                  + ", to which "
                  + evaluation.testSet().describe()
                  + " belongs");
        }
      }
    }
  }

  private static void foldWarnings(List<SeedSplit> splits, Set<String> warnings) {
    Map<String, List<String>> seeds = new LinkedHashMap<>();
    for (SeedSplit split : splits) {
      for (String warning : split.fold().warnings()) {
        seeds.computeIfAbsent(warning, w -> new ArrayList<>()).add(Long.toString(split.seed()));
      }
    }
    seeds.forEach(
        (warning, of) ->
            warnings.add(
                of.size() == splits.size()
                    ? warning
                    : warning + " (seed " + String.join(", ", of) + ")"));
  }

  private static void adapterWarnings(List<RunResult> runs, Set<String> warnings) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    for (RunResult run : runs) {
      for (String warning : run.warnings()) {
        places
            .computeIfAbsent(run.key().arm() + ": " + warning, w -> new ArrayList<>())
            .add("fraction " + RunKey.text(run.key().fraction()) + " seed " + run.key().seed());
      }
    }
    places.forEach((warning, of) -> warnings.add(warning + " (" + String.join("; ", of) + ")"));
  }

  private static void fewGroups(List<RunResult> runs, Set<String> warnings) {
    Map<TestSet, TreeSet<Integer>> groups = new LinkedHashMap<>();
    for (RunResult run : runs) {
      for (Evaluation evaluation : run.evaluations()) {
        groups
            .computeIfAbsent(evaluation.testSet(), t -> new TreeSet<>())
            .add(evaluation.counts().groups());
      }
    }
    groups.forEach(
        (test, counts) -> {
          if (counts.first() < GroupJackknife.FEW_GROUPS) {
            String range =
                counts.size() == 1
                    ? counts.first().toString()
                    : counts.first() + " to " + counts.last();
            warnings.add(
                "few groups: "
                    + test.describe()
                    + " stands on "
                    + range
                    + " groups per seed; under "
                    + GroupJackknife.FEW_GROUPS
                    + ", intervals are rough");
          }
        });
  }

  private static void unequalArms(ExperimentPlan plan, List<RunResult> runs, Set<String> warnings) {
    for (String name : COMPARED) {
      for (double fraction : plan.fractions()) {
        for (long seed : plan.seeds()) {
          Map<String, String> byArm = new LinkedHashMap<>();
          for (RunResult run : runs) {
            if (run.key().fraction() == fraction && run.key().seed() == seed) {
              Facts facts = run.adapterFacts();
              byArm.put(run.key().arm(), facts.asMap().getOrDefault(name, "not stated"));
            }
          }
          if (byArm.values().stream().distinct().count() > 1) {
            warnings.add(
                byArm.entrySet().stream()
                    .map(e -> e.getKey() + ": " + e.getValue())
                    .collect(Collectors.joining("; ", "unequal arms: " + name + " (", ")")));
          }
        }
      }
    }
  }
}
