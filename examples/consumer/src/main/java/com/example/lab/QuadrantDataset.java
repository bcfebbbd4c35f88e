package com.example.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.histofm.ApiVersion;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.tile.RgbImage;

/** A data set plugin: noisy tiles with a dark spot in the left or the right half. */
public final class QuadrantDataset implements DatasetProvider {
  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("lab-quadrants");
  }

  @Override
  public String summary(String id) {
    return "noisy tiles with a dark spot on the left or on the right (made up)";
  }

  @Override
  public Cohort open(DatasetRequest request) {
    request.options().allow("data set lab-quadrants");
    SplittableRandom random = request.seed().derive("lab-quadrants").random();
    List<Sample> samples = new ArrayList<>();
    for (int patient = 0; patient < 12; patient++) {
      for (int i = 0; i < 8; i++) {
        boolean right = i % 2 == 1;
        samples.add(
            Sample.of(
                    "p" + patient + "-" + i,
                    "patient-" + patient,
                    new Source.InMemory(tile(right, random)),
                    new Target.ClassLabel(right ? "right" : "left"))
                .withDomain(patient < 8 ? "scanner-1" : "scanner-2"));
      }
    }
    return Cohort.of("lab-quadrants", new Task.Classification(List.of("left", "right")), samples);
  }

  private static RgbImage tile(boolean right, SplittableRandom random) {
    int size = 64;
    byte[] rgb = new byte[size * size * 3];
    int centre = (right ? 44 : 20) + random.nextInt(-4, 5);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int dx = x - centre;
        int dy = y - 32;
        int level = (dx * dx + dy * dy < 144 ? 60 : 200) + random.nextInt(-30, 31);
        for (int c = 0; c < 3; c++) {
          rgb[(y * size + x) * 3 + c] = (byte) level;
        }
      }
    }
    return RgbImage.of(size, size, rgb);
  }
}
