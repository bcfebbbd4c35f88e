package org.histofm.examples;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbones.slides.SlideEmbedding;
import org.histofm.backbones.slides.SlideEmbeddingReport;
import org.histofm.backbones.slides.SlideEmbeddingReport.State;
import org.histofm.backbones.slides.SlideEntry;
import org.histofm.backbones.slides.SlideList;
import org.histofm.slide.Mpp;
import org.histofm.tiling.HolesPolicy;
import org.histofm.tiling.Slides;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.tissue.TissueSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Embeds the tissue of slides, tile by tile, into one HDF5 file a slide. */
@Command(
    name = "embed-slides",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Embeds the tissue of slides into one HDF5 file a slide, in TRIDENT's layout.",
      "A stopped or killed run is resumed by the same command; what is done is not done again.",
      "Several processes may share --out. What cannot be used is listed in quarantine.csv.",
      "Exit code 0: all slides done; 2: a setting or the folder cannot be used; 3: some slides or"
          + " tiles are in quarantine; 4: more slides than --max-failed, or all of them.",
      "Java's own memory stays below 512 MiB (-Xmx512m) for slides of any size and number; the"
          + " backbone's weights and buffers lie outside of it."
    })
public final class EmbedSlides implements Callable<Integer> {
  /** Names of tissue settings. */
  enum Tissue {
    OTSU,
    CLAM,
    EVA
  }

  @Option(
      names = "--slides",
      required = true,
      paramLabel = "DIR|list.csv|FILE|URL",
      description =
          "A folder, searched with all below it; a table with a column 'slide' and, if wanted, mpp,"
              + " id and group; a slide; or its address.")
  private String slides = "";

  @Mixin private BackboneOptions backboneOptions = new BackboneOptions();

  @Option(
      names = "--mpp",
      paramLabel = "F",
      description = "Pixel size of the tiles in µm/px. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0.5")
  private double mpp = 0.5;

  @Option(
      names = "--tile-px",
      paramLabel = "N",
      description = "Side of a tile in such pixels. Default: ${DEFAULT-VALUE}.",
      defaultValue = "224")
  private int tilePx = 224;

