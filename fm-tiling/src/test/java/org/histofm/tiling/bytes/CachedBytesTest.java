package org.histofm.tiling.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CachedBytesTest {
  private static final int BLOCK = 100;
  private static final int SMALL = 10;
  private static final int GAP = 5;
  private static final int REQUEST = 1000;
  private static final int CACHE = 4000;
  private static final FetchRules RULES = new FetchRules(BLOCK, SMALL, GAP, REQUEST, CACHE, 2);
  private static final byte[] CONTENT = MemoryObject.content(100_000);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** An object whose answers after the first wait for a gate. */
  private static final class GatedObject extends MemoryObject {
    final CountDownLatch asking = new CountDownLatch(1);
    final CountDownLatch gate = new CountDownLatch(1);
    volatile @Nullable IOException failure;

    GatedObject() {
      super(CONTENT);
    }

    @Override
    public byte[] fetch(long position, int length) throws IOException {
      byte[] bytes = super.fetch(position, length);
      if (position > 0) {
        asking.countDown();
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw new InterruptedIOException("the fetching thread was interrupted");
        }
        IOException told = failure;
        if (told != null) {
          throw told;
        }
      }
      return bytes;
    }
  }

  private static CachedBytes open(MemoryObject object) throws IOException {
    return CachedBytes.open(object, new Retries(pause -> {}), RULES, object.traffic);
  }

  private static byte[] read(ByteSource source, long position, int length) throws IOException {
    byte[] target = new byte[length];
    source.read(position, target, 0, length);
    return target;
  }

  private static byte[] expected(int position, int length) {
    return Arrays.copyOfRange(CONTENT, position, position + length);
  }

  @Test
  void read_ofAFewBytes_fetchesTheirBlockOnce() throws IOException {
    MemoryObject object = new MemoryObject(CONTENT);
    try (CachedBytes source = open(object)) {
      for (int i = 0; i < BLOCK; i += 4) {
        assertThat(read(source, 300 + i, 4)).isEqualTo(expected(300 + i, 4));
      }
    }
    assertThat(object.asked).containsExactly("0+100", "300+100");
  }

  @Test
  void read_ofManyBytes_fetchesExactlyThemByRequestsOfBoundedLength() throws IOException {
    MemoryObject object = new MemoryObject(CONTENT);
    try (CachedBytes source = open(object)) {
      assertThat(read(source, 555, 2500)).isEqualTo(expected(555, 2500));
    }
    assertThat(object.asked)
        .containsExactlyInAnyOrder("0+100", "555+1000", "1555+1000", "2555+500");
  }

  @Test
  void willRead_joinsRangesOverSmallGapsOnly() throws IOException {
    MemoryObject object = new MemoryObject(CONTENT);
    try (CachedBytes source = open(object)) {
      source.willRead(new long[] {350, 200, 304, 250}, new int[] {50, 50, 40, 50});
      read(source, 200, 50);
      read(source, 250, 50);
      read(source, 304, 40);
      read(source, 350, 50);
      assertThat(source.counts().usedTiles()).isEqualTo(190);
    }
    assertThat(object.asked).containsExactlyInAnyOrder("0+100", "200+144", "350+50");
  }

  @Test
  void willRead_whatIsThereOrOnItsWay_isNotFetchedAgain() throws IOException {
    MemoryObject object = new MemoryObject(CONTENT);
    try (CachedBytes source = open(object)) {
      source.willRead(new long[] {90, 400}, new int[] {50, 50});
      source.willRead(new long[] {90, 420}, new int[] {50, 50});
      assertThat(read(source, 90, 50)).isEqualTo(expected(90, 50));
      assertThat(read(source, 400, 70)).isEqualTo(expected(400, 70));
    }
    assertThat(object.asked).containsExactlyInAnyOrder("0+100", "100+40", "400+50", "450+20");
  }

  @Test
  void willRead_ofMoreThanHalfTheCache_isTakenInPart() throws IOException {
    MemoryObject object = new MemoryObject(CONTENT);
    long[] positions = new long[50];
    int[] lengths = new int[50];
    for (int i = 0; i < 50; i++) {
      positions[i] = 10_000 + 1000L * i;
      lengths[i] = 900;
    }
    try (CachedBytes source = open(object)) {
      source.willRead(positions, lengths);
      source.willRead(positions, lengths);
      read(source, 10_000, 900);
      read(source, 11_000, 900);
      assertThat(object.asked).hasSize(3); // with the first request
      assertThat(read(source, 59_000, 900)).isEqualTo(expected(59_000, 900));
      assertThat(source.keptBytes()).isLessThanOrEqualTo(CACHE);
    }
  }

  @Test
  void willRead_ofRangesThatCannotBe_isIgnored() throws IOException {
    MemoryObject object = new MemoryObject(CONTENT);
    try (CachedBytes source = open(object)) {
      source.willRead(new long[] {-5, 99_990, Long.MAX_VALUE, 500}, new int[] {10, 20, 10, -1});
      assertThat(object.asked).containsExactly("0+100");
    }
  }

  @Test
  void read_ofWhatWasDropped_fetchesItAgain() throws IOException {
    MemoryObject object = new MemoryObject(CONTENT);
    try (CachedBytes source = open(object)) {
      for (int i = 1; i <= 5; i++) {
        read(source, 1000L * i, 900);
      }
      read(source, 5000, 900); // kept
      read(source, 1000, 900); // the one least recently used
      assertThat(source.counts().fetched()).isEqualTo(100 + 6 * 900);
      assertThat(source.counts().used()).isEqualTo(5 * 900);
    }
  }

  @Test
  void read_pastTheEnd_isRefused() throws IOException {
    try (CachedBytes source = open(new MemoryObject(CONTENT))) {
      assertThatThrownBy(() -> read(source, 99_990, 11))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("100000");
      assertThat(read(source, 99_990, 10)).isEqualTo(expected(99_990, 10));
    }
  }

  @Test
  void read_ofTheSameBytesByTwo_asksOnce() throws Exception {
    GatedObject object = new GatedObject();
    try (CachedBytes source = open(object)) {
      Future<byte[]> one = threads.submit(() -> read(source, 500, 200));
      object.asking.await();
      source.willRead(new long[] {500}, new int[] {200});
      object.gate.countDown();
      Future<byte[]> two = threads.submit(() -> read(source, 500, 200));
      assertThat(one.get()).isEqualTo(expected(500, 200)).isEqualTo(two.get());
    }
    assertThat(object.asked).containsExactly("0+100", "500+200");
  }

  @Test
  void read_interrupted_leavesTheOthersAlone() throws Exception {
    GatedObject object = new GatedObject();
    try (CachedBytes source = open(object)) {
      List<Throwable> failures = new ArrayList<>();
      Thread interrupted =
          new Thread(
              () -> {
                try {
                  read(source, 500, 200);
                } catch (IOException e) {
                  failures.add(e);
                  failures.add(Thread.currentThread().isInterrupted() ? e : new Error("no flag"));
                }
              });
      interrupted.start();
      object.asking.await();
      interrupted.interrupt();
      interrupted.join();
      object.gate.countDown();
      assertThat(read(source, 500, 200)).isEqualTo(expected(500, 200));
      assertThat(failures).hasSize(2).hasOnlyElementsOfType(InterruptedIOException.class);
    }
    assertThat(object.asked).containsExactly("0+100", "500+200");
  }

  @Test
  void read_thatFails_isTriedAnewByTheNext() throws Exception {
    GatedObject object = new GatedObject();
    object.gate.countDown();
    try (CachedBytes source = open(object)) {
      object.failure = RemoteFailure.status(404, null);
      assertThatThrownBy(() -> read(source, 500, 200)).hasMessageContaining("404");
      object.failure = null;
      assertThat(read(source, 500, 200)).isEqualTo(expected(500, 200));
    }
  }

  @Test
  void read_afterTheObjectChanged_isRefusedAlsoForWhatIsKept() throws Exception {
    GatedObject object = new GatedObject();
    object.gate.countDown();
    try (CachedBytes source = open(object)) {
      read(source, 500, 200);
      object.failure = RemoteFailure.changed("its ETag is another");
      assertThatThrownBy(() -> read(source, 5000, 200)).hasMessageContaining("changed");
      object.failure = null;
      assertThatThrownBy(() -> read(source, 500, 200)).hasMessageContaining("changed");
    }
  }

  @Test
  void close_releasesWhoeverWaits_andRefusesReads() throws Exception {
    GatedObject object = new GatedObject();
    CachedBytes source = open(object);
    Future<byte[]> waiting = threads.submit(() -> read(source, 500, 200));
    object.asking.await();
    source.close();
    source.close();
    assertThatThrownBy(waiting::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> read(source, 0, 1)).hasMessageContaining("closed");
    assertThat(object.closed).isTrue();
  }

  @Test
  void open_thatFails_closesTheObject() {
    MemoryObject object =
        new MemoryObject(CONTENT) {
          @Override
          public byte[] begin(int length) throws IOException {
            throw RemoteFailure.status(403, null);
          }
        };
    assertThatThrownBy(() -> open(object)).hasMessageContaining("403");
    assertThat(object.closed).isTrue();
  }
}
