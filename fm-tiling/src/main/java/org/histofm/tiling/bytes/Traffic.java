package org.histofm.tiling.bytes;

import java.util.concurrent.atomic.LongAdder;

/** Counts what goes over the network for one source. Safe for concurrent use. */
final class Traffic {
  private final LongAdder requests = new LongAdder();
  private final LongAdder fetched = new LongAdder();

  void sent() {
    requests.increment();
  }

  void received(long bytes) {
    fetched.add(bytes);
  }

  long requests() {
    return requests.sum();
  }

  long fetched() {
    return fetched.sum();
  }
}
