package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.histofm.backbones.timm.TimmConfig;
import org.histofm.backbones.weights.TimmWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomWeightsTest {
  @TempDir Path folder;

  @Test
  void file_isOneThatOurReaderTakesStrictly() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    RandomWeights.writeIfAbsent("vit_tiny_patch16_224", file);
    try (TimmWeights weights =
        TimmWeights.open(file, TimmConfig.of("vit_tiny_patch16_224").shape())) {
      assertThat(weights.random()).isFalse();
    }
    FileTime written = Files.getLastModifiedTime(file);
    RandomWeights.writeIfAbsent("vit_tiny_patch16_224", file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
    assertThat(folder.toFile().list()).containsExactly("weights.safetensors");
  }
}
