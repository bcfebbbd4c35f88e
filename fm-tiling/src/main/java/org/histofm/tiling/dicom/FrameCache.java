package org.histofm.tiling.dicom;

import java.util.LinkedHashMap;
import java.util.Map;
import org.histofm.tiling.pyramid.JpegDecoder.Pixels;
import org.jspecify.annotations.Nullable;

/**
 * Decoded frames that were used last, up to a number of bytes. Safe for concurrent use; two threads
 * that miss the same frame at once decode it twice.
 */
final class FrameCache {
  private record Key(Object owner, int frame) {}

  private final long maxBytes;
  private final LinkedHashMap<Key, Pixels> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  FrameCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized @Nullable Pixels get(Object owner, int frame) {
    return kept.get(new Key(owner, frame));
  }

  synchronized void put(Object owner, int frame, Pixels pixels) {
    Pixels before = kept.put(new Key(owner, frame), pixels);
    bytes += pixels.samples().length - (before == null ? 0 : before.samples().length);
    var oldest = kept.entrySet().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      bytes -= oldest.next().getValue().samples().length;
      oldest.remove();
    }
  }

  /** Lets go what belongs to {@code owner}. */
  synchronized void forget(Object owner) {
    for (var it = kept.entrySet().iterator(); it.hasNext(); ) {
      Map.Entry<Key, Pixels> entry = it.next();
      if (entry.getKey().owner() == owner) {
        bytes -= entry.getValue().samples().length;
        it.remove();
      }
    }
  }
}
