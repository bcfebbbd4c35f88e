/**
 * Online patching: an endless row of tiles drawn from many slides while a model learns, with
 * nothing cut to disk. {@link org.histofm.tiling.online.OnlineTiles} opens a list of {@link
 * org.histofm.tiling.online.OnlineSlide}s under {@link org.histofm.tiling.online.OnlineSettings};
 * its n-th tile is a function of the seed and n. {@link org.histofm.tiling.online.TileStream} takes
 * them in order, made ahead by other threads, and {@link org.histofm.tiling.online.OnlineState} is
 * all that is needed to go on later. {@link org.histofm.tiling.online.StageCounts} says what holds
 * it up.
 */
@NullMarked
package org.histofm.tiling.online;

import org.jspecify.annotations.NullMarked;
