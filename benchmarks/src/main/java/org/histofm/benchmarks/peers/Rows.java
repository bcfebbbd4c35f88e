package org.histofm.benchmarks.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.histofm.InputException;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.timm.TimmConfig;
import org.histofm.benchmarks.peers.Row.Style;
import org.jspecify.annotations.Nullable;

/**
 * All rows. Where the processor multiplies bfloat16, our default precision and the peers' bfloat16
 * stand beside float32; elsewhere they would be slower than it and are left out.
 *
 * @param machine decides which bars hold
 * @param weights where rows that read a weights file find it
 * @param slide what rows that read a slide read of it
 */
record Rows(Machine machine, Path weights, SlideTiles slide) {
  private static final int BATCH = 16;
  private static final String IMAGES = Integer.toString(BATCH);
  private static final int RANK = 16;
  private static final String OURS_FLOAT32 = "HistoFM float32";
  private static final String OURS_DEFAULT = "HistoFM default";
  private static final String CEILING_FLOAT32 = "ceiling float32";
  private static final String CEILING_BFLOAT16 = "ceiling bfloat16";

  /** timm's architecture of the row that reads weights from a file. */
  static final String FROM_FILE = "vit_small_patch16_224";

  /** Every row, in the order of the help. */
  List<Row> all() {
    return List.of(
        embed("embed-vit-s16", "ViT-S/16", "vit_small_patch16_224", 15, null),
        embed("embed-vit-b16", "ViT-B/16", "vit_base_patch16_224", 5, 0.75),
        start(),
        lora(),
        full(),
        readTiles(),
        embedSlide());
  }

  /** Whether a row reads the slide. */
  static boolean readsSlide(Row row) {
    return row.id().equals("read-tiles") || row.id().equals("embed-slide");
  }

  /**
   * The rows of these ids, or all of them if there are none, each once.
   *
   * @throws InputException if an id is unknown
   */
  List<Row> named(List<String> ids) {
    Map<String, Row> known = new TreeMap<>();
    all().forEach(row -> known.put(row.id(), row));
    for (String id : ids) {
      if (!known.containsKey(id)) {
        throw new InputException(
            "There is no row '" + id + "'.",
            "The rows are " + String.join(", ", known.keySet()) + "; leave them out to run all.");
      }
    }
    return all().stream().filter(row -> ids.isEmpty() || ids.contains(row.id())).toList();
  }

  private Row embed(
      String id, String title, String model, int rounds, @Nullable Double ceilingBar) {
    double gflop = BATCH * VitWork.embedding(shape(model));
    String timm = "timm float32";
    List<Side> sides = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    sides.add(Side.ours(OURS_FLOAT32, gflop, "embed", ours(model), "FP32", IMAGES));
    sides.add(peer(timm, "embed.py", model, "--precision", "float32"));
    sides.add(Side.ceiling(CEILING_FLOAT32, "ceiling", "FP32"));
    comparisons.add(Comparison.speed(OURS_FLOAT32, timm, machine.amd() ? 1.8 : 1.0));
    comparisons.add(Comparison.memory(OURS_FLOAT32, timm, null));
    comparisons.add(Comparison.ceiling(OURS_FLOAT32, CEILING_FLOAT32, null));
    if (machine.bfloat16()) {
      String eager = "timm bfloat16";
      String compiled = "timm bfloat16 compiled";
      sides.add(Side.ours(OURS_DEFAULT, gflop, "embed", ours(model), "AUTO", IMAGES));
      sides.add(peer(eager, "embed.py", model, "--precision", "bfloat16"));
      sides.add(peer(compiled, "embed.py", model, "--precision", "bfloat16", "--compile"));
      sides.add(Side.ceiling(CEILING_BFLOAT16, "ceiling", "BF16"));
      comparisons.add(Comparison.speed(OURS_DEFAULT, timm, 3.5));
      comparisons.add(Comparison.speed(OURS_DEFAULT, eager, 1.3));
      comparisons.add(Comparison.speed(OURS_DEFAULT, compiled, 1.15));
      comparisons.add(Comparison.memory(OURS_DEFAULT, eager, null));
      comparisons.add(Comparison.ceiling(OURS_DEFAULT, CEILING_BFLOAT16, ceilingBar));
    }
    String summary = "embed 16 images of 224 px with " + title;
    return new Row(id, summary, Style.RESIDENT, rounds, sides, comparisons);
  }

  private Row start() {
    List<Side> sides = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    String file = weights.toString();
    sides.add(Side.ours(OURS_DEFAULT, 0, ours(FROM_FILE), file, "AUTO"));
    List<String> precisions =
        machine.bfloat16() ? List.of("float32", "bfloat16") : List.of("float32");
    for (String precision : precisions) {
      String timm = "timm " + precision;
      sides.add(peer(timm, "start.py", FROM_FILE, "--weights", file, "--precision", precision));
      comparisons.add(Comparison.time(OURS_DEFAULT, timm, 0.4));
      comparisons.add(Comparison.memory(OURS_DEFAULT, timm, null));
    }
    String summary = "a whole process: start, load ViT-S/16 from a file, embed one image, end";
    return new Row("start-vit-s16", summary, Style.FRESH, 7, sides, comparisons);
  }

  private Row lora() {
    double gflop = BATCH * VitWork.loraStep(shape("vit_small_patch16_224"), RANK);
    return train(
        new Training("lora", "PEFT", "lora.py", gflop, 1.5, 2.8, 1.8, 0.65),
        "lora-vit-s16",
        "LoRA step, ViT-S/16, batch of 16 (rank 16; qkv, proj, fc1, fc2; dropout 0.1)");
  }

