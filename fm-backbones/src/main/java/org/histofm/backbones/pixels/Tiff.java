package org.histofm.backbones.pixels;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import org.histofm.backbones.pixels.ImageFiles.Unsupported;
import org.jspecify.annotations.Nullable;

/** What a TIFF's tags say and the JDK's decoder hides. */
final class Tiff {
  // None, CCITT (3), LZW, JPEG (2), deflate, PackBits, deflate by its older number.
  private static final Set<Integer> COMPRESSIONS = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946);
  // White is zero, black is zero, RGB, palette, YCbCr.
  private static final Set<Integer> PHOTOMETRICS = Set.of(0, 1, 2, 3, 6);

  private Tiff() {}

  /**
   * Refuses BigTIFF, and an image that is to be turned: Pillow does so for a TIFF (and for no other
   * image), the decoder does not even read the tag.
   */
  static void check(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    if (in.getShort(2) != 42) {
      throw new Unsupported("a BigTIFF");
    }
    int directory = in.getInt(4);
    int entries = in.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      int value = in.getShort(entry + 8);
      if (in.getShort(entry) == BaselineTIFFTagSet.TAG_ORIENTATION && value >= 2 && value <= 8) {
        throw new Unsupported("a TIFF that asks to be turned (orientation " + value + ")");
      }
    }
  }

  /** Refuses what the decoder does not read, or converts by rules of its own. */
  static void checkKind(ImageReader reader) throws IOException {
    int compression = value(reader, BaselineTIFFTagSet.TAG_COMPRESSION, 1);
    if (!COMPRESSIONS.contains(compression)) {
      throw new Unsupported("a TIFF of compression " + compression);
    }
    int photometric = value(reader, BaselineTIFFTagSet.TAG_PHOTOMETRIC_INTERPRETATION, -1);
    if (!PHOTOMETRICS.contains(photometric)) {
      throw new Unsupported(
          "a TIFF that is neither grey nor RGB (photometric interpretation " + photometric + ")");
    }
  }

  /** {@code image} with the high bytes of its 16-bit palette, which the decoder rescales. */
  static BufferedImage withPaletteOfTags(BufferedImage image, ImageReader reader)
      throws IOException {
    TIFFField colours = field(reader, BaselineTIFFTagSet.TAG_COLOR_MAP);
    ColorModel decoded = image.getColorModel();
    if (colours == null || !(decoded instanceof IndexColorModel)) {
      return image;
    }
    int size = colours.getCount() / 3;
    byte[][] channels = new byte[3][size];
    for (int i = 0; i < 3 * size; i++) {
      channels[i / size][i % size] = (byte) (colours.getAsInt(i) >> 8);
    }
    ColorModel palette =
        new IndexColorModel(decoded.getPixelSize(), size, channels[0], channels[1], channels[2]);
    return new BufferedImage(palette, image.getRaster(), false, null);
  }

  private static int value(ImageReader reader, int tag, int otherwise) throws IOException {
    TIFFField field = field(reader, tag);
    return field == null ? otherwise : field.getAsInt(0);
  }

  private static @Nullable TIFFField field(ImageReader reader, int tag) throws IOException {
    IIOMetadata metadata = reader.getImageMetadata(0);
    return TIFFDirectory.createFromMetadata(metadata).getTIFFField(tag);
  }
}
