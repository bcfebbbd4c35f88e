package org.histofm.tiling;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.histofm.ApiVersion;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;

/**
 * Reads plain and tiled TIFF, and PNG, JPEG and BMP, by the JDK's own ImageIO. The first image of a
 * file is the slide; further pyramid levels are not used.
 *
 * <p>The pixel size is the one that the caller states, else the TIFF's resolution if it lies from
 * {@value ImageIoSlideReader#MIN_MPP} to {@value ImageIoSlideReader#MAX_MPP} µm/px; values that
 * printers and placeholders leave behind (72 dpi is 353 µm/px) do not.
 */
public final class ImageIoSlideReaderProvider implements SlideReaderProvider {
  private static final int MAGIC = 4;

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
    return "plain and tiled TIFF, PNG, JPEG, BMP by the JDK; one level";
  }

  @Override
  public boolean supports(Path slide) {
    byte[] start;
    try (InputStream in = Files.newInputStream(slide)) {
      start = in.readNBytes(MAGIC);
    } catch (IOException e) {
      return false;
    }
    return begins(start, 'I', 'I', 42, 0)
        || begins(start, 'M', 'M', 0, 42)
        || begins(start, 0x89, 'P', 'N', 'G')
        || begins(start, 0xff, 0xd8, 0xff)
        || begins(start, 'B', 'M');
  }

  private static boolean begins(byte[] start, int... magic) {
    if (start.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((start[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public SlideReader open(Path slide, Optional<Mpp> mpp) {
    return ImageIoSlideReader.open(slide, mpp);
  }
}
