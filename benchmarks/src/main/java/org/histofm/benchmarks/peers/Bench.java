package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.histofm.ApiVersion;
import org.histofm.EnvironmentException;
import org.histofm.HistoFmException;
import org.histofm.InputException;
import org.histofm.benchmarks.peers.RowResult.Absent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures our runs beside their Python twins on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures HistoFM on this machine, beside its Python peers with --with-peers, and prints"
          + " times, peak memory and ratios, each with its bar.",
      "With peers, results go to docs/benchmarks.md and docs/benchmarks.json; rows that are not run"
          + " keep their former numbers. Without, they are only compared with the recorded ones.",
      "Exit code 0: measured, whether or not bars are met; 1: a row could not be measured; 2: a"
          + " setting, Python or a package is wrong or missing."
    })
public final class Bench implements Callable<Integer> {
  private static final int GOOD = 0;
  private static final int NOT_MEASURED = 1;
  private static final int BAD_INPUT = 2;
  private static final int BUG = 70;

  @Parameters(paramLabel = "row", arity = "0..*", description = "Rows to measure; default: all.")
  private List<String> rows = List.of();

  @Option(names = "--with-peers", description = "Measure the Python peers too, in turn with ours.")
  private boolean withPeers;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "Python for the peers, with benchmarks/peers/requirements.txt installed. Default: that of"
              + " the variable HISTOFM_PEERS_PYTHON, else one that is made in .fm/peers.")
  private @Nullable Path python;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Measured rounds. Default: 5 to 15, so that a row takes under two minutes.")
  private @Nullable Integer rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of every side. Default: one per processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--slide",
      paramLabel = "FILE",
      description =
          "Slide of the rows read-tiles and embed-slide; it must record its pixel size. Default: a"
              + " drawn one.")
  private @Nullable Path slide;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Folder of benchmarks.md and benchmarks.json. Default: docs.")
  private @Nullable Path results;

  @Option(names = "--root", hidden = true, paramLabel = "DIR", description = "Of the sources.")
  private Path root = Path.of("");

  /** The command line. */
  public static void main(String... args) {
    System.exit(run(new PrintWriter(System.err, true, StandardCharsets.UTF_8), args));
  }

  /** Runs the command, with errors told to {@code err}, and returns the exit code. */
  static int run(PrintWriter err, String... args) {
    return commandLine(err).execute(args);
  }

  /** The command with its help, which lists the rows. */
  static CommandLine commandLine(PrintWriter err) {
    CommandLine line = new CommandLine(new Bench());
    line.setErr(err);
    String version = ApiVersion.class.getPackage().getImplementationVersion();
    line.getCommandSpec().version("HistoFM " + (version == null ? "development" : version));
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(Bench::explain);
    List<String> footer = new ArrayList<>(List.of("", "Rows:"));
    for (Row row : new Rows(Machine.here(), Path.of(""), SlideTiles.none()).all()) {
      footer.add(String.format(Locale.ROOT, "  %-14s %s", row.id(), row.summary()));
    }
    line.getCommandSpec().usageMessage().footer(footer.toArray(String[]::new));
    return line;
  }

  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    PrintWriter err = line.getErr();
    if (e instanceof HistoFmException known) {
      err.println("error: " + known.getMessage());
      return BAD_INPUT;
    }
    err.println("This is a bug in HistoFM; please report it with the lines below.");
    e.printStackTrace(err);
    return BUG;
  }

  @Override
  public Integer call() {
    Path state = root.resolve(".fm").toAbsolutePath().normalize();
    Path folder = state.resolve("bench");
    Path scripts = root.resolve("benchmarks").resolve("peers").toAbsolutePath().normalize();
    Path weights = folder.resolve(Rows.FROM_FILE + ".safetensors");
    Machine machine = Machine.here();
    SlideTiles tiles = BenchSlide.named(folder, slide);
    List<Row> chosen = new Rows(machine, weights, tiles).named(rows);
    atLeastOne("--rounds", rounds == null ? 1 : rounds);
    atLeastOne("--threads", threads);
    if (python != null && !withPeers) {
      throw new InputException(
          "--python names the Python of the peers, but --with-peers is not there.",
          "Add --with-peers, or leave out --python.");
    }
    Path record = results != null ? results : root.resolve("docs");
    ResultsFile recorded = ResultsFile.read(record);
    makeFolder(folder);
    PeersPython peers = withPeers ? PeersPython.find(namedPython(), scripts, state) : null;
    if (withPeers) {
      makeFolder(record);
    }
    if (chosen.stream().anyMatch(row -> row.style() == Row.Style.FRESH)) {
      RandomWeights.writeIfAbsent(Rows.FROM_FILE, weights);
    }
    if (chosen.stream().anyMatch(Rows::readsSlide)) {
      BenchSlide.prepare(tiles, slide == null);
    }
    Circumstances circumstances =
        new Circumstances(
            LocalDate.now(ZoneOffset.UTC).toString(),
            Commit.of(root),
            machine,
            threads,
            load(),
            peers == null ? "" : peers.versions());
    System.out.println(Wording.circumstances(circumstances));
    Launch launch = new Launch(folder, scripts, peers == null ? null : peers.executable(), threads);
    int exitCode = GOOD;
    for (Row row : chosen) {
      RowResult result = measure(row, launch, circumstances);
      System.out.print(ResultsText.of(row.id(), result, recorded.rows().get(row.id())));
      System.out.flush();
      if (result.sides().stream().noneMatch(side -> side.kind() == Side.Kind.OURS)) {
        System.out.println("  not recorded: nothing of ours could be measured");
        exitCode = NOT_MEASURED;
      } else if (withPeers) {
        recorded = recorded.with(row.id(), result);
        recorded.write(record);
      }
    }
    System.out.println();
    System.out.println(
        withPeers
            ? "Recorded in " + record.resolve("benchmarks.md").normalize()
            : "Not recorded: only runs --with-peers are.");
    return exitCode;
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new InputException(option + " " + value + " is below 1.", "Pass a positive number.");
    }
  }

  private @Nullable Path namedPython() {
    String variable = System.getenv("HISTOFM_PEERS_PYTHON");
    return python == null && variable != null && !variable.isEmpty() ? Path.of(variable) : python;
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EnvironmentException(
          "Folder " + folder + " cannot be made: " + e + ".",
          "Check its parent's permissions, or that no file stands in its place.",
          e);
    }
  }

  /** The load average over the last minute; -1 where the system does not tell. */
  private static double load() {
    Path file = Path.of("/proc/loadavg");
    try {
      return Files.isReadable(file)
          ? Double.parseDouble(Files.readString(file, StandardCharsets.US_ASCII).split(" ", 2)[0])
          : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private RowResult measure(Row row, Launch launch, Circumstances circumstances) {
    int count = rounds == null ? row.rounds() : rounds;
    List<Side> sides =
        row.sides().stream().filter(s -> withPeers || s.kind() != Side.Kind.PEER).toList();
    System.err.println(
        "bench: " + row.id() + ": " + sides.size() + " sides, " + count + " rounds ...");
    Map<String, Runner> runners = new LinkedHashMap<>();
    List<Absent> absent = new ArrayList<>();
    try {
      for (Side side : sides) {
        if (row.style() == Row.Style.FRESH) {
          runners.put(side.name(), new FreshRunner(launch, row, side));
        } else {
          try {
            runners.put(side.name(), ResidentRunner.start(launch, row, side));
          } catch (ResidentRunner.Refusal e) {
            absent.add(new Absent(side.name(), e.reason()));
          }
        }
      }
      Map<String, List<Measurement>> measured = Race.run(runners, 1, count);
      Map<String, String> described = new LinkedHashMap<>();
      runners.forEach((name, runner) -> described.put(name, runner.described()));
      return RowResult.of(row, circumstances, measured, described, absent);
    } finally {
      runners.values().forEach(Runner::close);
    }
  }
}
