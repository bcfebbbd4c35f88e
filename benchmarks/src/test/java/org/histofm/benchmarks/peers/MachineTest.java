package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir Path folder;

  @Test
  void machine_isReadFromLinuxsDescriptions() throws IOException {
    Path cpuinfo = folder.resolve("cpuinfo");
    Files.writeString(
        cpuinfo,
        """
        processor\t: 0
        vendor_id\t: AuthenticAMD
        cpu family\t: 25
        model\t\t: 17
        model name\t: AMD EPYC
        flags\t\t: fpu avx512f avx2 avx512_bf16 sse

        processor\t: 1
        model name\t: another
        """);
    Path meminfo = folder.resolve("meminfo");
    Files.writeString(meminfo, "MemTotal:       24640928 kB\nMemFree: 1 kB\n");

    Machine machine = Machine.read(cpuinfo, meminfo);
    assertThat(machine.processor()).isEqualTo("AMD EPYC (family 25, model 17)");
    assertThat(machine.features()).containsExactly("avx2", "avx512f", "avx512_bf16");
    assertThat(machine.memoryGib()).isEqualTo(23);
    assertThat(machine.amd()).isTrue();
    assertThat(machine.bfloat16()).isTrue();
  }

  @Test
  void machine_thatSaysNothing_isDescribedAllTheSame() {
    Machine machine = Machine.read(folder.resolve("none"), folder.resolve("none"));
    assertThat(machine.describe()).contains("features unknown").doesNotContain("GiB");
    assertThat(machine.bfloat16()).isFalse();
  }
}