  private Row full() {
    double gflop = BATCH * VitWork.fullStep(shape("vit_small_patch16_224"));
    return train(
        new Training(
            "full", "torch", "full.py", gflop, machine.bfloat16() ? null : 1.3, 1.3, 1.1, null),
        "full-vit-s16",
        "full fine-tuning step, ViT-S/16, batch of 16");
  }

  /**
   * What the two training rows differ in.
   *
   * @param tuning as {@link WorkerMain} takes it
   * @param peer its name in the output
   * @param script its twin
   * @param gflop of a step
   * @param float32 bar of our float32 against the peer's
   * @param overFloat32 bar of our default precision against the peer's float32
   * @param overAutocast bar of it against the peer's bfloat16 autocast
   * @param memory bar of its peak memory against the peer's bfloat16 autocast
   */
  private record Training(
      String tuning,
      String peer,
      String script,
      double gflop,
      @Nullable Double float32,
      double overFloat32,
      double overAutocast,
      @Nullable Double memory) {}

  private Row train(Training training, String id, String summary) {
    String model = "vit_small_patch16_224";
    String float32 = training.peer() + " float32";
    List<Side> sides = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    sides.add(
        Side.ours(OURS_FLOAT32, training.gflop(), training.tuning(), ours(model), "FP32", IMAGES));
    sides.add(peer(float32, training.script(), model));
    sides.add(Side.ceiling(CEILING_FLOAT32, "ceiling", "FP32"));
    comparisons.add(
        new Comparison(OURS_FLOAT32, float32, Comparison.Measure.SPEED, training.float32()));
    comparisons.add(Comparison.memory(OURS_FLOAT32, float32, null));
    comparisons.add(Comparison.ceiling(OURS_FLOAT32, CEILING_FLOAT32, null));
    if (machine.bfloat16()) {
      String autocast = training.peer() + " bfloat16 autocast";
      sides.add(
          Side.ours(
              OURS_DEFAULT, training.gflop(), training.tuning(), ours(model), "AUTO", IMAGES));
      sides.add(peer(autocast, training.script(), model, "--autocast"));
      sides.add(Side.ceiling(CEILING_BFLOAT16, "ceiling", "BF16"));
      comparisons.add(Comparison.speed(OURS_DEFAULT, float32, training.overFloat32()));
      comparisons.add(Comparison.speed(OURS_DEFAULT, autocast, training.overAutocast()));
      comparisons.add(Comparison.memory(OURS_DEFAULT, autocast, training.memory()));
      comparisons.add(Comparison.ceiling(OURS_DEFAULT, CEILING_BFLOAT16, null));
    }
    return new Row(id, summary, Style.RESIDENT, 7, sides, comparisons);
  }

  private Row readTiles() {
    String one = "HistoFM, 1 thread";
    String all = "HistoFM, all threads";
    String python = "openslide-python + Pillow";
    String c = "OpenSlide from C";
    List<Side> sides =
        List.of(
            ours(one, "read-tiles", "1"),
            ours(all, "read-tiles", Integer.toString(machine.processors())),
            reading(python, "read_tiles.py"),
            reading(c, "read_tiles.py", "--c"));
    List<Comparison> comparisons =
        List.of(
            Comparison.speed(one, python, 1.5),
            Comparison.speed(one, c, 0.9),
            new Comparison(all, python, Comparison.Measure.SPEED, null));
    String summary =
        "read the tissue tiles of a slide ("
            + slide.description()
            + "), each time from a fresh opening";
    return new Row("read-tiles", summary, Style.RESIDENT, 11, sides, comparisons);
  }

  private Row embedSlide() {
    String model = "vit_small_patch16_224";
    String timm = "openslide-python + timm float32";
    List<Side> sides =
        List.of(
            ours(OURS_DEFAULT, "embed-slide", ours(model), "AUTO"),
            reading(timm, "embed_slide.py", "--model", model));
    List<Comparison> comparisons =
        List.of(
            new Comparison(
                OURS_DEFAULT, timm, Comparison.Measure.SPEED, machine.bfloat16() ? 3.5 : null),
            Comparison.memory(OURS_DEFAULT, timm, null));
    String summary = "slide to ViT-S/16 embeddings (" + slide.description() + ")";
    return new Row("embed-slide", summary, Style.RESIDENT, 5, sides, comparisons);
  }

  private Side ours(String name, String work, String... options) {
    List<String> arguments = new ArrayList<>(List.of(work));
    arguments.addAll(slide.arguments());
    arguments.addAll(List.of(options));
    return Side.ours(name, 0, arguments.toArray(String[]::new));
  }

  private Side reading(String name, String script, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                script,
                "--slide",
                slide.slide().toString(),
                "--tiles",
                slide.list().toString(),
                "--size",
                Integer.toString(SlideTiles.SIZE)));
    arguments.addAll(List.of(options));
    return Side.peer(name, arguments.toArray(String[]::new));
  }

  private static Side peer(String name, String script, String model, String... options) {
    List<String> arguments = new ArrayList<>(List.of(script, "--model", model));
    arguments.addAll(List.of(options));
    return Side.peer(name, arguments.toArray(String[]::new));
  }

  private static VitShape shape(String model) {
    return TimmConfig.of(model).shape();
  }

  /** Our id of timm's architecture. */
  private static String ours(String model) {
    return model.replace('_', '-');
  }
}
