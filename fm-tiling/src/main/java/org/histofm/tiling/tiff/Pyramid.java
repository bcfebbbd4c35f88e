package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;

/**
 * What the pages of a TIFF are to each other: levels of one pyramid, images beside the slide, or
 * something else, which is left out.
 *
 * <p>Aperio: the first page and the tiled ones after it are levels; of the others the second page
 * is the thumbnail, and the second line of a description says {@code label} or {@code macro}. All
 * others: the first page, what hangs below it (SubIFDs), and later pages that are tiled or say that
 * they are reduced, as far as they have the first one's shape.
 */
final class Pyramid {
  private static final double UM_PER_INCH = 25_400;
  private static final double UM_PER_CM = 10_000;
  private static final Pattern APERIO_MPP =
      Pattern.compile("\\|\\s*MPP\\s*=\\s*([0-9]+(?:\\.[0-9]+)?)");
  private static final String OPENSLIDE =
      "Install OpenSlide 3.4.1 or newer, which reads it, or convert it to a tiled TIFF.";

  private final TiffFile file;
  private final String format;
  private final List<TiffImage> levels = new ArrayList<>();
  private final Map<String, Directory> beside = new LinkedHashMap<>();
  private final List<PixelSize> sizes = new ArrayList<>();
  private final int orientation;

  Pyramid(TiffFile file) throws IOException {
    this.file = file;
    Directory first = file.pages().get(0);
    String description = first.text(Directory.IMAGE_DESCRIPTION);
    refuseOthers(file, description);
    boolean aperio = description.startsWith("Aperio");
    boolean ome = description.contains("<OME");
    this.format =
        (aperio
                ? "Aperio SVS"
                : ome ? "OME-TIFF" : first.has(Directory.TILE_OFFSETS) ? "tiled TIFF" : "TIFF")
            + " (tiff)";
    long turned = first.number(Directory.ORIENTATION, 1);
    this.orientation = turned >= 1 && turned <= 8 ? (int) turned : 1;
    TiffImage full = new TiffImage(first, file.bigEndian());
    levels.add(full);
    if (aperio) {
      addAperio(full);
    } else {
      addReduced(full, first);
    }
    if (aperio) {
      aperioSize(description);
    }
    if (ome) {
      OmeXml.pixelSize(description).ifPresent(sizes::add);
    }
    resolution(first);
  }

  /** Kinds whose pages are no plain pyramid, which would be read wrongly. */
  private static void refuseOthers(TiffFile file, String description) throws IOException {
    Directory first = file.pages().get(0);
    String kind = "";
    if (first.has(Directory.HAMAMATSU)) {
      kind = "a Hamamatsu NDPI";
    } else if (description.contains("http://www.leica-microsystems.com/scn/")) {
      kind = "a Leica SCN";
    } else if (description.contains("DPUfsImport")) {
      kind = "a Philips TIFF";
    } else if (first.text(Directory.SOFTWARE).startsWith("MedScan")) {
      kind = "a Trestle TIFF";
    } else {
      for (Directory page : file.pages().subList(0, Math.min(2, file.pages().size()))) {
        kind = page.has(Directory.XMP) && xmp(page).contains("<iScan") ? "a Ventana BIF" : kind;
      }
    }
    if (!kind.isEmpty()) {
      throw TiffProblem.unsupported("is " + kind + ", which this reader does not know", OPENSLIDE);
    }
  }

  private static String xmp(Directory page) {
    try {
      return page.text(Directory.XMP);
    } catch (IOException e) {
      return ""; // nothing else is wanted of it
    }
  }

  private void addAperio(TiffImage full) throws IOException {
    List<Directory> pages = file.pages();
    for (int i = 1; i < pages.size(); i++) {
      Directory page = pages.get(i);
      String[] lines = page.text(Directory.IMAGE_DESCRIPTION).split("\n", 3);
      String second = lines.length > 1 ? lines[1] : "";
      long kind = page.number(Directory.NEW_SUBFILE_TYPE, 0);
      if (page.has(Directory.TILE_OFFSETS)) {
        addIfReduced(full, page);
      } else if (second.startsWith("label") || second.isEmpty() && kind == 1) {
        beside.putIfAbsent("label", page);
      } else if (second.startsWith("macro") || second.isEmpty() && kind == 9) {
        beside.putIfAbsent("macro", page);
      } else if (i == 1) {
        beside.putIfAbsent("thumbnail", page);
      }
    }
    sort();
  }

