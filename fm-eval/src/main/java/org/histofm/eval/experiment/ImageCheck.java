package org.histofm.eval.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.adapter.SampleReader;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.provenance.Sha256;

/**
 * Decodes every image once before the first run, and hashes what is in the files. What was found is
 * remembered in the output folder and believed while path, size and time of every file stay the
 * same; images that failed are tried again each time.
 */
final class ImageCheck {
  private ImageCheck() {}

  /**
   * What was found.
   *
   * @param hash SHA-256 over id and content of every image, in the cohort's order
   * @param failed what cannot be decoded, in the cohort's order
   */
  record Result(String hash, List<Quarantined> failed) {
    Result {
      failed = List.copyOf(failed);
    }

    /** The cohort without what failed. */
    Cohort remaining(Cohort cohort) {
      Set<String> ids = new HashSet<>();
      failed.forEach(f -> ids.add(f.id()));
      return cohort.withSamples(
          cohort.samples().stream().filter(s -> !ids.contains(s.id())).toList());
    }

    /**
     * Refuses more than {@code maxFailed} failures.
     *
     * @throws InputException naming every file with its reason
     */
    void requireAtMost(int maxFailed, int samples) {
      if (failed.size() <= maxFailed) {
        return;
      }
      StringBuilder list = new StringBuilder();
      for (Quarantined f : failed) {
        list.append("\n  ");
        if (!f.reason().contains(f.file())) {
          list.append(f.file()).append(": ");
        }
        list.append(f.reason());
      }
      throw new InputException(
          failed.size()
              + " of "
              + samples
              + " images cannot be decoded"
              + (maxFailed == 0 ? "" : ", more than the " + maxFailed + " allowed")
              + ":"
              + list
              + "\n",
          "Copy these files again, take them out of the data set, or go on without them by"
              + " --max-failed "
              + failed.size()
              + ", which every output will then say.");
    }
  }

  static Result of(Cohort cohort, SampleReader reader, Path memory, Progress progress) {
    String identity = identity(cohort);
    Optional<JsonNode> remembered = read(memory, identity);
    List<Sample> doubtful = cohort.samples();
    if (remembered.isPresent()) {
      Set<String> failedThen = new HashSet<>(Json.texts(remembered.get().path("failed")));
      doubtful = cohort.samples().stream().filter(s -> failedThen.contains(s.id())).toList();
    }
    List<Quarantined> failed =
        doubtful.isEmpty() ? List.of() : quarantined(doubtful, reader.probe(doubtful, progress));
    String hash = remembered.map(m -> m.path("images_hash").asText()).orElseGet(() -> hash(cohort));
    write(memory, identity, new Result(hash, failed));
    return new Result(hash, failed);
  }

  /** Probes name an item by sample id or by file; both lead back to the sample. */
  private static List<Quarantined> quarantined(
      List<Sample> samples, List<Outcome.Failed<Sample>> failures) {
    Map<String, Outcome.Failed<Sample>> byItem = new HashMap<>();
    failures.forEach(f -> byItem.put(f.item(), f));
    List<Quarantined> found = new ArrayList<>();
    for (Sample sample : samples) {
      Outcome.Failed<Sample> failure = byItem.get(sample.id());
      if (failure == null) {
        failure = byItem.get(place(sample));
      }
      if (failure != null) {
        found.add(new Quarantined(sample.id(), place(sample), failure.reason(), failure.remedy()));
      }
    }
    if (found.size() != failures.size()) {
      throw new IllegalStateException(
          "the sample reader reports failures of "
              + byItem.keySet()
              + ", of which only "
              + found.size()
              + " are samples of the cohort");
    }
    return found;
  }

  private static String place(Sample sample) {
    if (sample.source() instanceof Source.ImageFile file) {
      return file.path().toString();
    }
    if (sample.source() instanceof Source.InMemory) {
      return "in memory: " + sample.id();
    }
    throw new AssertionError(sample.source());
  }

  private static String identity(Cohort cohort) {
    Sha256 identity = new Sha256().add(cohort.hash());
    for (Sample sample : cohort.samples()) {
      identity.add(sample.id());
      if (sample.source() instanceof Source.ImageFile file) {
        identity.add(file.path().toAbsolutePath().toString());
        try {
          BasicFileAttributes now = Files.readAttributes(file.path(), BasicFileAttributes.class);
          identity.add(now.size() + " " + now.lastModifiedTime());
        } catch (IOException e) {
          identity.add("unreadable");
        }
      } else if (sample.source() instanceof Source.InMemory memory) {
        identity.add(memory.image().toBytes());
      } else {
        throw new AssertionError(sample.source());
      }
    }
    return identity.hex();
  }

  private static String hash(Cohort cohort) {
    Sha256 hash = new Sha256();
    for (Sample sample : cohort.samples()) {
      hash.add(sample.id());
      if (sample.source() instanceof Source.ImageFile file) {
        try {
          hash.add(Sha256.of(file.path()));
        } catch (IOException e) {
          hash.add("unreadable");
        }
      } else if (sample.source() instanceof Source.InMemory memory) {
        hash.add(memory.image().width() + " x " + memory.image().height());
        hash.add(memory.image().toBytes());
      } else {
        throw new AssertionError(sample.source());
      }
    }
    return hash.hex();
  }

  private static Optional<JsonNode> read(Path memory, String identity) {
    try {
      JsonNode json = Json.read(memory);
      return json.path("identity").asText().equals(identity) ? Optional.of(json) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // absent or damaged: look again
    }
  }

  private static void write(Path memory, String identity, Result result) {
    ObjectNode json = Json.object();
    json.put("identity", identity);
    json.put("images_hash", result.hash());
    json.set("failed", Json.texts(result.failed().stream().map(Quarantined::id).toList()));
    AtomicFile.write(memory, Json.text(json));
  }

  /** Writes the list of what was left out, or takes an old list away. */
  static void writeQuarantine(Path file, List<Quarantined> failed) {
    StringBuilder text = new StringBuilder();
    Csv.append(text, List.of("id", "file", "reason", "remedy"));
    failed.forEach(f -> Csv.append(text, List.of(f.id(), f.file(), f.reason(), f.remedy())));
    AtomicFile.write(file, text.toString());
  }
}
