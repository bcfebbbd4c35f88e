package org.histofm.benchmarks.peers;

import java.util.List;

/**
 * One contender of a row.
 *
 * @param name as shown, unique in its row
 * @param kind who runs it
 * @param arguments of {@link WorkerMain} or {@link FirstEmbedding}, or the script in {@code
 *     benchmarks/peers} followed by its own; the thread count comes last and is added by the run
 * @param gflop matrix products in one measurement, in 10⁹ operations; 0 if not counted
 */
record Side(String name, Kind kind, List<String> arguments, double gflop) {
  /** Who runs a side. */
  enum Kind {
    /** HistoFM. */
    OURS,
    /** A Python script. */
    PEER,
    /** Bare packed products in our engine. */
    CEILING
  }

  Side {
    arguments = List.copyOf(arguments);
  }

  static Side ours(String name, double gflop, String... arguments) {
    return new Side(name, Kind.OURS, List.of(arguments), gflop);
  }

  static Side peer(String name, String... arguments) {
    return new Side(name, Kind.PEER, List.of(arguments), 0);
  }

  static Side ceiling(String name, String... arguments) {
    return new Side(name, Kind.CEILING, List.of(arguments), CeilingWork.GFLOP);
  }
}
