package org.histofm.backbones.bag;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the layout of an HDF5 embedding file and reads what it says about itself. jHDF reads;
 * whatever it throws at a damaged file becomes one sentence.
 */
final class Hdf5Bag {
  private static final String COPY_AGAIN = "Copy it again, or embed the slide again.";

  /** Deflate makes zeros at most 1,032 times smaller. */
  private static final long MOST_COMPRESSION = 1100;

  private static final int MOST_ATTRIBUTE_BYTES = 1 << 16;

  /** The grid of STAMP before it wrote a unit: 224 px a tile of 256 µm. */
  private static final double OLD_STAMP_PX = 224;

  private static final double OLD_STAMP_UM = 256;

  private final Path path;
  private final HdfFile hdf;
  private final long size;
  private final List<String> warnings = new ArrayList<>();

  private Hdf5Bag(Path path, HdfFile hdf, long size) {
    this.path = path;
    this.hdf = hdf;
    this.size = size;
  }

  static BagFile open(Path path) {
    return guarded(
        path,
        () -> {
          long size = requireWhole(path);
          HdfFile hdf = new HdfFile(path);
          boolean opened = false;
          try {
            BagFile file = new Hdf5Bag(path, hdf, size).bag();
            opened = true;
            return file;
          } finally {
            if (!opened) {
              hdf.close();
            }
          }
        });
  }

  static TilePlaces places(Path path) {
    return guarded(
        path,
        () -> {
          long size = requireWhole(path);
          try (HdfFile hdf = new HdfFile(path)) {
            Hdf5Bag bag = new Hdf5Bag(path, hdf, size);
            if (bag.dataset("feats") != null) {
              TilePlaces places = bag.bag().places().orElse(null);
              if (places != null) {
                return places;
              }
            } else if (bag.dataset("coords") != null) {
              Dataset coords = bag.coords(-1);
              return bag.pixels(coords, bag.side(coords));
            }
            throw new InputException(
                path + " has no coordinates of known unit.",
                "Name the patch file of TRIDENT or CLAM.");
          }
        });
  }

  /** Runs {@code work}; what jHDF makes of a damaged file becomes a refusal. */
  static <T> T guarded(Path path, Supplier<T> work) {
    try {
      return work.get();
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw new InputException(
          path + " is damaged, or of a kind of HDF5 that is not read here: " + e.getMessage() + ".",
          "Copy it again; if h5py opens it, write it anew with h5py's default settings.",
          e);
    }
  }

