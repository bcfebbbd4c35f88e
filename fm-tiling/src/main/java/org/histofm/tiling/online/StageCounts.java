package org.histofm.tiling.online;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What has been done for tiles so far, and how long it took.
 *
 * @param tiles tiles made
 * @param tries draws made for them
 * @param rejected draws that the content filter rejected
 * @param takenThoughRejected tiles whose allowed tries were all rejected, so that the last one was
 *     taken
 * @param unreadable draws that could not be decoded
 * @param readBytes bytes of stored tiles that were read, as far as the TIFF reader reads them
 * @param opened how often a slide was opened
 * @param reopened how often one of these had been open before and was closed to make room
 * @param stages work of all threads together
 * @param waitedNanos how long the takers of streams waited for a tile
 * @param consumedNanos how long they were away with the tiles that they had taken
 */
public record StageCounts(
    long tiles,
    long tries,
    long rejected,
    long takenThoughRejected,
    long unreadable,
    long readBytes,
    long opened,
    long reopened,
    List<Stage> stages,
    long waitedNanos,
    long consumedNanos) {
  /**
   * One stage of the work.
   *
   * @param name {@code open}, {@code read}, {@code decode}, {@code resize} or {@code filter}
   * @param nanos time spent in it by all threads together
   */
  public record Stage(String name, long nanos) {}

  /** With an unmodifiable copy of the stages. */
  public StageCounts {
    stages = List.copyOf(stages);
  }

  /**
   * In a sentence, what would have to be faster for more tiles a second: the one who takes them, or
   * the stage that most work goes into.
   */
  public String limiting() {
    long work = stages.stream().mapToLong(Stage::nanos).sum();
    if (tiles == 0 || work == 0) {
      return "nothing was made yet";
    }
    long taking = waitedNanos + consumedNanos;
    if (consumedNanos > waitedNanos) {
      return "the consumer: it was busy "
          + percent(consumedNanos, taking)
          + " of the time and waited for tiles the rest";
    }
    Stage most =
        stages.stream()
            .max(Comparator.comparingLong(Stage::nanos))
            .orElseThrow(AssertionError::new);
    return most.name()
        + ": "
        + percent(most.nanos(), work)
        + " of the work for tiles"
        + (taking == 0
            ? ""
            : "; the consumer waited " + percent(waitedNanos, taking) + " of the time");
  }

  private static String percent(long part, long whole) {
    return Math.round(100.0 * part / whole) + " %";
  }

  /** All figures, a line each. */
  public String table() {
    StringBuilder text = new StringBuilder();
    long work = Math.max(1, stages.stream().mapToLong(Stage::nanos).sum());
    for (Stage stage : stages) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-8s %10.3f s %6s %9.3f ms a tile%n",
              stage.name(),
              stage.nanos() / 1e9,
              percent(stage.nanos(), work),
              stage.nanos() / 1e6 / Math.max(1, tiles)));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "tiles %d, tries %d, rejected %d, taken though rejected %d, unreadable %d%n",
            tiles,
            tries,
            rejected,
            takenThoughRejected,
            unreadable));
    text.append(
        String.format(
            Locale.ROOT,
            "slides opened %d times, of them again %d; %.1f MB read%n",
            opened,
            reopened,
            readBytes / 1e6));
    text.append(
        String.format(
            Locale.ROOT,
            "consumer busy %.3f s, waiting %.3f s%nlimited by %s%n",
            consumedNanos / 1e9,
            waitedNanos / 1e9,
            limiting()));
    return text.toString();
  }
}
