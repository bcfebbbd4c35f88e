package org.histofm.backbones.bag;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.histofm.EnvironmentException;
import org.histofm.backbones.hdf5.Hdf5Attributes;
import org.histofm.backbones.hdf5.Hdf5Dataset;
import org.histofm.backbones.hdf5.Hdf5Output;
import org.histofm.backbones.hdf5.Hdf5Type;
import org.histofm.backbones.hdf5.Hdf5Values;

/**
 * Writes the two files of a slide in TRIDENT's layout:
 *
 * <pre>
 * OUT/20x_256px_0px_overlap/patches/SLIDE_patches.h5         coords
 * OUT/20x_256px_0px_overlap/features_ENCODER/SLIDE.h5        features, coords
 * </pre>
 *
 * {@code coords} is [N, 2] int64, x and y of the tiles' top-left corners in level-0 pixels, {@code
 * features} [N, D] float32 in the same order. N may be 0. Names, number types and attributes are
 * TRIDENT's; further attributes are ours. {@code savetodir}, in TRIDENT a path of the machine, is
 * the name of the folder. Datasets are contiguous and of fixed size, TRIDENT's are in chunks of one
 * row and can grow.
 *
 * <p>A file appears whole or not at all, and equal input gives an equal file.
 *
 * @see "github.com/mahmoodlab/TRIDENT, trident/IO.py: save_h5, coords_to_h5, read_coords"
 */
public final class TridentFile {
  private TridentFile() {}

  /** Where the places of a slide's tiles belong in the output folder. */
  public static Path patches(Path out, TridentGrid grid) {
    return out.resolve(grid.folder()).resolve("patches").resolve(grid.slide() + "_patches.h5");
  }

  /** Where the embeddings of a slide's tiles belong in the output folder. */
  public static Path features(Path out, TridentGrid grid, TridentEncoder encoder) {
    return out.resolve(grid.folder()).resolve(encoder.folder()).resolve(grid.slide() + ".h5");
  }

  /**
   * Writes the places of a slide's tiles; the folder must be there.
   *
   * @param coords x and y in turn, [N, 2] int64
   * @throws IllegalArgumentException if the coordinates are not whole pairs
   * @throws EnvironmentException if it cannot be written
   */
  public static void writePatches(Path target, TridentGrid grid, Hdf5Values coords) {
    Hdf5Output.write(
        target, Hdf5Attributes.none(), List.of(places(grid, coords, rows(coords, 2 * Long.BYTES))));
  }

  /**
   * Writes the embeddings of a slide's tiles and their places; the folder must be there.
   *
   * @param coords x and y in turn, [N, 2] int64
   * @param features [N, D] float32, row-major, little endian, such as a spooled file of them
   * @throws IllegalArgumentException if one has more rows than the other, or no whole rows
   * @throws EnvironmentException if a spooled file cannot be read or the file cannot be written
   */
  public static void writeFeatures(
      Path target,
      TridentGrid grid,
      Hdf5Values coords,
      TridentEncoder encoder,
      Hdf5Values features) {
    long rows = rows(features, (long) Float.BYTES * encoder.dim());
    long places = rows(coords, 2 * Long.BYTES);
    if (rows != places) {
      throw new IllegalArgumentException(rows + " embeddings for " + places + " places");
    }
    Hdf5Output.write(
        target,
        Hdf5Attributes.none(),
        List.of(
            new Hdf5Dataset(
                "features",
                Hdf5Type.FLOAT32,
                List.of(rows, (long) encoder.dim()),
                encoder.attributes(grid.slide()),
                features),
            places(grid, coords, rows)));
  }

  private static Hdf5Dataset places(TridentGrid grid, Hdf5Values coords, long rows) {
    return new Hdf5Dataset("coords", Hdf5Type.INT64, List.of(rows, 2L), grid.attributes(), coords);
  }

  private static long rows(Hdf5Values values, long rowBytes) {
    long bytes;
    try {
      bytes = values.bytes();
    } catch (IOException e) {
      throw new EnvironmentException(
          "The spooled numbers cannot be read: " + e + ".", "Check the disk.", e);
    }
    if (bytes % rowBytes != 0) {
      throw new IllegalArgumentException(bytes + " bytes are not rows of " + rowBytes);
    }
    return bytes / rowBytes;
  }
}
