package org.histofm.tiling.plain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.histofm.ApiVersion;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tiling.pyramid.PyramidReader;

/**
 * Reads PNG, JPEG and BMP, and TIFF where no other reader takes it, by the JDK's own ImageIO
 * readers and never by others on the class path. The first image of a file is the slide; it has one
 * level.
 *
 * <p><b>Pixels.</b> The stored samples, without a colour profile: of 16 bits the 8 highest,
 * palettes looked up, grey in all three channels, what is transparent over white. The orientation
 * that EXIF or TIFF states is honoured. JPEG is converted as libjpeg does, and refused where it is
 * corrupt.
 *
 * <p><b>Pixel size.</b> The one that the caller states, else that of PNG's pHYs, JFIF's density,
 * EXIF's, TIFF's or BMP's resolution if it is believable: 72 or 300 dpi is not.
 *
 * <p><b>Bounds.</b> Up to 2^30 px, and 2^25 px of interlaced PNG and progressive JPEG, of which a
 * codec needs the whole to decode any part. Memory beside the read is 64 MiB, and of a progressive
 * JPEG up to 200 MB outside the heap. PNG and JPEG are decoded from their top again for every band
 * of rows, so large ones are slow to read: convert them to tiled TIFF.
 */
public final class PlainImageProvider implements SlideReaderProvider {
  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("imageio");
  }

  @Override
  public String summary(String id) {
    return "PNG, JPEG, BMP and plain TIFF by the JDK; one level";
  }

  @Override
  public int preference() {
    return 10;
  }

  @Override
  public boolean supports(SlideLocation slide) {
    if (slide.file().isEmpty()) {
      return false;
    }
    try {
      return PlainImage.format(slide.file().get()) != null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    return PyramidReader.of(slide, PlainImage.open(slide), mpp);
  }
}
