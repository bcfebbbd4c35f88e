package org.histofm.tiling.online;

import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.tile.RgbImage;

/**
 * One tile of the row.
 *
 * @param number place in the row, from 0
 * @param slide id of the slide
 * @param group patient, else slide
 * @param label class of the tissue at the tile's centre, or empty if there are no annotations
 * @param region what it covers, in level-0 pixels, rounded to whole ones; may reach over the edge
 * @param mpp size of its pixels
 * @param tries draws that it took, from 1
 * @param kept whether it passed the content filter; if not, it is the last of all allowed tries
 * @param image its pixels, of the size that the settings say
 */
public record OnlineTile(
    long number,
    String slide,
    String group,
    String label,
    Region region,
    Mpp mpp,
    int tries,
    boolean kept,
    RgbImage image) {}
