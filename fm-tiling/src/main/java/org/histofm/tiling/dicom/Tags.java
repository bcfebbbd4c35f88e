package org.histofm.tiling.dicom;

import java.util.Locale;
import java.util.Set;

/** The elements that a slide needs (PS3.6), as group and element in one number. */
final class Tags {
  static final int MEDIA_SOP_CLASS = 0x00020002;
  static final int TRANSFER_SYNTAX = 0x00020010;
  static final int IMAGE_TYPE = 0x00080008;
  static final int SOP_CLASS = 0x00080016;
  static final int PYRAMID_UID = 0x00080019;
  static final int SERIES = 0x0020000e;
  static final int FRAME_OF_REFERENCE = 0x00200052;
  static final int CONCATENATION = 0x00209161;
  static final int CONCATENATION_TOTAL = 0x00209163;
  static final int DIMENSION_ORGANIZATION_TYPE = 0x00209311;
  static final int SAMPLES_PER_PIXEL = 0x00280002;
  static final int PHOTOMETRIC = 0x00280004;
  static final int PLANAR_CONFIGURATION = 0x00280006;
  static final int FRAMES = 0x00280008;
  static final int ROWS = 0x00280010;
  static final int COLUMNS = 0x00280011;
  static final int PIXEL_SPACING = 0x00280030;
  static final int BITS_ALLOCATED = 0x00280100;
  static final int BITS_STORED = 0x00280101;
  static final int PIXEL_MEASURES = 0x00289110;
  static final int VOLUME_WIDTH = 0x00480001;
  static final int VOLUME_HEIGHT = 0x00480002;
  static final int TOTAL_COLUMNS = 0x00480006;
  static final int TOTAL_ROWS = 0x00480007;
  static final int OPTICAL_PATHS = 0x00480302;
  static final int FOCAL_PLANES = 0x00480303;
  static final int PLANE_POSITION_SLIDE = 0x0048021a;
  static final int COLUMN_POSITION = 0x0048021e;
  static final int ROW_POSITION = 0x0048021f;
  static final int SHARED_GROUPS = 0x52009229;
  static final int PER_FRAME_GROUPS = 0x52009230;
  static final int EXTENDED_OFFSETS = 0x7fe00001;
  static final int EXTENDED_LENGTHS = 0x7fe00002;
  static final int PIXEL_DATA = 0x7fe00010;
  static final int ITEM = 0xfffee000;
  static final int ITEM_END = 0xfffee00d;
  static final int SEQUENCE_END = 0xfffee0dd;

  /** Elements whose values are kept. */
  static final Set<Integer> WANTED =
      Set.of(
          MEDIA_SOP_CLASS,
          TRANSFER_SYNTAX,
          IMAGE_TYPE,
          SOP_CLASS,
          PYRAMID_UID,
          SERIES,
          FRAME_OF_REFERENCE,
          CONCATENATION,
          CONCATENATION_TOTAL,
          DIMENSION_ORGANIZATION_TYPE,
          SAMPLES_PER_PIXEL,
          PHOTOMETRIC,
          PLANAR_CONFIGURATION,
          FRAMES,
          ROWS,
          COLUMNS,
          PIXEL_SPACING,
          BITS_ALLOCATED,
          BITS_STORED,
          VOLUME_WIDTH,
          VOLUME_HEIGHT,
          TOTAL_COLUMNS,
          TOTAL_ROWS,
          OPTICAL_PATHS,
          FOCAL_PLANES,
          COLUMN_POSITION,
          ROW_POSITION);

  private Tags() {}

  /** As people write it: {@code (0028,0010)}. */
  static String name(int tag) {
    return String.format(Locale.ROOT, "(%04x,%04x)", tag >>> 16, tag & 0xffff);
  }
}
