package org.histofm.backbones.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTest {
  private final Path folder;

  ProcessorTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Processor read(String content) throws IOException {
    Path file = folder.resolve("cpuinfo");
    Files.writeString(file, content);
    return Processor.read("amd64", file);
  }

  @Test
  void read_flagsWithAvx512Bf16_multipliesBfloat16() throws IOException {
    Processor processor = read("processor : 0\nflags\t\t: fpu avx2 avx512f avx512_bf16 sha\n");
    assertThat(processor.multipliesBfloat16()).isTrue();
    assertThat(processor.describe()).isEqualTo("amd64 avx2 avx512_bf16 avx512f");
  }

  @Test
  void read_flagsWithAmx_multipliesBfloat16() throws IOException {
    assertThat(read("flags : amx_bf16 amx_tile\n").multipliesBfloat16()).isTrue();
  }

  @Test
  void read_flagsWithAvx512Only_doesNot() throws IOException {
    assertThat(read("flags : avx2 avx512f avx512_vnni\n").multipliesBfloat16()).isFalse();
  }

  @Test
  void read_noSuchFile_knowsNoExtension() {
    Processor processor = Processor.read("aarch64", folder.resolve("none"));
    assertThat(processor.multipliesBfloat16()).isFalse();
    assertThat(processor.describe()).isEqualTo("aarch64");
  }
}
