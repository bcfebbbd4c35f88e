package org.histofm.tiling.dicom;

import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import org.histofm.slide.Level;
import org.histofm.slide.PixelSize;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.pyramid.JpegDecoder;
import org.histofm.tiling.pyramid.PixelLevels;

/** The files of one DICOM slide: its levels, finest first, and the images beside it. */
final class DicomLevels implements PixelLevels {
  private static final long MAX_ASSOCIATED_PX = 1L << 26;

  private final List<DicomImage> volumes;
  private final TreeMap<String, DicomImage> associated;
  private final List<Level> levels;
  private final FrameCache cache;
  private final JpegDecoder decoder = new JpegDecoder();

  DicomLevels(List<DicomImage> volumes, TreeMap<String, DicomImage> associated, FrameCache cache) {
    this.volumes = volumes;
    this.associated = associated;
    this.cache = cache;
    DicomImage full = volumes.get(0);
    this.levels =
        volumes.stream()
            .map(v -> Level.of(v.width(), v.height(), full.width(), full.height()))
            .toList();
  }

  @Override
  public String format() {
    return "DICOM whole-slide image (dicom)";
  }

  @Override
  public List<Level> levels() {
    return levels;
  }

  @Override
  public List<PixelSize> recordedPixelSizes() {
    return volumes.get(0).pixelSizes();
  }

  @Override
  public void read(int level, int x, int y, int width, int height, byte[] rgb) throws IOException {
    volumes.get(level).read(x, y, width, height, rgb, cache, decoder);
  }

  @Override
  public List<String> associatedImages() {
    return List.copyOf(associated.keySet());
  }

  @Override
  public RgbImage associatedImage(String name) throws IOException {
    DicomImage image = associated.get(name);
    if (image == null) {
      throw new IOException("there is no image " + name);
    }
    if ((long) image.width() * image.height() > MAX_ASSOCIATED_PX) {
      throw new IOException(
          "it claims "
              + image.width()
              + " x "
              + image.height()
              + " px, over the "
              + MAX_ASSOCIATED_PX
              + " px read of an image beside a slide");
    }
    byte[] rgb = new byte[image.width() * image.height() * 3];
    image.read(0, 0, image.width(), image.height(), rgb, cache, decoder);
    return RgbImage.of(image.width(), image.height(), rgb);
  }

  @Override
  public void close() {
    volumes.forEach(image -> image.close(cache));
    associated.values().forEach(image -> image.close(cache));
    decoder.close();
  }
}
