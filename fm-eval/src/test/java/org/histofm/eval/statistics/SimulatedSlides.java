package org.histofm.eval.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.histofm.Seed;
import org.histofm.evaluation.ScoredSamples;

/**
 * Test predictions with known truth, on slides as they are: the 40 slides of the AMi-Br crops that
 * the benchmark runs on, 1 to 111 crops each, with as many atypical ones as they have.
 *
 * <p>The latent score of crop i on slide g under training seed k is
 *
 * <pre>μ_k·y + a_g + b_gk + y·c_g + e_i + d_ik</pre>
 *
 * with normal effects: how slide g is shifted for all models (a) and for this one (b), how much
 * harder its atypical figures are (c), how hard the crop is for all models (e) and for this one
 * (d), and how good model k is (μ_k). The variances of a and b add up to the correlation r of two
 * crops of a slide, as 2 : 1; those of e and d to 1 − r, as 2 : 1; c has 0.10. μ_k has standard
 * deviation 0.15 about μ, and the threshold of model k has 0.15 about μ/2. So AUROC, recalls and
 * their means over models are all values of the normal distribution function.
 *
 * <p>Two arms are two sets of models, each with a μ of its own, that meet the same slides and
 * crops: they share a, c and e.
 */
final class SimulatedSlides {
  /** {crops, atypical ones} of each slide. */
  static final int[][] MIDOG21 = {
    {1, 0}, {1, 0}, {2, 1}, {2, 0}, {3, 1}, {3, 0}, {4, 2}, {4, 1}, {4, 2}, {4, 1}, {5, 1}, {5, 1},
    {6, 2}, {6, 3}, {7, 4}, {8, 3}, {8, 6}, {9, 1}, {10, 6}, {11, 2}, {18, 6}, {22, 6}, {25, 3},
    {26, 1}, {43, 10}, {49, 11}, {60, 6}
  };

  static final int[][] TUPAC16 = {
    {1, 0}, {1, 0}, {4, 0}, {5, 1}, {6, 0}, {9, 1}, {13, 1}, {17, 5}, {23, 8}, {36, 6}, {65, 15},
    {95, 25}, {111, 21}
  };

  private static final double C = Math.sqrt(0.10);
  private static final double MODEL = 0.15;
  private static final double THRESHOLD = 0.15;

  private static final NormalDistribution NORMAL = new NormalDistribution();

  private final double mu;
  private final double sdA;
  private final double sdB;
  private final double sdE;
  private final double sdD;

  /** A world in which a model of average quality has this AUROC, and crops of a slide correlate. */
  SimulatedSlides(double auroc, double correlation) {
    sdA = Math.sqrt(correlation * 2 / 3);
    sdB = Math.sqrt(correlation / 3);
    sdE = Math.sqrt((1 - correlation) * 2 / 3);
    sdD = Math.sqrt((1 - correlation) / 3);
    mu = mean(auroc);
  }

  /** What an experiment measured, and the truth it asked for. */
  record Study(List<ScoredSamples> runs, double auroc, double balancedAccuracy) {}

  /** Two arms on the same samples. */
  record Pair(Study first, Study second) {}

  /** Both cohorts. */
  static int[][] allSlides() {
    List<int[]> all = new ArrayList<>(List.of(MIDOG21));
    all.addAll(List.of(TUPAC16));
    return all.toArray(int[][]::new);
  }

  /** So many different slides of both cohorts. */
  static int[][] someSlides(int count, Seed seed) {
    int[][] all = allSlides();
    int[] order = seed.permutation(all.length);
    int[][] some = new int[count][];
    for (int i = 0; i < count; i++) {
      some[i] = all[order[i]];
    }
    return some;
  }

  /**
   * One experiment.
   *
   * @param slides {crops, atypical ones} of each
   * @param tested the slides that each training seed is tested on, one entry a seed
   */
  Study study(int[][] slides, List<Set<Integer>> tested, Seed seed) {
    return studies(slides, tested, seed, mu).get(0);
  }

  /**
   * One experiment with two arms, of which a model of average quality has the AUROC of this world,
   * and this other one.
   */
  Pair pair(double otherAuroc, int[][] slides, List<Set<Integer>> tested, Seed seed) {
    List<Study> studies = studies(slides, tested, seed, mu, mean(otherAuroc));
    return new Pair(studies.get(0), studies.get(1));
  }

