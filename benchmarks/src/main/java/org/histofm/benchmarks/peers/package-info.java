/**
 * {@code ./fm bench}: our runs beside their Python twins, on this machine, at the same time.
 *
 * <p>{@link org.histofm.benchmarks.peers.Bench} reads the command line. {@code Rows} says what is
 * measured: a {@code Row} has sides (ours, peers, the ceiling of the machine) and comparisons with
 * the bars they are held to. Every side runs in a process of its own, ours in {@link
 * org.histofm.benchmarks.peers.WorkerMain}, a peer in a script of {@code benchmarks/peers}; {@code
 * Race} asks them in turn, round by round. {@code RowResult} makes numbers of the measurements,
 * {@code Record} keeps them, {@code ResultsPage} and {@code ResultsText} show them.
 */
@NullMarked
package org.histofm.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
