package org.histofm.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.histofm.testkit.SlideWriter.Compression;

/** Turns tiles into stored bytes. */
final class SlideWriterTiles {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int FULL = 4094; // codes of 12 bits, and TIFF clears one early

  private final int side;
  private final Compression compression;
  private final boolean predictor;
  private final byte[] rgb;

  SlideWriterTiles(int side, Compression compression, boolean predictor) {
    this.side = side;
    this.compression = compression;
    this.predictor = predictor;
    this.rgb = new byte[Math.multiplyExact(3 * side, side)];
  }

  /** The number of a compression in TIFF. */
  static int code(Compression compression) {
    return switch (compression) {
      case NONE -> 1;
      case LZW -> 5;
      case JPEG -> 7;
      case DEFLATE -> 8;
    };
  }

  /** Where a tile's pixels go before {@link #encode}, [side, side, 3]. */
  byte[] rgb() {
    return rgb;
  }

  /** What {@link #rgb} is as stored bytes. */
  byte[] encode() throws IOException {
    return switch (compression) {
      case NONE -> rgb.clone();
      case LZW -> lzw(predicted());
      case DEFLATE -> deflate(predicted());
      case JPEG -> jpeg();
    };
  }

  private byte[] predicted() {
    byte[] out = rgb.clone();
    if (predictor) {
      for (int row = 0; row < side; row++) {
        for (int i = (row + 1) * side * 3 - 1; i >= row * side * 3 + 3; i--) {
          out[i] -= out[i - 3];
        }
      }
    }
    return out;
  }

  private static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      while (!deflater.finished()) {
        out.write(part, 0, deflater.deflate(part));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static byte[] lzw(byte[] bytes) {
    Bits out = new Bits();
    int[] next = new int[(FULL + 1) * 256]; // the code of a known code and a byte; 0 if none
    int used = END + 1;
    int width = 9;
    out.put(CLEAR, width);
    int code = bytes[0] & 0xff;
    for (int i = 1; i < bytes.length; i++) {
      int at = code * 256 + (bytes[i] & 0xff);
      if (next[at] != 0) {
        code = next[at];
        continue;
      }
      out.put(code, width);
      next[at] = used++;
      if (used == FULL + 1) {
        out.put(CLEAR, width);
        Arrays.fill(next, 0);
        used = END + 1;
        width = 9;
      } else if (used == (1 << width)) {
        width++;
      }
      code = bytes[i] & 0xff;
    }
    out.put(code, width);
    out.put(END, used + 1 == (1 << width) && width < 12 ? width + 1 : width);
    return out.bytes();
  }

  private static final class Bits {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int held;
    private int count;

    void put(int value, int width) {
      held = held << width | value;
      count += width;
      while (count >= 8) {
        out.write(held >> (count - 8));
        count -= 8;
      }
      held &= (1 << count) - 1;
    }

    byte[] bytes() {
      if (count > 0) {
        out.write(held << (8 - count));
      }
      return out.toByteArray();
    }
  }

  private byte[] jpeg() throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int at = (y * side + x) * 3;
        image.setRGB(x, y, (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff);
      }
    }
    ImageWriter writer = jdkWriter();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(image);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The JDK's own, whatever else is on the class path. */
  private static ImageWriter jdkWriter() {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().startsWith("com.sun.imageio.plugins.jpeg.")) {
        return writer;
      }
    }
    throw new IllegalStateException("this JDK writes no JPEG");
  }
}
