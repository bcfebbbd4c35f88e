package org.histofm.slide;

/**
 * How a target pixel size is served.
 *
 * @param requested the pixel size that was asked for
 * @param level the pyramid level that is read
 * @param read pixel size of that level
 * @param effective pixel size of what a read returns; that asked for, unless the reader can only
 *     come near it
 * @param filter how pixels of the level become pixels of the result, in one word or few
 */
public record Resolution(Mpp requested, int level, Mpp read, Mpp effective, String filter) {}