  /** The file's size, which must be what its superblock says at least. */
  private static long requireWhole(Path path) {
    ByteBuffer start = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    long size;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      size = channel.size();
      while (start.hasRemaining() && channel.read(start) >= 0) {
        // a read may return less than asked for
      }
    } catch (IOException e) {
      throw new InputException(
          path + " cannot be read: " + e + ".", "Check its permissions and the disk.", e);
    }
    if (start.hasRemaining()) {
      throw new InputException(
          path + " is truncated: it ends within its first 48 bytes.", COPY_AGAIN);
    }
    boolean old = start.get(8) < 2;
    if (start.get(old ? 13 : 9) == 8) {
      long end = start.getLong(old ? 40 : 28);
      if (end > size) {
        throw new InputException(
            path + " is truncated: it has " + size + " of " + end + " bytes.", COPY_AGAIN);
      }
    }
    return size;
  }

  private BagFile bag() {
    Dataset features = dataset("features");
    Dataset feats = dataset("feats");
    if (features != null) {
      return trident(features);
    }
    if (feats != null) {
      return stamp(feats);
    }
    String names = String.join(", ", new TreeSet<>(hdf.getChildren().keySet()));
    throw new InputException(
        path + " has no dataset 'features' or 'feats'; it has: " + names + ".",
        dataset("coords") != null
            ? "This is a patch file; name the embedding file that goes with it."
            : "Name an embedding file of TRIDENT, CLAM, STAMP or HistoFM.");
  }

  private BagFile trident(Dataset features) {
    Hdf5Rows rows = rows(features);
    Dataset coords = coords(rows.rows());
    boolean trident =
        text(features, "savetodir") != null
            || text(features, "encoder") != null
            || coords != null && coords.getAttributes().containsKey("patch_size");
    TilePlaces places = coords == null ? null : pixels(coords, side(coords));
    String slide = text(features, "name");
    String encoder = text(features, "encoder");
    return new BagFile(
        new BagFacts(
            path,
            trident ? BagFormat.TRIDENT : BagFormat.CLAM,
            slide == null ? BagFacts.slideOf(path) : slide,
            encoder == null ? encoderByFolder() : encoder,
            places,
            coords == null ? Double.NaN : number(coords, "mpp"),
            warnings),
        rows);
  }

  private @Nullable String encoderByFolder() {
    Path parent = path.toAbsolutePath().getParent();
    String folder = parent == null ? "" : String.valueOf(parent.getFileName());
    return folder.startsWith("features_") ? folder.substring("features_".length()) : null;
  }

  private BagFile stamp(Dataset feats) {
    String type = text(hdf, "feat_type");
    if (type != null && !type.equals("tile")) {
      throw new InputException(
          path + " holds the embedding of a " + type + ", expected one for each tile.",
          "Name the folder of tile embeddings.");
    }
    Hdf5Rows rows = rows(feats);
    for (String name : List.of("feats_aug", "augmented", "histaugan")) {
      if (dataset(name) != null) {
        warnings.add("Its augmented embeddings '" + name + "' are left out.");
      }
    }
    Dataset coords = coords(rows.rows());
    String unit = text(hdf, "unit");
    if (unit != null && !unit.equals("um")) {
      throw new InputException(
          path + " has coordinates in the unit '" + unit + "', expected um.",
          "Extract the embeddings again with STAMP 2.");
    }
    double sideUm = number(hdf, "tile_size_um");
    if (Double.isNaN(sideUm) && unit != null) {
      sideUm = number(hdf, "tile_size");
    }
    double sidePx = number(hdf, "tile_size_px");
    boolean stamp =
        text(hdf, "stamp_version") != null || text(hdf, "extractor") != null || sideUm > 0;
    TilePlaces places = null;
    if (coords != null) {
      double[] xy = coordinates(coords);
      double tile = Double.isNaN(number(hdf, "tile_size")) ? stride(xy) : number(hdf, "tile_size");
      if (unit != null || sideUm > 0) {
        places = new TilePlaces(TilePlaces.Unit.MICROMETRES, xy, sideUm);
      } else if (Math.rint(tile) == OLD_STAMP_PX) {
        stamp = true;
        sideUm = OLD_STAMP_UM;
        sidePx = OLD_STAMP_PX;
        for (int i = 0; i < xy.length; i++) {
          xy[i] *= OLD_STAMP_UM / OLD_STAMP_PX;
        }
        places = new TilePlaces(TilePlaces.Unit.MICROMETRES, xy, sideUm);
      } else {
        warnings.add("Its coordinates are left out: the file does not tell their unit.");
      }
    }
    return new BagFile(
        new BagFacts(
            path,
            stamp ? BagFormat.STAMP : BagFormat.HISTOBISTRO,
            BagFacts.slideOf(path),
            text(hdf, "extractor"),
            places,
            sideUm > 0 && sidePx > 0 ? sideUm / sidePx : Double.NaN,
            warnings),
        rows);
  }

  /** The smallest step between neighbouring values of x; NaN if there is none. */
  private static double stride(double[] xy) {
    double[] x = new double[xy.length / 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = xy[2 * i];
    }
    Arrays.sort(x);
    double least = Double.NaN;
    for (int i = 1; i < x.length; i++) {
      double step = x[i] - x[i - 1];
      if (step > 0 && !(step >= least)) {
        least = step;
      }
    }
    return least;
  }

  private Hdf5Rows rows(Dataset features) {
    long[] shape = features.getDimensionsAsLong();
    String name = features.getName();
    if (shape.length == 1) {
      throw new InputException(
          path + " holds one embedding of " + shape[0] + " numbers, expected one for each tile.",
          "Name the file of tile embeddings, not that of the slide's.");
    }
    if (shape.length != 2 || shape[1] < 1 || shape[1] > Integer.MAX_VALUE - 8) {
      throw new InputException(
          path + ": '" + name + "' has the shape " + Arrays.toString(shape) + ", expected [N, D].",
          "Name a file of tile embeddings.");
    }
    requireHonest(name, features);
    return new Hdf5Rows(path, hdf, features, size);
  }

  private void requireHonest(String name, Dataset dataset) {
    long claimed = dataset.getDataType().getSize();
    for (long dimension : dataset.getDimensionsAsLong()) {
      claimed = dimension == 0 ? 0 : Math.multiplyExact(claimed, dimension);
    }
    if (claimed / MOST_COMPRESSION > size) {
      throw new InputException(
          path + ": '" + name + "' claims " + claimed + " bytes in a file of " + size + ".",
          COPY_AGAIN);
    }
  }

  /** The coordinates, [rows, 2]; any number of them if {@code rows} is negative. */
  private @Nullable Dataset coords(long rows) {
    Dataset coords = dataset("coords");
    if (coords == null) {
      warnings.add("It has no coordinates.");
      return null;
    }
    long[] shape = coords.getDimensionsAsLong();
    if (shape.length != 2 || shape[1] != 2) {
      throw new InputException(
          path + ": 'coords' has the shape " + Arrays.toString(shape) + ", expected [N, 2].",
          COPY_AGAIN);
    }
    if (rows >= 0 && shape[0] != rows) {
      throw new InputException(
          path + " has " + rows + " embeddings and " + shape[0] + " coordinates.",
          "Embed the slide again: which place belongs to which embedding is lost.");
    }
    requireHonest("coords", coords);
    return coords;
  }

  private double[] coordinates(Dataset coords) {
    int count = Math.toIntExact(2 * coords.getDimensionsAsLong()[0]);
    double[] xy = new double[count];
    if (count == 0) {
      return xy;
    }
    Object flat = coords.getDataFlat();
    for (int i = 0; i < count; i++) {
      xy[i] = Array.getDouble(flat, i);
      if (!Double.isFinite(xy[i])) {
        throw new InputException(
            path + ": coordinate " + i / 2 + " (counted from 0) is " + xy[i] + ".",
            "Embed the slide again.");
      }
    }
    return xy;
  }

  private TilePlaces pixels(@Nullable Dataset coords, double side) {
    if (coords == null) {
      throw new AssertionError("asked for without coordinates");
    }
    double[] xy = coordinates(coords);
    for (int i = 0; i < xy.length; i++) {
      if (xy[i] != Math.rint(xy[i])) {
        throw new InputException(
            path
                + ": coordinate "
                + i / 2
                + " (counted from 0) is "
                + xy[i]
                + ", expected whole pixels.",
            "Embed the slide again.");
      }
    }
    return new TilePlaces(TilePlaces.Unit.LEVEL0_PX, xy, side);
  }

  /** Side of a tile in level-0 pixels by the attributes of ours, TRIDENT or CLAM; NaN if none. */
  private double side(@Nullable Dataset coords) {
    if (coords == null) {
      return Double.NaN;
    }
    double exact = number(coords, "tile_level0_px");
    double rounded = number(coords, "patch_size_level0");
    if (exact > 0 || rounded > 0) {
      return exact > 0 ? exact : rounded;
    }
    double patch = number(coords, "patch_size");
    double ratio = number(coords, "level0_magnification") / number(coords, "target_magnification");
    if (!Double.isNaN(ratio)) {
      return patch * ratio;
    }
    double downsample = number(coords, "downsample");
    return patch * (number(coords, "patch_level") == 0 ? 1 : downsample);
  }

  private @Nullable Dataset dataset(String name) {
    Node node = hdf.getChild(name);
    if (node != null && node.isLink()) {
      throw new InputException(
          path + ": '" + name + "' is a link to elsewhere.", "Copy the data into the file.");
    }
    return node instanceof Dataset dataset ? dataset : null;
  }

  private @Nullable Object value(Node node, String name) {
    Attribute attribute = node.getAttributes().get(name);
    if (attribute == null || attribute.isEmpty()) {
      return null;
    }
    if (attribute.getSizeInBytes() > MOST_ATTRIBUTE_BYTES) {
      throw new InputException(
          path + ": attribute '" + name + "' claims " + attribute.getSizeInBytes() + " bytes.",
          COPY_AGAIN);
    }
    return attribute.getData();
  }

  private @Nullable String text(Node node, String name) {
    return value(node, name) instanceof String text && !text.equals("None") && !text.isEmpty()
        ? text
        : null;
  }

  /** A number, or the first of a row; NaN if there is none. */
  private double number(Node node, String name) {
    Object value = value(node, name);
    if (value != null && value.getClass().isArray() && Array.getLength(value) > 0) {
      value = Array.get(value, 0);
    }
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