  @Option(
      names = "--overlap",
      paramLabel = "N",
      description = "Overlap of neighbours in such pixels. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private int overlap;

  @Option(
      names = "--min-tissue",
      paramLabel = "F",
      description = "Least share of a tile that is tissue. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0.5")
  private double minTissue = 0.5;

  @Option(
      names = "--tissue",
      description = "${COMPLETION-CANDIDATES}: how tissue is found. Default: ${DEFAULT-VALUE}.",
      defaultValue = "otsu")
  private Tissue tissue = Tissue.OTSU;

  @Option(
      names = "--holes",
      description =
          "${COMPLETION-CANDIDATES}: whether holes in tissue are tissue. Default: ${DEFAULT-VALUE}.",
      defaultValue = "open")
  private HolesPolicy holes = HolesPolicy.OPEN;

  @Option(
      names = "--limit-tiles",
      paramLabel = "N",
      description = "Most tiles of a slide, drawn by --seed; 0 for all. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private int limit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Draws the tiles of --limit-tiles. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private long seed;

  @Option(
      names = "--mpp-override",
      paramLabel = "F",
      description =
          "Pixel size of level 0 of every slide, whatever its file says; a list's column mpp goes"
              + " before it.")
  private @Nullable Double mppOverride;

  @Option(
      names = "--reader",
      paramLabel = "ID",
      description = "Use this slide reader only; ./fm list shows the ids.")
  private @Nullable String reader;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Tiles embedded at a time. Default: ${DEFAULT-VALUE}.",
      defaultValue = "16")
  private int batch = SlideEmbedding.DEFAULT_BATCH;

  @Option(
      names = "--max-failed",
      paramLabel = "N",
      description = "Slides that may fail. Default: any number, but not all.")
  private @Nullable Integer maxFailed;

  @Option(
      names = "--max-unreadable-share",
      paramLabel = "F",
      description =
          "Share of a slide's tiles that may be unreadable; they are left out."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "0.05")
  private double maxUnreadableShare = SlideEmbedding.DEFAULT_MAX_UNREADABLE_SHARE;

  @Option(
      names = "--verify",
      description = "Read finished slides and files once more and compare their hashes.")
  private boolean verify;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Output folder; made if absent.")
  private Path out = Path.of("");

  /** The command line. */
  public static void main(String... args) {
    Cli.main(new EmbedSlides(), args);
  }

  @Override
  public Integer call() {
    SlideList list = SlideList.open(slides, out);
    TileSettings tiles =
        TileSettings.of(mpp("--mpp", mpp), tilePx)
            .withOverlapPx(overlap)
            .withMinTissue(minTissue)
            .withHoles(holes)
            .withLimit(limit, Seed.of(seed));
    requireRange("--batch", batch, batch >= 1 && batch <= 1024, "1 to 1024");
    requireRange(
        "--max-unreadable-share",
        maxUnreadableShare,
        maxUnreadableShare >= 0 && maxUnreadableShare < 1,
        "0 to below 1");
    if (maxFailed != null) {
      requireRange("--max-failed", maxFailed, maxFailed >= 0, "0 and above");
    }
    Slides readers =
        reader == null ? Slides.withDefaults() : Slides.withDefaults().withReader(reader);
    List<SlideEntry> entries = list.entries().stream().map(this::withOverride).toList();
    tell(list);
    try (Backbone backbone = backboneOptions.open()) {
      SlideEmbeddingReport report =
          SlideEmbedding.of(backbone, readers, tiles, tissueSettings(), out)
              .withBatch(batch)
              .withMaxUnreadableShare(maxUnreadableShare)
              .withVerify(verify)
              .withProvenance(
                  Versions.recorded().with("slide reader", reader == null ? "any" : reader))
              .withEnvironment(Versions.machine())
              .run(entries, ConsoleProgress.standard());
      report.lines().forEach(System.out::println);
      System.out.println("Output: " + out.toAbsolutePath().normalize());
      return exitCode(report);
    }
  }

  private static void tell(SlideList list) {
    System.out.println(
        list.entries().size()
            + " slides"
            + (list.skippedFiles() > 0
                ? ", " + list.skippedFiles() + " files of other kinds passed over"
                : "")
            + (list.repeatedRows() > 0
                ? ", " + list.repeatedRows() + " rows that name one again passed over"
                : ""));
  }

  private int exitCode(SlideEmbeddingReport report) {
    long failed = report.count(State.FAILED);
    if (failed == 0) {
      return report.quarantined().isEmpty() ? Cli.GOOD : Cli.QUARANTINED;
    }
    boolean none = failed == report.slides().size();
    return none || (maxFailed != null && failed > maxFailed)
        ? Cli.TOO_MANY_FAILED
        : Cli.QUARANTINED;
  }

  private SlideEntry withOverride(SlideEntry entry) {
    return mppOverride == null || entry.mpp() != null
        ? entry
        : entry.withMpp(mpp("--mpp-override", mppOverride));
  }

  private TissueSettings tissueSettings() {
    return switch (tissue) {
      case OTSU -> TissueSettings.otsu();
      case CLAM -> TissueSettings.clam();
      case EVA -> TissueSettings.eva(tilePx * mpp);
    };
  }

  private static Mpp mpp(String option, double value) {
    requireRange(option, value, value > 0 && Double.isFinite(value), "above 0");
    return Mpp.of(value);
  }

  private static void requireRange(String option, Number value, boolean holds, String range) {
    if (!holds) {
      throw new InputException(
          String.format(Locale.ROOT, "%s %s cannot be used.", option, value),
          "Choose from " + range + ".");
    }
  }
}
