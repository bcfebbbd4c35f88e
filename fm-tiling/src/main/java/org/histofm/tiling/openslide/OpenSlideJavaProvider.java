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
 * Reads slides by OpenSlide Java where the user has put it on the class path: 0.13 (Java 22 and
 * OpenSlide 4) or the older 0.12 with its own native library. It opens what that library's
 * OpenSlide does; without it, no slide is supported.
 */
public final class OpenSlideJavaProvider implements SlideReaderProvider {
  private final ClassLoader loader;

  /** A provider that looks on the class path of HistoFM. */
  public OpenSlideJavaProvider() {
    this(OpenSlideJavaProvider.class.getClassLoader());
  }

  /** A provider that looks in {@code loader}. */
  OpenSlideJavaProvider(ClassLoader loader) {
    this.loader = loader;
  }

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("openslide-java");
  }

  @Override
  public String summary(String id) {
    return OpenSlideJava.isIn(loader)
        ? "what OpenSlide opens, by OpenSlide Java"
        : "needs OpenSlide Java on the class path (HISTOFM_PLUGINS)";
  }

  @Override
  public int preference() {
    return 30;
  }

  @Override
  public boolean supports(SlideLocation slide) {
    if (!OpenSlideJava.isIn(loader)) {
      return false;
    }
    return switch (SlideFiles.kind(slide)) {
      case LIKELY -> true;
      case SINCE_FOUR -> isRecent();
      case NO -> false;
    };
  }

  private boolean isRecent() {
    try {
      return OpenSlideLibrary.readsDicom(OpenSlideJava.in(loader).version());
    } catch (EnvironmentException e) {
      return false;
    }
  }

  @Override
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    Path file = SlideFiles.file(slide);
    OpenSlideJava library = OpenSlideJava.in(loader);
    return SlideFiles.open(slide, mpp, () -> library.open(file));
  }
}
