package org.histofm.backbones.slides;

import org.histofm.Progress;

/**
 * Tells progress in tiles. Slides that are not planned yet count with the mean of those that are.
 * Safe for concurrent use.
 */
final class TileCount {
  private static final String STAGE = "embed tiles";

  private final Progress progress;
  private long open;
  private long planned;
  private long plannedTiles;
  private long done;

  /**
   * @param slides to be planned
   */
  TileCount(Progress progress, int slides) {
    this.progress = progress;
    this.open = slides;
  }

  synchronized void plan(long tiles, long alreadyDone) {
    open--;
    planned++;
    plannedTiles += tiles;
    done += alreadyDone;
    tell();
  }

  /** A slide that gets no tiles, or whose planned tiles are not embedded after all. */
  synchronized void drop(boolean wasPlanned, long tiles, long finished) {
    open -= wasPlanned ? 0 : 1;
    plannedTiles -= tiles;
    done -= finished;
    tell();
  }

  synchronized void finish(long tiles) {
    done += tiles;
    tell();
  }

  private void tell() {
    long expected = planned == 0 ? 0 : open * plannedTiles / planned;
    progress.update(STAGE, done, plannedTiles + expected);
  }
}
