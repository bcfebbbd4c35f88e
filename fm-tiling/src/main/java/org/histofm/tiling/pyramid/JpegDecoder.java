package org.histofm.tiling.pyramid;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the JPEG streams that slides hold, by the JDK's own codec and never by another one that
 * happens to lie on the class path.
 *
 * <p>The codec gives the samples as stored (discrete cosine transform in integers, chroma
 * interpolated as libjpeg does); colours are then converted here, with libjpeg's fixed-point
 * tables, since the codec guesses the colour space by rules that do not fit slides. So the result
 * equals libjpeg's.
 *
 * <p>Strict: where the codec warns of corrupt or missing data, which others fill with grey, the
 * stream is refused. A missing end marker and bytes left over before one are no damage.
 *
 * <p>Safe for concurrent use; keeps a few idle codecs until it is closed.
 */
public final class JpegDecoder implements AutoCloseable {
  private static final int IDLE = 4;

  /** The codec's warning of bytes between markers, which some scanners leave there. */
  private static final String SLOPPY = "extraneous bytes before marker";

  /** What the three channels of a stream are. */
  public enum Colours {
    /**
     * What the stream says, by libjpeg's rule: luma and chroma in JFIF, else Adobe's transform
     * flag, else RGB where its components are named R, G and B, else luma and chroma.
     */
    AS_MARKED,
    /** Luma and chroma, whatever the stream says. */
    YCC,
    /** Red, green and blue, whatever the stream says. */
    RGB
  }

  private final BlockingQueue<ImageReader> idle = new ArrayBlockingQueue<>(IDLE);
  private volatile boolean closed;

  /**
   * Decodes one image.
   *
   * @param stream the stream, from its start marker
   * @param tables quantisation and Huffman tables as a stream of their own, as TIFF keeps them; may
   *     be of no bytes
   * @param colours what three channels are; one is grey
   * @param maxPixels refuse more than that, before memory is taken
   * @throws IOException if it is no baseline, extended or progressive JPEG of 8 bits with 1 to 4
   *     channels, or is damaged; the message says why
   */
  public Pixels decode(byte[] stream, byte[] tables, Colours colours, long maxPixels)
      throws IOException {
    JpegHeader header = JpegHeader.of(stream, tables);
    if ((long) header.width() * header.height() > maxPixels) {
      throw new IOException(
          "a JPEG stream claims "
              + header.width()
              + " x "
              + header.height()
              + " px, more than the "
              + maxPixels
              + " px that may be there");
    }
    byte[] samples = samples(header);
    if (header.channels() == 3
        && (colours == Colours.YCC || colours == Colours.AS_MARKED && header.isMarkedYcc())) {
      YccToRgb.convert(samples);
    }
    return new Pixels(header.width(), header.height(), header.channels(), samples);
  }

  private byte[] samples(JpegHeader header) throws IOException {
    ImageReader reader = header.isSelfContained() ? idle.poll() : null;
    if (reader == null) {
      reader = newReader();
    }
    @Nullable String[] warning = new String[1];
    boolean sound = false;
    try {
      reader.addIIOReadWarningListener(
          (source, text) -> {
            if (!text.contains("extraneous bytes before marker")) { // sloppy, but harmless
              warning[0] = text;
            }
          });
      reader.setInput(new ArrayInput(header.bare()), true, true);
      byte[] samples = samples(reader.readRaster(0, null), header);
      if (warning[0] != null) {
        throw new IOException("a JPEG stream is damaged: " + warning[0]);
      }
      sound = true;
      return samples;
    } catch (IOException e) {
      throw e;
    } catch (RuntimeException e) {
      // The codec throws all kinds at damaged streams.
      throw new IOException("a JPEG stream is damaged: " + e, e);
    } finally {
      reader.removeAllIIOReadWarningListeners();
      if (sound) {
        reader.setInput(null);
      }
      if (!sound || closed || !header.isSelfContained() || !idle.offer(reader)) {
        reader.dispose();
      }
    }
  }

