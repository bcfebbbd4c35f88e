package org.histofm.tiling.dicom;

import java.util.Map;

/** The unique identifiers that matter here, and what they are called (PS3.6). */
final class Uids {
  static final String WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6";
  static final String IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2";
  static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
  static final String JPEG_BASELINE = "1.2.840.10008.1.2.4.50";
  static final String JPEG_EXTENDED = "1.2.840.10008.1.2.4.51";
  static final String RLE = "1.2.840.10008.1.2.5";

  private static final String DEFLATED = "1.2.840.10008.1.2.1.99";
  private static final String BIG_ENDIAN = "1.2.840.10008.1.2.2";

  private static final Map<String, String> SYNTAXES =
      Map.ofEntries(
          Map.entry(DEFLATED, "deflated explicit little endian"),
          Map.entry(BIG_ENDIAN, "explicit big endian"),
          Map.entry("1.2.840.10008.1.2.4.57", "lossless JPEG"),
          Map.entry("1.2.840.10008.1.2.4.70", "lossless JPEG"),
          Map.entry("1.2.840.10008.1.2.4.80", "JPEG-LS"),
          Map.entry("1.2.840.10008.1.2.4.81", "near-lossless JPEG-LS"),
          Map.entry("1.2.840.10008.1.2.4.90", "lossless JPEG 2000"),
          Map.entry("1.2.840.10008.1.2.4.91", "JPEG 2000"),
          Map.entry("1.2.840.10008.1.2.4.92", "lossless JPEG 2000, part 2"),
          Map.entry("1.2.840.10008.1.2.4.93", "JPEG 2000, part 2"),
          Map.entry("1.2.840.10008.1.2.4.201", "lossless high-throughput JPEG 2000"),
          Map.entry("1.2.840.10008.1.2.4.202", "lossless high-throughput JPEG 2000 (RPCL)"),
          Map.entry("1.2.840.10008.1.2.4.203", "high-throughput JPEG 2000"),
          Map.entry("1.2.840.10008.1.2.4.110", "lossless JPEG XL"),
          Map.entry("1.2.840.10008.1.2.4.111", "JPEG XL from JPEG"),
          Map.entry("1.2.840.10008.1.2.4.112", "JPEG XL"));

  private static final Map<String, String> OBJECTS =
      Map.ofEntries(
          Map.entry("1.2.840.10008.1.3.10", "a DICOMDIR, the index of a folder"),
          Map.entry("1.2.840.10008.5.1.4.1.1.1", "a computed radiography image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.1.1", "a digital X-ray image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.1.2", "a mammogram"),
          Map.entry("1.2.840.10008.5.1.4.1.1.2", "a CT image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.2.1", "a CT image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.4", "an MR image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.4.1", "an MR image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.6.1", "an ultrasound image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.7", "a secondary capture image"),
          Map.entry("1.2.840.10008.5.1.4.1.1.11.1", "a presentation state"),
          Map.entry("1.2.840.10008.5.1.4.1.1.30", "a parametric map"),
          Map.entry("1.2.840.10008.5.1.4.1.1.66.4", "a segmentation"),
          Map.entry("1.2.840.10008.5.1.4.1.1.66.7", "a label map segmentation"),
          Map.entry("1.2.840.10008.5.1.4.1.1.77.1.2", "a microscopic image without a slide"),
          Map.entry("1.2.840.10008.5.1.4.1.1.77.1.3", "a microscopic image of one field"),
          Map.entry("1.2.840.10008.5.1.4.1.1.77.1.4", "a photograph"),
          Map.entry("1.2.840.10008.5.1.4.1.1.88.22", "a structured report"),
          Map.entry("1.2.840.10008.5.1.4.1.1.88.33", "a structured report"),
          Map.entry("1.2.840.10008.5.1.4.1.1.88.34", "a structured report"),
          Map.entry("1.2.840.10008.5.1.4.1.1.91.1", "a set of annotations"),
          Map.entry("1.2.840.10008.5.1.4.1.1.128", "a PET image"));

  private Uids() {}

  /** Whether the header of such a file can be read: not deflated, not big endian. */
  static boolean isReadableHeader(String transferSyntax) {
    return !transferSyntax.isEmpty()
        && !transferSyntax.equals(DEFLATED)
        && !transferSyntax.equals(BIG_ENDIAN);
  }

  /** A transfer syntax that is not read, in words. */
  static String syntax(String transferSyntax) {
    String name = SYNTAXES.get(transferSyntax);
    return name != null ? name : "transfer syntax '" + transferSyntax + "'";
  }

  /** What kind of object is no slide, in words with their article. */
  static String object(String sopClass) {
    String name = OBJECTS.get(sopClass);
    if (name != null) {
      return name;
    }
    return sopClass.isEmpty() ? "of no stated kind" : "an object of SOP class " + sopClass;
  }
}
