package org.histofm.eval.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;

/**
 * Labelled image files on their way to a cohort: which of them exist, whether one stands twice
 * under two names, and whether every class is left with a sample. No file is decoded.
 */
final class LabelledFiles {
  private final DatasetRequest request;
  private final List<Sample> present = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> ungrouped = new ArrayList<>();
  private final Map<Path, String> idByFile = new HashMap<>();
  private final List<String> twins = new ArrayList<>();

  LabelledFiles(DatasetRequest request) {
    this.request = request;
  }

  /**
   * The folder or file that the request names.
   *
   * @throws InputException if it names none, or one that does not exist
   */
  static Path data(DatasetRequest request) {
    Path data =
        request
            .data()
            .orElseThrow(
                () ->
                    new InputException(
                        "data set " + request.id() + " is read from disk, and no folder is named.",
                        "Name it with --data."));
    if (!Files.exists(data)) {
      throw new InputException("there is no folder or file " + data + ".", "Check --data.");
    }
    return data;
  }

  /**
   * Adds a sample.
   *
   * @param group the patient or slide, or empty if neither is known; then the image stands alone
   */
  void add(String id, String label, String group, String site, String domain, Path file) {
    if (!isFile(id, file)) {
      missing.add(id);
      return;
    }
    Sample sample =
        Sample.of(
            id,
            group.isEmpty() ? id : group,
            new Source.ImageFile(file),
            new Target.ClassLabel(label));
    sample = site.isEmpty() ? sample : sample.withSite(site);
    present.add(domain.isEmpty() ? sample : sample.withDomain(domain));
    if (group.isEmpty()) {
      ungrouped.add(id);
    }
  }

  private boolean isFile(String id, Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      // One image under two names, through links, could stand on both sides of a split.
      String twin = idByFile.putIfAbsent(file.toRealPath(), id);
      if (twin != null) {
        twins.add(twin + " and " + id);
      }
    } catch (IOException e) {
      return false;
    }
    return true;
  }

  /**
   * The cohort of everything added, in that order.
   *
   * @throws InputException if a file is missing and that is not allowed, a file stands twice, or a
   *     class has no sample
   */
  Cohort toCohort(String where, Task.Classification task) {
    if (present.isEmpty() && !missing.isEmpty()) {
      throw new InputException(
          where
              + " names "
              + missing.size()
              + " images, and all their files are missing: "
              + Listing.of(missing)
              + ".",
          "Check where the files lie.");
    }
    if (!missing.isEmpty() && !request.allowMissing()) {
      throw new InputException(
          where
              + " names "
              + missing.size()
              + " of "
              + (missing.size() + present.size())
              + " images whose file is missing: "
              + Listing.of(missing)
              + ".",
          "Complete the files, or pass --allow-missing to leave these out and count them.");
    }
    if (!twins.isEmpty()) {
      throw new InputException(
          where + " has the same file under two names: " + Listing.of(twins) + ".",
          "Keep one of each.");
    }
    Set<String> found = new HashSet<>();
    present.forEach(sample -> found.add(sample.label()));
    List<String> empty = task.classes().stream().filter(name -> !found.contains(name)).toList();
    if (!empty.isEmpty()) {
      throw new InputException(
          where
              + " has no sample of class "
              + String.join(", ", empty)
              + (missing.isEmpty() ? "." : " (files missing: " + missing.size() + ")."),
          "Add images of it, or take the class out.");
    }
    Cohort cohort = Cohort.of(request.id(), task, present).withMissing(missing);
    return ungrouped.isEmpty()
        ? cohort
        : cohort.withWarning(
            "no patient or slide is known"
                + (ungrouped.size() == present.size()
                    ? ""
                    : " for " + ungrouped.size() + " of " + present.size() + " images")
                + ": images of one slide may stand on both sides, so scores may be too good");
  }
}
