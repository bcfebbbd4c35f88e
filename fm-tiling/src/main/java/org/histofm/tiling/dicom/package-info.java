/**
 * DICOM whole-slide images: {@link org.histofm.tiling.dicom.DicomSlideProvider} reads the header of
 * a file and of the others of its series, finds the frames, and gives their pixels level by level.
 */
@NullMarked
package org.histofm.tiling.dicom;

import org.jspecify.annotations.NullMarked;