  private void addReduced(TiffImage full, Directory first) throws IOException {
    for (Directory below : file.below(first)) {
      addIfReduced(full, below);
    }
    for (Directory page : file.pages().subList(1, file.pages().size())) {
      boolean reduced = (page.number(Directory.NEW_SUBFILE_TYPE, 0) & 1) == 1;
      if (reduced || page.has(Directory.TILE_OFFSETS) && first.has(Directory.TILE_OFFSETS)) {
        addIfReduced(full, page);
      }
    }
    sort();
  }

  private void addIfReduced(TiffImage full, Directory page) throws IOException {
    long width = page.number(Directory.IMAGE_WIDTH, 0);
    long height = page.number(Directory.IMAGE_LENGTH, 0);
    boolean smaller = width > 0 && height > 0 && width < full.width && height <= full.height;
    if (smaller && sameShape(full, width, height)) {
      levels.add(new TiffImage(page, file.bigEndian()));
    }
  }

  /** Whether a level of this size can be the full one reduced, its sides rounded by a pixel. */
  private static boolean sameShape(TiffImage full, long width, long height) {
    double least = Math.max((double) full.width / (width + 1), (double) full.height / (height + 1));
    double most =
        Math.min(
            (double) full.width / Math.max(0.5, width - 1),
            (double) full.height / Math.max(0.5, height - 1));
    return least <= most;
  }

  /** Puts levels in order, and drops those that are hardly smaller than the one before. */
  private void sort() {
    levels.sort(Comparator.comparingLong((TiffImage level) -> level.width).reversed());
    for (int i = 1; i < levels.size(); ) {
      Level before = level(i - 1);
      Level level = level(i);
      boolean smaller =
          level.downsampleX() > before.downsampleX() && level.downsampleY() >= before.downsampleY();
      if (smaller) {
        i++;
      } else {
        levels.remove(i);
      }
    }
  }

  private Level level(int index) {
    TiffImage image = levels.get(index);
    return Level.of(image.width, image.height, levels.get(0).width, levels.get(0).height);
  }

  private void aperioSize(String description) {
    Matcher found = APERIO_MPP.matcher(description);
    if (found.find()) {
      double mpp = Double.parseDouble(found.group(1));
      if (mpp > 0 && Double.isFinite(mpp)) {
        sizes.add(new PixelSize(Mpp.of(mpp), "aperio.MPP"));
      }
    }
  }

  private void resolution(Directory page) throws IOException {
    double length =
        switch ((int) page.number(Directory.RESOLUTION_UNIT, 2)) {
          case 2 -> UM_PER_INCH;
          case 3 -> UM_PER_CM;
          default -> 0;
        };
    double x = length / page.ratio(Directory.X_RESOLUTION);
    double y = length / page.ratio(Directory.Y_RESOLUTION);
    if (x > 0 && y > 0 && Double.isFinite(x + y)) {
      Mpp mpp = orientation >= 5 ? new Mpp(y, x) : new Mpp(x, y);
      sizes.add(new PixelSize(mpp, "TIFF XResolution"));
    }
  }

  String format() {
    return format;
  }

  /** From the full one to the coarsest. */
  List<TiffImage> levels() {
    return levels;
  }

  /** How the stored pages lie, 1 to 8 as in TIFF. */
  int orientation() {
    return orientation;
  }

  /** Recorded sizes of a level-0 pixel, the most trusted first. */
  List<PixelSize> sizes() {
    return sizes;
  }

  List<String> besides() {
    return List.copyOf(beside.keySet());
  }

  /** An image beside the slide. */
  TiffImage beside(String name) throws IOException {
    Directory page = beside.get(name);
    if (page == null) {
      throw new IOException("there is no image '" + name + "'");
    }
    return new TiffImage(page, file.bigEndian());
  }
}
