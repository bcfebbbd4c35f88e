package org.histofm.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/**
 * Small labelled cohorts in memory: pink images with dark discs. A class is told by the size of the
 * discs; every group has its own stain, every domain a colour cast. Equal arguments give equal
 * cohorts.
 */
public final class SyntheticCohorts {
  private static final int SIDE = 40;

  private SyntheticCohorts() {}

  /**
   * Two classes, {@code small} and {@code large}, in one domain.
   *
   * @param groups number of groups, each with samples of every class
   * @param perGroup samples of one group, taking the classes in turn
   */
  public static Cohort twoClasses(Seed seed, int groups, int perGroup) {
    return of(seed, groups, perGroup, List.of("small", "large"), List.of("default"));
  }

  /**
   * Any number of classes and domains. Group {@code g} belongs to domain {@code g mod domains}; ids
   * are {@code g03-s05}.
   *
   * @param groups number of groups
   * @param perGroup samples of one group, taking the classes in turn
   * @param classes class names, ordered by growing discs
   * @param domains domain names, ordered by growing colour cast
   */
  public static Cohort of(
      Seed seed, int groups, int perGroup, List<String> classes, List<String> domains) {
    List<Sample> samples = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      int domain = g % domains.size();
      String group = "g%02d".formatted(g);
      SplittableRandom stain = seed.derive("stain of " + group).random();
      int[] tint = IntStream.range(0, 3).map(c -> stain.nextInt(-8, 9)).toArray();
      tint[0] -= 12 * domain;
      tint[2] += 8 * domain;
      for (int s = 0; s < perGroup; s++) {
        String id = group + "-s%02d".formatted(s);
        int label = s % classes.size();
        double radius = 3 + 3.5 * (label + 1) / classes.size();
        RgbImage image = image(seed.derive("pixels of " + id).random(), radius, tint);
        samples.add(
            Sample.of(
                    id,
                    group,
                    new Source.InMemory(image),
                    new Target.ClassLabel(classes.get(label)))
                .withDomain(domains.get(domain)));
      }
    }
    return Cohort.of("synthetic", new Task.Classification(classes), samples);
  }

  /**
   * Noise of {@code side} x {@code side} px, 8-bit: pixels that no two images share.
   *
   * @param count number of images
   * @param side width and height in pixels
   */
  public static PixelBatch noise(Seed seed, int count, int side) {
    byte[] bytes = new byte[Math.multiplyExact(count, 3 * side * side)];
    seed.derive("noise").random().nextBytes(bytes);
    return PixelBatch.ofBytes(count, side, side, bytes);
  }

  private static RgbImage image(SplittableRandom random, double radius, int[] tint) {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    double[] cx = new double[4];
    double[] cy = new double[4];
    for (int d = 0; d < 4; d++) {
      cx[d] = (d % 2 + 0.5) * SIDE / 2 + random.nextDouble(-2, 2);
      cy[d] = (d / 2 + 0.5) * SIDE / 2 + random.nextDouble(-2, 2);
    }
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean dark = false;
        for (int d = 0; d < 4; d++) {
          dark |= Math.hypot(x - cx[d], y - cy[d]) < radius;
        }
        int[] colour = dark ? new int[] {110, 70, 140} : new int[] {225, 170, 200};
        for (int c = 0; c < 3; c++) {
          int value = colour[c] + tint[c] + random.nextInt(-15, 16);
          rgb[(y * SIDE + x) * 3 + c] = (byte) Math.max(0, Math.min(255, value));
        }
      }
    }
    return RgbImage.of(SIDE, SIDE, rgb);
  }
}