  private static double mean(double auroc) {
    return NORMAL.inverseCumulativeProbability(auroc) * Math.sqrt(2 + C * C);
  }

  private List<Study> studies(
      int[][] slides, List<Set<Integer>> tested, Seed seed, double... meanOfArm) {
    int seeds = tested.size();
    int all = seeds * meanOfArm.length;
    // Random, not SplittableRandom, because Java 17 has nextGaussian there.
    Random slideEffects = new Random(seed.derive("slides").value());
    Random models = new Random(seed.derive("models").value());
    Random crops = new Random(seed.derive("crops").value());
    double[] quality = new double[all];
    double[] threshold = new double[all];
    List<Run> runs = new ArrayList<>();
    for (int k = 0; k < all; k++) {
      quality[k] = meanOfArm[k / seeds] + MODEL * models.nextGaussian();
      threshold[k] = meanOfArm[k / seeds] / 2 + THRESHOLD * models.nextGaussian();
      runs.add(new Run());
    }
    for (int g = 0; g < slides.length; g++) {
      double shift = sdA * slideEffects.nextGaussian();
      double harder = C * slideEffects.nextGaussian();
      double[] own = new double[all];
      for (int k = 0; k < all; k++) {
        own[k] = sdB * slideEffects.nextGaussian();
      }
      for (int i = 0; i < slides[g][0]; i++) {
        int y = i < slides[g][1] ? 1 : 0;
        double crop = sdE * crops.nextGaussian();
        for (int k = 0; k < all; k++) {
          double score =
              y * (quality[k] + harder) + shift + own[k] + crop + sdD * crops.nextGaussian();
          if (tested.get(k % seeds).contains(g)) {
            runs.get(k).add("s" + g + "/" + i, "s" + g, y, score - threshold[k]);
          }
        }
      }
    }
    List<Study> studies = new ArrayList<>();
    for (int arm = 0; arm < meanOfArm.length; arm++) {
      int from = arm * seeds;
      studies.add(
          seeds == 1
              ? study(runs.subList(from, from + 1), quality[from], threshold[from], 0, 0)
              : study(
                  runs.subList(from, from + seeds),
                  meanOfArm[arm],
                  meanOfArm[arm] / 2,
                  MODEL * MODEL,
                  THRESHOLD * THRESHOLD));
    }
    return studies;
  }

  /**
   * One run is judged as "these models", whose quality and threshold these are; several as "the
   * procedure" that makes them, with means and variances.
   */
  private static Study study(List<Run> runs, double m, double t, double model, double cut) {
    double recall = phi((m - t) / Math.sqrt(1 + C * C + model + cut));
    double specificity = phi(t / Math.sqrt(1 + cut));
    return new Study(
        runs.stream().map(Run::scored).toList(),
        phi(m / Math.sqrt(2 + C * C + model)),
        (recall + specificity) / 2);
  }

  /** The same slides for every seed. */
  static List<Set<Integer>> sameTest(int slides, int seeds) {
    Set<Integer> all = new TreeSet<>();
    for (int g = 0; g < slides; g++) {
      all.add(g);
    }
    List<Set<Integer>> tested = new ArrayList<>();
    for (int k = 0; k < seeds; k++) {
      tested.add(all);
    }
    return tested;
  }

  private static double phi(double x) {
    return NORMAL.cumulativeProbability(x);
  }

  private static final class Run {
    private final List<String> ids = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private final List<Double> logits = new ArrayList<>();

    void add(String id, String group, int label, double logit) {
      ids.add(id);
      groups.add(group);
      labels.add(label);
      logits.add(logit);
    }

    ScoredSamples scored() {
      double[] scores = new double[2 * logits.size()];
      for (int i = 0; i < logits.size(); i++) {
        scores[2 * i + 1] = 1 / (1 + Math.exp(-logits.get(i)));
        scores[2 * i] = 1 - scores[2 * i + 1];
      }
      return ScoredSamples.of(
          List.of("normal", "atypical"),
          ids,
          groups,
          labels.stream().mapToInt(y -> y).toArray(),
          scores);
    }
  }
}
