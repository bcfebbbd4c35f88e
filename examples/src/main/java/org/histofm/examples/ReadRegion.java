package org.histofm.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.Resolution;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.Slides;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Describes a slide, or reads regions of it at a pixel size. */
@Command(
    name = "read-region",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Describes a slide, or writes regions of it, or an image beside it, as PNG.",
      "Exit code 0: done; 2: the slide, a region or a setting cannot be used; 3: of many regions,"
          + " some could not be read."
    })
public final class ReadRegion implements Callable<Integer> {
  private static final int REGION_NUMBERS = 4;
  private static final int LINE_PARTS = 6;

  @Option(
      names = "--slide",
      required = true,
      paramLabel = "FILE|ADDRESS",
      description = "The slide: a file, or an address that begins with http://, https:// or s3://.")
  private String slide = "";

  @Option(
      names = "--reader",
      paramLabel = "ID",
      description = "Use this reader only (./fm list names them). Default: the first that can.")
  private @Nullable String reader;

  @Option(
      names = "--mpp-override",
      paramLabel = "UM",
      description = "Size of a full-resolution pixel in µm, whatever the file says.")
  private @Nullable Double mppOverride;

  @Option(
      names = "--region",
      paramLabel = "X,Y,WIDTH,HEIGHT",
      description = "What to read, in full-resolution pixels; white outside the slide.")
  private @Nullable String region;

  @Option(
      names = "--mpp",
      paramLabel = "UM",
      description = "Pixel size to read at, in µm. Default: the slide's own.")
  private @Nullable Double mpp;

  @Option(
      names = "--associated",
      paramLabel = "NAME",
      description = "Write an image beside the slide instead: label, macro, thumbnail.")
  private @Nullable String associated;

  @Option(names = "--out", paramLabel = "FILE.png", description = "Where the image goes.")
  private @Nullable Path out;

  @Option(
      names = "--regions",
      paramLabel = "FILE",
      description =
          "Read many: a line each of x,y,width,height,mpp,FILE.png, where mpp may be empty.")
  private @Nullable Path regions;

  /** The command line. */
  public static void main(String... args) {
    Cli.main(new ReadRegion(), args);
  }

  @Override
  public Integer call() {
    requireOneTask();
    Slides slides = Slides.withDefaults();
    slides = reader == null ? slides : slides.withReader(reader);
    slides = mppOverride == null ? slides : slides.withMpp(mpp("--mpp-override", mppOverride));
    Mpp target = mpp == null ? null : mpp("--mpp", mpp);
    List<Task> tasks = tasks(target);
    try (SlideReader open = slides.open(SlideLocation.parse(slide))) {
      if (associated != null && out != null) {
        write(associatedImage(open, associated), out);
      } else if (regions != null) {
        describe(open, target);
        return readAll(open, tasks);
      } else if (!tasks.isEmpty()) {
        Task only = tasks.get(0);
        write(only.read(open), only.file);
      } else {
        describe(open, target);
      }
    }
    return Cli.GOOD;
  }

  private void requireOneTask() {
    int tasks = (region == null ? 0 : 1) + (associated == null ? 0 : 1) + (regions == null ? 0 : 1);
    if (tasks > 1) {
      throw new InputException(
          "--region, --associated and --regions exclude each other.", "Give one of them.");
    }
    boolean needsOut = region != null || associated != null;
    if (needsOut != (out != null)) {
      throw new InputException(
          needsOut
              ? "there is no file for the image."
              : "--out is given, but neither --region nor --associated.",
          needsOut ? "Add --out FILE.png." : "Add --region X,Y,WIDTH,HEIGHT, or leave --out away.");
    }
  }

