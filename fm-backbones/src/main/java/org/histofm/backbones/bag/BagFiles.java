package org.histofm.backbones.bag;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.histofm.InputException;

/**
 * Opens embedding files of other tools, and ours, by what is in them and not by their name.
 *
 * <table>
 *   <caption>What is recognised</caption>
 *   <tr><th>layout</th><th>by</th><th>places</th></tr>
 *   <tr><td>TRIDENT</td><td>{@code features} with TRIDENT's attributes on it or on {@code
 *       coords}</td><td>level-0 pixels</td></tr>
 *   <tr><td>CLAM</td><td>{@code features}, no attributes</td><td>level-0 pixels; the side is in
 *       CLAM's patch file only</td></tr>
 *   <tr><td>STAMP</td><td>{@code feats}, STAMP's attributes on the file</td><td>µm; without a
 *       {@code unit} of the 224 px grid, of 256/224 µm</td></tr>
 *   <tr><td>HistoBistro</td><td>{@code feats}, without those</td><td>left out: of unknown unit
 *       </td></tr>
 *   <tr><td>tensor</td><td>torch file of one tensor [N, D]</td><td>none</td></tr>
 *   <tr><td>eva</td><td>torch file of a list of tensors [D]</td><td>none; see {@link EvaFolder}
 *       </td></tr>
 * </table>
 *
 * <p>Refused in one sentence: another kind of file, a truncated or empty one, as many rows as no
 * coordinates, NaN or infinity (row and column of the first), embeddings of a slide or patient.
 * Embeddings that are all zero are a warning. No rows are an empty bag.
 */
public final class BagFiles {
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  private BagFiles() {}

  /**
   * Reads a whole file.
   *
   * @throws InputException if it is none that is read here, or is damaged; the sentence says which
   */
  public static TileBag read(Path path) {
    try (BagFile file = open(path)) {
      return file.readAll();
    }
  }

  /**
   * Opens a file for reading in pieces.
   *
   * @throws InputException if it is none that is read here, or is damaged; the sentence says which
   */
  public static BagFile open(Path path) {
    return isHdf5(path) ? Hdf5Bag.open(path) : TorchBag.open(path);
  }

  /**
   * Reads the places of tiles from a file that need not have embeddings: TRIDENT's or CLAM's patch
   * file, or an HDF5 embedding file.
   *
   * @throws InputException if it has none, or is damaged; the sentence says which
   */
  public static TilePlaces readPlaces(Path path) {
    if (!isHdf5(path)) {
      throw new InputException(
          path + " is no HDF5 file, and so has no coordinates.",
          "Name the patch file of TRIDENT or CLAM.");
    }
    return Hdf5Bag.places(path);
  }

  private static boolean isHdf5(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new InputException(
          path + (Files.exists(path) ? " is not a file." : " does not exist."), "Check the path.");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(HDF5.length);
    } catch (IOException e) {
      throw new InputException(
          path + " cannot be read: " + e + ".", "Check its permissions and the disk.", e);
    }
    if (start.length == 0) {
      throw new InputException(
          path + " is empty (0 bytes).", "Copy it again, or embed the slide again.");
    }
    if (Arrays.equals(start, HDF5)) {
      return true;
    }
    if (start[0] == 'P' || (start[0] & 0xff) == 0x80) {
      return false;
    }
    throw new InputException(
        path + " is neither an HDF5 nor a torch file.",
        "Name an embedding file of TRIDENT, CLAM, STAMP, eva or HistoFM.");
  }
}
