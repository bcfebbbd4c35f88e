package org.histofm.backbones.slides;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.histofm.InputException;
import org.histofm.provenance.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an output folder holds already, and whether this run may add to it. */
final class Finished {
  private static final Logger LOG = LoggerFactory.getLogger(Finished.class);
  private static final int MOST_NAMED = 5;

  private final SlideEmbedding settings;
  private final RunFolder folder;
  private final SlideRecipe recipe;

  Finished(SlideEmbedding settings) {
    this.settings = settings;
    this.folder = settings.folder();
    this.recipe = settings.recipe();
  }

  /**
   * Enters the recipe into a folder that has none, or no result yet.
   *
   * @throws InputException if the folder holds results of another recipe
   */
  void claim() throws IOException, InterruptedException {
    try (FolderLock lock = FolderLock.await(folder.lock("recipe"))) {
      Optional<String> written = folder.read(folder.recipe());
      if (written.isPresent()) {
        SlideRecipe earlier = parse(written.get());
        if (earlier.sameAs(recipe)) {
          return;
        }
        if (folder.hasResults()) {
          throw new InputException(
              "output folder "
                  + folder.root()
                  + " holds embeddings of another recipe: "
                  + String.join("; ", recipe.differencesFrom(earlier))
                  + ".",
              "Choose another --out, or the earlier settings.");
        }
      }
      ObjectNode json = Sidecar.JSON.createObjectNode();
      recipe.writeTo(json);
      folder.write(
          folder.recipe(),
          Sidecar.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }
  }

  /** Refuses to finish a slide after another run has given the folder another recipe. */
  void requireClaimed() throws IOException {
    SlideRecipe written = parse(folder.read(folder.recipe()).orElse("{}"));
    if (!written.sameAs(recipe)) {
      throw new InputException(
          "another run has begun in output folder "
              + folder.root()
              + " with another recipe: "
              + String.join("; ", recipe.differencesFrom(written))
              + ".",
          "Give each recipe a folder of its own.");
    }
  }

  private SlideRecipe parse(String text) {
    try {
      JsonNode json = Sidecar.JSON.readTree(text);
      return SlideRecipe.read(json);
    } catch (JsonProcessingException e) {
      return new SlideRecipe(Map.of());
    }
  }

  /**
   * The slides that need no more work, with their sidecars.
   *
   * @throws InputException if one was made by another recipe, or has changed since
   */
  Map<String, Sidecar> check(List<SlideEntry> entries) throws IOException {
    Map<String, Sidecar> done = new LinkedHashMap<>();
    List<String> refusals = new ArrayList<>();
    for (SlideEntry entry : entries) {
      Optional<Sidecar> sidecar = sidecar(entry);
      if (sidecar.isPresent()) {
        List<String> differences = differences(entry, sidecar.get());
        if (!differences.isEmpty()) {
          refusals.add(entry.id() + ": " + String.join("; ", differences));
        } else {
          done.put(entry.id(), sidecar.get());
        }
      }
    }
    if (!refusals.isEmpty()) {
      int named = Math.min(refusals.size(), MOST_NAMED);
      throw new InputException(
          refusals.size()
              + " finished slides in "
              + folder.root()
              + " do not fit this run. "
              + String.join(". ", refusals.subList(0, named))
              + (named < refusals.size() ? ", and others." : "."),
          "Choose another --out, or delete the outdated .json files there to embed those slides"
              + " again.");
    }
    return done;
  }

  /** What says that a slide is done, unless its features are missing or damaged. */
  Optional<Sidecar> sidecar(SlideEntry entry) throws IOException {
    Optional<Sidecar> sidecar = folder.read(folder.sidecar(entry.id())).map(Sidecar::read);
    Path features = folder.features(entry.id());
    if (sidecar.isEmpty() || isWhole(features, sidecar.get())) {
      return sidecar;
    }
    LOG.warn("{} is missing or damaged; slide {} is embedded again", features, entry.id());
    return Optional.empty();
  }

  private boolean isWhole(Path features, Sidecar sidecar) throws IOException {
    return Files.exists(features)
        && Files.size(features) == sidecar.featuresBytes()
        && (!settings.verify() || Sha256.of(features).equals(sidecar.featuresHash()));
  }

  private List<String> differences(SlideEntry entry, Sidecar sidecar) throws IOException {
    List<String> differences = new ArrayList<>(recipe.differencesFrom(sidecar.recipe()));
    if (!sidecar.statedMpp().equals(Sidecar.stated(entry))) {
      differences.add("stated mpp was " + sidecar.statedMpp() + " and is " + Sidecar.stated(entry));
    }
    String stamp;
    String hash;
    SlideContent content = SlideContent.of(entry.location());
    try {
      stamp = content.stamp();
      if (!settings.verify() && isSeen(entry, stamp, sidecar.contentHash())) {
        return differences;
      }
      hash = content.hash();
    } catch (IOException | InputException e) {
      LOG.info(
          "slide {} is done and no longer there to be compared ({})", entry.id(), e.toString());
      return differences;
    }
    if (hash.equals(sidecar.contentHash())) {
      markSeen(entry, stamp, hash);
    } else {
      differences.add("the slide's SHA-256 was " + sidecar.contentHash() + " and is " + hash);
    }
    return differences;
  }

  private boolean isSeen(SlideEntry entry, String stamp, String hash) throws IOException {
    return folder.read(folder.seen(entry.id())).equals(Optional.of(seen(entry, stamp, hash)));
  }

  /** Notes that a slide in this state has this hash, so that it need not be read to know it. */
  void markSeen(SlideEntry entry, String stamp, String hash) throws IOException {
    folder.write(folder.seen(entry.id()), seen(entry, stamp, hash));
  }

  private static String seen(SlideEntry entry, String stamp, String hash) {
    return entry.location() + "\n" + stamp + "\n" + hash + "\n";
  }
}