  private static Mpp mpp(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new InputException(
          option + " is " + value + ", but a pixel size is positive.", "Give µm, such as 0.5.");
    }
    return Mpp.of(value);
  }

  /** A region, at the slide's own pixel size if there is no other, and its file. */
  private record Task(Region region, @Nullable Mpp mpp, Path file) {
    RgbImage read(SlideReader slide) {
      try {
        return slide.read(region, mpp == null ? slide.mpp() : mpp);
      } catch (IllegalArgumentException e) {
        throw new InputException(
            "the region of "
                + region.width()
                + " x "
                + region.height()
                + " px cannot be read at once: "
                + e.getMessage()
                + ".",
            "Read smaller regions, or at a larger --mpp.",
            e);
      }
    }
  }

  private List<Task> tasks(@Nullable Mpp target) {
    if (region != null && out != null) {
      return List.of(new Task(region("--region", region.split(",", -1)), target, out));
    }
    if (regions == null) {
      return List.of();
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(regions, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InputException(
          "the list of regions " + regions + " cannot be read: " + e + ".",
          "Check --regions; the file is UTF-8 text.",
          e);
    }
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        tasks.add(task(regions + ", line " + (i + 1), lines.get(i), target));
      }
    }
    if (tasks.isEmpty()) {
      throw new InputException(
          "the list of regions " + regions + " is empty.",
          "Write a line of x,y,width,height,mpp,FILE.png for each region.");
    }
    return tasks;
  }

  private static Task task(String where, String line, @Nullable Mpp target) {
    String[] parts = line.split(",", LINE_PARTS);
    if (parts.length != LINE_PARTS || parts[LINE_PARTS - 1].isBlank()) {
      throw new InputException(
          where + ": '" + line + "' is no region with a file.",
          "Write x,y,width,height,mpp,FILE.png; mpp may be empty.");
    }
    String size = parts[REGION_NUMBERS].strip();
    Mpp own;
    try {
      own = size.isEmpty() ? target : mpp(where + ": mpp", Double.parseDouble(size));
    } catch (NumberFormatException e) {
      throw new InputException(
          where + ": '" + size + "' is no pixel size.", "Give µm, such as 0.5, or nothing.", e);
    }
    return new Task(region(where, parts), own, Path.of(parts[LINE_PARTS - 1].strip()));
  }

  private static Region region(String where, String[] parts) {
    try {
      if (parts.length >= REGION_NUMBERS) {
        long[] values = new long[REGION_NUMBERS];
        for (int i = 0; i < REGION_NUMBERS; i++) {
          values[i] = Long.parseLong(parts[i].strip());
        }
        if (parts.length == REGION_NUMBERS || parts.length == LINE_PARTS) {
          return new Region(values[0], values[1], values[2], values[3]);
        }
      }
      throw new IllegalArgumentException("four whole numbers are expected");
    } catch (IllegalArgumentException e) {
      throw new InputException(
          where + ": '" + String.join(",", parts) + "' is no region (" + e.getMessage() + ").",
          "Write X,Y,WIDTH,HEIGHT in full-resolution pixels, such as 0,0,512,512.",
          e);
    }
  }

  private static RgbImage associatedImage(SlideReader slide, String name) {
    if (!slide.associatedImages().contains(name)) {
      throw new InputException(
          "the slide has no image '"
              + name
              + "' beside it; it has "
              + slide.associatedImages()
              + ".",
          "Name one of these.");
    }
    return slide.associatedImage(name);
  }

  private static int readAll(SlideReader slide, List<Task> tasks) {
    int failed = 0;
    for (Task task : tasks) {
      try {
        write(task.read(slide), task.file);
      } catch (SlideException e) {
        failed++;
        System.err.println("failed: " + task.file + ": " + e.getMessage());
      }
    }
    System.out.println((tasks.size() - failed) + " of " + tasks.size() + " regions written");
    return failed == 0 ? Cli.GOOD : Cli.QUARANTINED;
  }

  private static void write(RgbImage image, Path file) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.toBytes();
    int[] row = new int[image.width()];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        int at = (y * row.length + x) * 3;
        row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff;
      }
      picture.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    Path whole = file.toAbsolutePath();
    Path folder = whole.getParent();
    if (folder == null) {
      throw new InputException("'" + file + "' is no file.", "Name a PNG file.");
    }
    try {
      Path begun = Files.createTempFile(folder, ".region-", ".png");
      try {
        ImageIO.write(picture, "png", begun.toFile());
        Files.move(
            begun, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(begun);
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "the image " + file + " cannot be written: " + e + ".",
          "Name a file in a folder that exists and may be written.",
          e);
    }
  }

  private static void describe(SlideReader slide, @Nullable Mpp target) {
    print("format", slide.format());
    print("size", slide.width() + " x " + slide.height() + " px");
    Mpp own = slide.mpp();
    print("pixel size", um(own) + " (" + slide.pixelSize().origin() + ")");
    List<Level> levels = slide.levels();
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      print(
          "level " + i,
          String.format(
              Locale.ROOT,
              "%d x %d px, reduced %s, %s",
              level.width(),
              level.height(),
              pair(level.downsampleX(), level.downsampleY()),
              um(new Mpp(own.x() * level.downsampleX(), own.y() * level.downsampleY()))));
    }
    List<String> names = slide.associatedImages();
    print("beside it", names.isEmpty() ? "nothing" : String.join(", ", names));
    if (target != null) {
      Resolution served = slide.resolution(target);
      print(
          "at " + um(target),
          String.format(
              Locale.ROOT,
              "level %d (%s) is read, %s, which gives %s",
              served.level(),
              um(served.read()),
              served.filter(),
              um(served.effective())));
    }
  }

  private static void print(String name, String value) {
    System.out.printf(Locale.ROOT, "%-14s %s%n", name, value);
  }

  private static String um(Mpp mpp) {
    return pair(mpp.x(), mpp.y()) + " µm/px";
  }

  private static String pair(double x, double y) {
    String first = String.format(Locale.ROOT, "%.4g", x);
    String second = String.format(Locale.ROOT, "%.4g", y);
    return first.equals(second) ? first : first + " x " + second;
  }
}
