package org.histofm.benchmarks.peers;

/**
 * When, where and with what a row was measured.
 *
 * @param date ISO date in UTC
 * @param commit of the sources, or that it is unknown
 * @param machine the machine
 * @param threads of every side
 * @param loadBefore the system's load average when the run began: work of others, in processors;
 *     negative where the system does not tell
 * @param peers versions of Python and its packages; empty without peers
 */
record Circumstances(
    String date, String commit, Machine machine, int threads, double loadBefore, String peers) {
  /** Whether others took so much of the machine that times say little. */
  boolean busy() {
    return loadBefore > 0.5;
  }
}
