package org.histofm.tiling.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.plain.SharedSlides;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of other writers against pydicom 3.0.2, with JPEG frames decoded by Pillow 12.3.0: SHA-256
 * of all pixels of level 0, no tolerance.
 */
class SharedDicomTest {
  private final DicomSlideProvider provider = new DicomSlideProvider();

  private SlideLocation slide(String name) {
    SlideLocation slide = SlideLocation.of(SharedSlides.file("dicom/" + name));
    assertThat(provider.supports(slide)).isTrue();
    return slide;
  }

  private SlideException refusal(String name, Optional<Mpp> mpp) {
    SlideLocation slide = slide(name);
    return catchThrowableOfType(SlideException.class, () -> provider.open(slide, mpp).close());
  }

  @ParameterizedTest
  @CsvSource({
    "boxes_0.dcm,16,16,53eb8c75a1f7d4cc6f6f9a0fb22ba62e8d5ba8bc4b50a3277c3c1cbfd79df0e6",
    "highdicom-sm_image.dcm,50,50,c05080458a5d583e86f8a28b3aea56344470450c12b89b7a00476e936fc272cb",
    "highdicom-sm_image_grayscale.dcm,50,50,"
        + "d911be33fc2c112fdb782e50cd178f4287892e80839909ad3f013a776aab5401"
  })
  void slide_isReadAsPydicomDoes(String name, long width, long height, String sha256) {
    try (SlideReader reader = provider.open(slide(name), Optional.empty())) {
      assertThat(reader.width()).isEqualTo(width);
      assertThat(reader.height()).isEqualTo(height);
      assertThat(reader.pixelSize())
          .isEqualTo(new PixelSize(Mpp.of(0.000499 * 1000), "DICOM PixelSpacing"));
      assertThat(reader.levels()).hasSize(1);
      assertThat(SharedSlides.sha256(reader)).isEqualTo(sha256);
    }
  }

  @Test
  void thumbnail_liesBesideItsSlide() {
    try (SlideReader reader = provider.open(slide("boxes_0.dcm"), Optional.empty())) {
      assertThat(reader.associatedImages()).containsExactly("thumbnail");
      assertThat(reader.associatedImage("thumbnail").width()).isEqualTo(16);
    }
    SlideException refused = refusal("boxes_1.dcm", Optional.empty());
    assertThat(refused.reason()).isEqualTo(Reason.NOT_A_SLIDE);
    assertThat(refused.getMessage()).contains("thumbnail", "boxes_0.dcm");
  }

  @Test
  void slide_withoutSpacing_asksForIt() {
    SlideException refused = refusal("TCGA-XK-AAJU-level.dcm", Optional.empty());
    assertThat(refused.reason())
        .as("its volume of 15 x 15 mm would make oblong pixels of 4.6 x 5.7 µm")
        .isEqualTo(Reason.NO_PIXEL_SIZE);
    assertThat(refused.remedy()).contains("--mpp-override");
    try (SlideReader reader =
        provider.open(slide("TCGA-XK-AAJU-level.dcm"), Optional.of(Mpp.of(0.25)))) {
      assertThat(reader.width()).isEqualTo(3236);
      assertThat(reader.height()).isEqualTo(2638);
      assertThat(SharedSlides.sha256(reader))
          .isEqualTo("c01d44298f3a0964a5ce802411a00cbf9f3c44218a90cfef3d7ab8988eb568b2");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "highdicom-ct_image.dcm,NOT_A_SLIDE,a CT image",
    "highdicom-seg_image_sm_dots.dcm,NOT_A_SLIDE,a segmentation",
    "highdicom-sm_image_jpegls.dcm,UNSUPPORTED,JPEG-LS"
  })
  void file_thatIsNoReadableSlide_isRefusedByName(String name, Reason reason, String what) {
    SlideException refused = refusal(name, Optional.of(Mpp.of(0.5)));
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.problem()).contains(what, name);
  }
}
