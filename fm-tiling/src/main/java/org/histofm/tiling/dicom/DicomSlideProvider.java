package org.histofm.tiling.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.histofm.ApiVersion;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tiling.pyramid.PyramidReader;

/**
 * Reads DICOM whole-slide images (VL Whole Slide Microscopy Image Storage): frames of JPEG with 8
 * bits, run-length coded or uncompressed, in full or sparse tiling, RGB or grey; grey of 16 bits
 * keeps its 8 highest. Others are refused by name.
 *
 * <p><b>Pyramid.</b> A slide is the files of one folder that belong to one series and frame of
 * reference: those of the same area are its levels; label, overview ({@code macro}) and thumbnail
 * are its associated images. The file to open is that of the finest level: any other would give the
 * same slide a second name, and is refused with the name of the right one. Far away, where folders
 * cannot be listed, a slide is one file.
 *
 * <p><b>Pixel size.</b> The pixel spacing; else the imaged volume's size over the number of pixels
 * where that makes square pixels.
 *
 * <p>Orientation on the glass and colour profiles are not applied. Decoded frames of all slides
 * share {@value #CACHE_BYTES} bytes.
 */
public final class DicomSlideProvider implements SlideReaderProvider {
  private static final int PREFIX = 132;
  private static final long CACHE_BYTES = 64L << 20;

  private final FrameCache cache = new FrameCache(CACHE_BYTES);

  /** For the service loader. */
  public DicomSlideProvider() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("dicom");
  }

  @Override
  public String summary(String id) {
    return "DICOM whole-slide images with JPEG, RLE or uncompressed frames";
  }

  @Override
  public int preference() {
    return 40;
  }

  @Override
  public boolean supports(SlideLocation slide) {
    Optional<Path> file = slide.file();
    if (file.isEmpty()) {
      return slide.fileName().toLowerCase(Locale.ROOT).endsWith(".dcm");
    }
    try (InputStream in = Files.newInputStream(file.get())) {
      return DicomParser.isDicom(in.readNBytes(PREFIX));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    return PyramidReader.of(slide, DicomSeries.open(slide, cache), mpp);
  }
}
