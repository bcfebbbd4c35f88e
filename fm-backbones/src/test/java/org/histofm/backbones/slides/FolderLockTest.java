package org.histofm.backbones.slides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path folder;

  /** Holds the lock that its argument names until its input ends. */
  static final class Holder {
    public static void main(String[] args) throws IOException {
      Optional<FolderLock> lock = FolderLock.tryLock(Path.of(args[0]));
      System.out.write(lock.isPresent() ? 'y' : 'n');
      System.out.flush();
      if (System.in.read() < 0) {
        Runtime.getRuntime().halt(0);
      }
    }
  }

  private Process holder(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void lock_heldByAThread_isRefusedToOthersOfTheProcess() throws IOException {
    Path file = folder.resolve("a").resolve("lock");
    try (FolderLock lock = FolderLock.tryLock(file).orElseThrow()) {
      assertThat(FolderLock.tryLock(file)).isEmpty();
      assertThat(FolderLock.tryLock(folder.resolve("b"))).isPresent();
    }
    try (FolderLock lock = FolderLock.tryLock(file).orElseThrow()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void lock_heldByAProcess_isFreeOnceThatIsKilled() throws Exception {
    Path file = folder.resolve("lock");
    Process process = holder(file);
    assertThat(process.getInputStream().read()).isEqualTo('y');
    assertThat(FolderLock.tryLock(file)).isEmpty();
    process.destroyForcibly();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    try (FolderLock lock = FolderLock.await(file)) {
      // A second try of this process must not give the first one's lock away.
      assertThat(FolderLock.tryLock(file)).isEmpty();
      Process second = holder(file);
      assertThat(second.getInputStream().read()).isEqualTo('n');
      second.destroyForcibly();
    }
  }
}
