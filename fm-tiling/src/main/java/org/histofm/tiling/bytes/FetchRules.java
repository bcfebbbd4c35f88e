package org.histofm.tiling.bytes;

/**
 * How a source far away is read. Decision 0008 has what was measured of blocks and gaps; the other
 * defaults are chosen: a request long enough that its bytes outweigh its wait, and a cache and
 * connections that many open slides and their servers can bear.
 *
 * @param blockBytes what a small read, of a directory's entry, fetches around it, and the first
 *     request from the beginning
 * @param smallBytes reads of fewer bytes are small; longer ones fetch exactly what they need
 * @param gapBytes announced ranges with no more than this between them come in one request
 * @param requestBytes most bytes in one request
 * @param cacheBytes most bytes kept of one source
 * @param connections most requests under way at one time for one source
 */
record FetchRules(
    int blockBytes,
    int smallBytes,
    int gapBytes,
    int requestBytes,
    int cacheBytes,
    int connections) {
  static final FetchRules DEFAULT =
      new FetchRules(64 << 10, 4 << 10, 8 << 10, 1 << 20, 32 << 20, 4);

  FetchRules {
    if (blockBytes < 1
        || smallBytes < 0
        || gapBytes < 0
        || requestBytes < blockBytes
        || cacheBytes < requestBytes
        || connections < 1) {
      throw new IllegalArgumentException("rules that contradict each other");
    }
  }
}
