package org.histofm.tiling.openslide;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.histofm.ApiVersion;
import org.histofm.EnvironmentException;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;

/**
 * Reads slides by the system's OpenSlide, 3.4.1 or newer: Aperio SVS, Hamamatsu NDPI and VMS,
 * MIRAX, Leica SCN, Ventana BIF, Sakura, Philips and tiled TIFF, also with JPEG 2000; from
 * OpenSlide 4 on DICOM and Zeiss CZI. Files only, no addresses.
 *
 * <p>The library is loaded when the first slide is opened. OpenSlide interpolates within levels
 * whose reduction is no whole number, by less than a pixel.
 */
public final class OpenSlideProvider implements SlideReaderProvider {
  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("openslide");
  }

  @Override
  public String summary(String id) {
    return "SVS, NDPI, MIRAX, SCN, BIF and others by the system's OpenSlide";
  }

  @Override
  public int preference() {
    return 20;
  }

  @Override
  public boolean supports(SlideLocation slide) {
    return switch (SlideFiles.kind(slide)) {
      case LIKELY -> true;
      case SINCE_FOUR -> isRecent();
      case NO -> false;
    };
  }

  private static boolean isRecent() {
    try {
      return OpenSlideLibrary.readsDicom(OpenSlideLibrary.load().version());
    } catch (EnvironmentException e) {
      return false; // other readers open DICOM; with no other, that one's refusal says more
    }
  }

  @Override
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    Path file = SlideFiles.file(slide);
    OpenSlideLibrary library = OpenSlideLibrary.load();
    return SlideFiles.open(slide, mpp, () -> library.open(file));
  }
}
