package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.histofm.backbone.Preprocessing.Filter;
import org.histofm.provenance.Sha256;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

class RealCropsTest {
  @Test
  void readAndApply_everyAmiBrCrop_equalPillowAndTorchvision() throws IOException {
    Path crops = shared().resolve("data/mitosis-amibr/patches");
    assumeTrue(
        Files.isDirectory(crops),
        "the AMi-Br crops are not there: set HISTOFM_SHARED to the folder that holds"
            + " data/mitosis-amibr");
    JsonNode expected = Fixtures.json("crops.json");
    List<Path> files;
    try (Stream<Path> all = Files.walk(crops)) {
      files = all.filter(f -> f.toString().endsWith(".png")).sorted().toList();
    }
    TilePreprocessor preprocessor = TilePreprocessorTest.preprocessor(224, 224, Filter.BICUBIC);
    Sha256 decoded = new Sha256();
    Sha256 prepared = new Sha256();
    for (Path file : files) {
      RgbImage image = ImageFiles.withDefaults().read(file);
      decoded.add(image.toBytes());
      prepared.add(preprocessor.apply(image).toBytes());
    }
    assertThat(files).hasSize(expected.get("files").asInt());
    assertThat(decoded.hex()).isEqualTo(expected.get("decoded").asText());
    assertThat(prepared.hex()).isEqualTo(expected.get("prepared").asText());
  }

  /** The folder that HISTOFM_SHARED names, else {@code ../shared} beside the repository. */
  private static Path shared() {
    return Optional.ofNullable(System.getenv("HISTOFM_SHARED"))
        .map(Path::of)
        .orElseGet(() -> repository().resolveSibling("shared"));
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder.getParent() != null && !Files.exists(folder.resolve("scripts/fixtures"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
