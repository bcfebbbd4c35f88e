package org.histofm.eval.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;

/**
 * Data set {@code synthetic-he}: tiles that look like haematoxylin and eosin, drawn from a seed,
 * for trying things out where no data is at hand. Nothing learned from it says anything about
 * tissue.
 *
 * <p>Two classes, {@code normal} and {@code tumour} (more, larger, darker, more irregular nuclei,
 * mitoses), overlap as graded disease does. A group is a patient, who has tiles of both classes and
 * one strength of stain; each patient is scanned by one of three scanners, which are the domains:
 * {@code scanner-a}, the paler, warmer {@code scanner-b} and the darker, cooler {@code scanner-c}.
 * What is learned on one scanner does clearly worse on the others.
 *
 * <p>Settings:
 *
 * <ul>
 *   <li>{@code domains}: which scanners, separated by commas; all three by default
 *   <li>{@code patients}: how many, for every domain alike or one number for each; by default 48
 *       for scanner-a, 16 for scanner-b and 16 for scanner-c
 *   <li>{@code tiles-per-patient}: 2 to 1000; by default 4
 *   <li>{@code size}: width and height in pixels of about 0.5 µm, 32 to 512; by default 96
 * </ul>
 *
 * <p>The same seed gives the same bytes on every machine and JDK, and a patient's tiles do not
 * depend on how many other patients or domains are asked for. Up to 1 GiB of pixels is drawn, on
 * one thread; the default takes about a second.
 */
public final class SyntheticHe implements DatasetProvider {
  private static final String ID = "synthetic-he";
  private static final String NORMAL = "normal";
  private static final String TUMOUR = "tumour";

  /** For {@link java.util.ServiceLoader}. */
  public SyntheticHe() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public String summary(String id) {
    return "drawn tiles that look like H&E: normal and tumour, three scanners; no data needed";
  }

  @Override
  public Cohort open(DatasetRequest request) {
    Options options =
        request
            .options()
            .allow("data set " + ID, "domains", "patients", "tiles-per-patient", "size");
    if (request.data().isPresent()) {
      throw new InputException(
          "data set " + ID + " draws its tiles and reads no folder.", "Leave --data out.");
    }
    List<HeScanner> scanners = scanners(options.text("domains", ""));
    List<Integer> patients = patients(options.text("patients", ""), scanners);
    int tiles = options.integer("tiles-per-patient", 4, 2, 1000);
    int size = options.integer("size", 96, 32, 512);
    long total = tiles * patients.stream().mapToLong(Integer::longValue).sum();
    if (total * size * size * 3 > 1L << 30) {
      throw new InputException(
          "data set " + ID + " would be " + total + " tiles of " + size + " px, over 1 GiB.",
          "Lower patients, tiles-per-patient or size.");
    }
    List<Sample> samples = new ArrayList<>();
    for (int s = 0; s < scanners.size(); s++) {
      for (int p = 0; p < patients.get(s); p++) {
        addPatient(scanners.get(s), p, tiles, size, request.seed(), samples);
      }
    }
    return Cohort.of(ID, new Task.Classification(List.of(NORMAL, TUMOUR)), samples)
        .withWarning("the tiles are drawn, not photographed: results say nothing about tissue");
  }

  private static void addPatient(
      HeScanner scanner, int number, int tiles, int size, Seed seed, List<Sample> samples) {
    String group = String.format(Locale.ROOT, "%s-p%03d", scanner.domain(), number + 1);
    Seed own = seed.derive(ID + "/" + group);
    HePatient patient = HePatient.draw(scanner.thicknessSpread(), new Draws(own.derive("patient")));
    // Patients differ in how much of their tissue is tumour; all have some of either.
    double share = new Draws(own.derive("tumour share")).uniform(0.25, 0.75);
    int tumours = (int) Math.max(1, Math.min(tiles - 1, Math.rint(share * tiles)));
    int[] order = own.derive("order").permutation(tiles);
    for (int t = 0; t < tiles; t++) {
      boolean tumour = order[t] < tumours;
      Draws draws = new Draws(own.derive("tile " + (t + 1)));
      HeTissue tissue = HeTissue.paint(size, tumour, patient, draws);
      samples.add(
          Sample.of(
                  group + "-t" + (t + 1),
                  group,
                  new Source.InMemory(scanner.scan(tissue, draws)),
                  new Target.ClassLabel(tumour ? TUMOUR : NORMAL))
              .withDomain(scanner.domain()));
    }
  }

  private static List<HeScanner> scanners(String text) {
    if (text.isEmpty()) {
      return List.of(HeScanner.values());
    }
    TreeSet<HeScanner> chosen = new TreeSet<>();
    for (String name : text.split(",", -1)) {
      HeScanner found = null;
      List<String> known = new ArrayList<>();
      for (HeScanner scanner : HeScanner.values()) {
        known.add(scanner.domain());
        found = scanner.domain().equals(name.strip()) ? scanner : found;
      }
      if (found == null || !chosen.add(found)) {
        throw new InputException(
            "setting domains=" + text + " names an unknown domain, or one twice: '" + name + "'.",
            "Its domains are " + known + ".");
      }
    }
    return List.copyOf(chosen);
  }

  private static List<Integer> patients(String text, List<HeScanner> scanners) {
    if (text.isEmpty()) {
      return scanners.stream().map(s -> s == HeScanner.SCANNER_A ? 48 : 16).toList();
    }
    List<Integer> numbers = new ArrayList<>();
    for (String number : text.split(",", -1)) {
      if (!number.strip().matches("0*[1-9][0-9]{0,2}")) {
        throw new InputException(
            "setting patients=" + text + " holds '" + number + "', expected numbers from 1 to 999.",
            "Give one number for all domains, or one for each, separated by commas.");
      }
      numbers.add(Integer.valueOf(number.strip()));
    }
    if (numbers.size() == 1) {
      return scanners.stream().map(s -> numbers.get(0)).toList();
    }
    if (numbers.size() != scanners.size()) {
      throw new InputException(
          "setting patients="
              + text
              + " has "
              + numbers.size()
              + " numbers, expected 1 or "
              + scanners.size()
              + ", one for each of the domains.",
          "Give one number for all domains, or one for each.");
    }
    return numbers;
  }
}
