package org.histofm.backbones.pixels;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PackedColorModel;
import java.awt.image.Raster;
import org.histofm.backbones.pixels.ImageFiles.Unsupported;
import org.histofm.tile.RgbImage;

/**
 * Stored samples of a decoded image as 8-bit RGB. Samples are taken as they are: {@link
 * BufferedImage#getRGB} would pass greys and profiled images through colour management.
 */
final class RasterToRgb {
  private RasterToRgb() {}

  /** Refuses colour models whose samples are not palette, grey or RGB of 8 or 16 bits. */
  static void check(ColorModel colours) throws Unsupported {
    if (colours instanceof IndexColorModel) {
      return;
    }
    int space = colours.getColorSpace().getType();
    int channels = colours.getNumColorComponents();
    if (!(space == ColorSpace.TYPE_GRAY && channels == 1)
        && !(space == ColorSpace.TYPE_RGB && channels == 3)) {
      throw new Unsupported("an image of " + channels + " channels that are neither grey nor RGB");
    }
    if (colours.hasAlpha() && colours.isAlphaPremultiplied()) {
      throw new Unsupported("an image with premultiplied alpha");
    }
    if (colours instanceof PackedColorModel) {
      return;
    }
    int type = colours.getTransferType();
    int bits = type == DataBuffer.TYPE_BYTE ? 8 : type == DataBuffer.TYPE_USHORT ? 16 : 0;
    for (int c = 0; c < channels; c++) {
      if (bits == 0 || colours.getComponentSize(c) != bits) {
        throw new Unsupported(
            "an image with samples of "
                + colours.getComponentSize(c)
                + (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE
                    ? "-bit floating point"
                    : " bits"));
      }
    }
  }

  /** The image as RGB. */
  static RgbImage convert(BufferedImage image) throws Unsupported {
    ColorModel colours = image.getColorModel();
    check(colours);
    Raster raster = image.getRaster();
    byte[] rgb = new byte[Math.multiplyExact(3 * image.getWidth(), image.getHeight())];
    if (colours instanceof IndexColorModel palette) {
      lookUp(raster, palette, rgb);
    } else if (raster.getSampleModel() instanceof ComponentSampleModel layout
        && raster.getDataBuffer() instanceof DataBufferByte data) {
      copy(raster, layout, data, rgb);
    } else {
      scale(raster, colours, rgb);
    }
    return RgbImage.of(image.getWidth(), image.getHeight(), rgb);
  }

  private static void lookUp(Raster raster, IndexColorModel palette, byte[] rgb) {
    int width = raster.getWidth();
    int[] row = new int[width * raster.getNumBands()];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int colour = palette.getRGB(row[x]);
        rgb[to++] = (byte) (colour >> 16);
        rgb[to++] = (byte) (colour >> 8);
        rgb[to++] = (byte) colour;
      }
    }
  }

  /** The common case, without a method call a sample: bytes at a fixed distance. */
  private static void copy(
      Raster raster, ComponentSampleModel layout, DataBufferByte data, byte[] rgb) {
    int green = layout.getNumBands() < 3 ? 0 : 1;
    int blue = layout.getNumBands() < 3 ? 0 : 2;
    byte[] reds = data.getData(layout.getBankIndices()[0]);
    byte[] greens = data.getData(layout.getBankIndices()[green]);
    byte[] blues = data.getData(layout.getBankIndices()[blue]);
    int[] bankOffsets = data.getOffsets();
    int x0 = raster.getMinX() - raster.getSampleModelTranslateX();
    int y0 = raster.getMinY() - raster.getSampleModelTranslateY();
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int r = layout.getOffset(x0, y0 + y, 0) + bankOffsets[layout.getBankIndices()[0]];
      int g = layout.getOffset(x0, y0 + y, green) + bankOffsets[layout.getBankIndices()[green]];
      int b = layout.getOffset(x0, y0 + y, blue) + bankOffsets[layout.getBankIndices()[blue]];
      for (int x = 0; x < raster.getWidth(); x++) {
        rgb[to++] = reds[r];
        rgb[to++] = greens[g];
        rgb[to++] = blues[b];
        r += layout.getPixelStride();
        g += layout.getPixelStride();
        b += layout.getPixelStride();
      }
    }
  }

  private static void scale(Raster raster, ColorModel colours, byte[] rgb) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int channels = colours.getNumColorComponents();
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int channel = Math.min(c, channels - 1);
          int bits = colours.getComponentSize(channel);
          int sample = row[x * bands + channel];
          rgb[to++] = (byte) (bits == 16 ? sample >> 8 : sample * 255 / ((1 << bits) - 1));
        }
      }
    }
  }
}