  private static byte[] samples(Raster raster, JpegHeader header) throws IOException {
    int channels = header.channels();
    if (raster.getWidth() != header.width()
        || raster.getHeight() != header.height()
        || raster.getNumBands() != channels) {
      throw new IOException("a JPEG stream holds another size than its header says");
    }
    int length = header.width() * header.height() * channels;
    if (raster.getDataBuffer() instanceof DataBufferByte buffer
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && model.getPixelStride() == channels
        && model.getScanlineStride() == header.width() * channels
        && inOrder(model.getBandOffsets())
        && buffer.getData().length == length) {
      return buffer.getData();
    }
    byte[] samples = new byte[length];
    int[] row = new int[header.width() * channels];
    for (int y = 0; y < header.height(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, header.width(), 1, row);
      for (int i = 0; i < row.length; i++) {
        samples[y * row.length + i] = (byte) row[i];
      }
    }
    return samples;
  }

  private static boolean inOrder(int[] offsets) {
    for (int i = 0; i < offsets.length; i++) {
      if (offsets[i] != i) {
        return false;
      }
    }
    return true;
  }

  private static ImageReader newReader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().equals("com.sun.imageio.plugins.jpeg.JPEGImageReader")) {
        return reader;
      }
      reader.dispose();
    }
    throw new AssertionError("every JDK reads JPEG");
  }

  /** Lets idle codecs go; streams still being decoded are finished. */
  @Override
  public void close() {
    closed = true;
    for (ImageReader reader = idle.poll(); reader != null; reader = idle.poll()) {
      reader.dispose();
    }
  }

  /** Decoded pixels, [height, width, channels]. Holds its array without copying. */
  public static final class Pixels {
    private final int width;
    private final int height;
    private final int channels;
    private final byte[] samples;

    private Pixels(int width, int height, int channels, byte[] samples) {
      this.width = width;
      this.height = height;
      this.channels = channels;
      this.samples = samples;
    }

    /**
     * Pixels over {@code samples}, which are not copied.
     *
     * @throws IllegalArgumentException unless channels are 1 or 3 and the length fits
     */
    public static Pixels of(int width, int height, int channels, byte[] samples) {
      if (channels != 1 && channels != 3 || samples.length != (long) width * height * channels) {
        throw new IllegalArgumentException(
            samples.length + " samples are not " + width + " x " + height + " x " + channels);
      }
      return new Pixels(width, height, channels, samples);
    }

    /** Columns. */
    public int width() {
      return width;
    }

    /** Rows. */
    public int height() {
      return height;
    }

    /** 1 for grey, 3 for RGB; 2 and 4 are as stored. */
    public int channels() {
      return channels;
    }

    /** The samples, [height, width, channels], not copied. */
    public byte[] samples() {
      return samples;
    }

    /** These pixels, taken for luma and chroma and converted in place. */
    public Pixels fromYcc() {
      YccToRgb.convert(samples);
      return this;
    }

    /**
     * Copies a rectangle of grey or RGB to a larger picture; grey becomes RGB.
     *
     * @param x left edge here; the rectangle lies wholly inside
     * @param y top edge here
     * @param columns its width
     * @param rows its height
     * @param rgb where to, [.., pitch, 3]
     * @param at index of the rectangle's first byte there
     * @param pitch pixels of a row there
     */
    public void copyTo(int x, int y, int columns, int rows, byte[] rgb, int at, int pitch) {
      for (int row = 0; row < rows; row++) {
        int from = ((y + row) * width + x) * channels;
        int to = at + row * pitch * 3;
        if (channels == 3) {
          System.arraycopy(samples, from, rgb, to, columns * 3);
        } else {
          for (int i = 0; i < columns; i++) {
            Arrays.fill(rgb, to + 3 * i, to + 3 * i + 3, samples[from + i]);
          }
        }
      }
    }
  }

  /** A stream over an array that is not copied. */
  private static final class ArrayInput extends ImageInputStreamImpl {
    private final byte[] bytes;

    ArrayInput(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      bitOffset = 0;
      return streamPos >= bytes.length ? -1 : bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      bitOffset = 0;
      if (streamPos >= bytes.length) {
        return -1;
      }
      int count = (int) Math.min(length, bytes.length - streamPos);
      System.arraycopy(bytes, (int) streamPos, target, offset, count);
      streamPos += count;
      return count;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }
}
