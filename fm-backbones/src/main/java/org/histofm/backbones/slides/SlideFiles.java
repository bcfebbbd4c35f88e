package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.histofm.backbone.Backbone;
import org.histofm.backbones.bag.TridentEncoder;
import org.histofm.backbones.bag.TridentFile;
import org.histofm.backbones.bag.TridentGrid;
import org.histofm.backbones.hdf5.Hdf5Values;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.heatmap.TileOverview;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.GeoJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a slide's files in its work folder and gives them their names, the sidecar last. */
final class SlideFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SlideFiles.class);

  private final SlideEmbedding settings;
  private final RunFolder folder;

  SlideFiles(SlideEmbedding settings) {
    this.settings = settings;
    this.folder = settings.folder();
  }

  /**
   * Writes all of a slide whose batches are all embedded.
   *
   * @throws org.histofm.EnvironmentException if a file cannot be written
   */
  Sidecar write(SlideWork work, String contentHash) throws IOException {
    String id = work.entry().id();
    Path made = folder.work(id);
    Path features = made.resolve("features.h5");
    Path patches = made.resolve("patches.h5");
    Path tissue = made.resolve("tissue.geojson");
    Path overview = made.resolve("overview.png");
    TridentGrid grid = grid(work);
    long[] places = places(work);
    TridentFile.writePatches(patches, grid, Hdf5Values.of(places));
    TridentFile.writeFeatures(
        features, grid, Hdf5Values.of(places), encoder(), Hdf5Values.of(Spool.rowsFile(made)));
    GeoJson.write(
        tissue, List.of(Annotation.of(work.plan().tissue().polygons()).withClass("Tissue")));
    boolean drawn = draw(work, overview);
    Sidecar sidecar =
        Sidecar.of(
            settings,
            work,
            new Sidecar.Results(contentHash, Sha256.of(features), Files.size(features)));
    Path finished = made.resolve("sidecar.json");
    Files.writeString(finished, sidecar.text());
    RunFolder.moveInto(folder.coordinates(id), patches);
    RunFolder.moveInto(folder.tissue(id), tissue);
    if (drawn) {
      RunFolder.moveInto(folder.overview(id), overview);
    }
    RunFolder.moveInto(folder.features(id), features);
    RunFolder.moveInto(folder.sidecar(id), finished);
    return sidecar;
  }

  /** Draws the overview, unless the slide cannot be decoded there; that costs the picture only. */
  private static boolean draw(SlideWork work, Path overview) {
    try {
      TileOverview.write(overview, work.reader(), work.plan().tissue(), work.plan().tiles());
      return true;
    } catch (SlideException e) {
      LOG.warn("slide {} gets no overview: {}", work.entry().id(), e.problem());
      return false;
    }
  }

  private TridentGrid grid(SlideWork work) {
    TileSettings tiles = settings.tiles();
    return new TridentGrid(
        work.entry().id(),
        tiles.tileSizePx(),
        tiles.overlapPx(),
        SlideEmbedding.mean(tiles.target()),
        work.reader().mpp(),
        work.reader().width(),
        work.reader().height());
  }

  private TridentEncoder encoder() {
    Backbone backbone = settings.backbone();
    SlideRecipe recipe = settings.recipe();
    Facts more =
        Facts.none()
            .with("recipe_hash", recipe.hash())
            .with("histofm", recipe.values().getOrDefault("histofm", "unknown"));
    return new TridentEncoder(
        backbone.card().id(),
        backbone.card().embeddingDim(),
        backbone.weightsHash(),
        backbone.card().preprocessing().describe(),
        backbone.facts().asMap().getOrDefault("precision", "unknown"),
        backbone.untrained() ? more.with("notice", SlideEmbedding.UNTRAINED) : more);
  }

  /** Corners of the tiles that have a row, [rows, 2]. */
  private static long[] places(SlideWork work) {
    BitSet lost = new BitSet();
    work.spool().lost().forEach(tile -> lost.set(tile.tile()));
    long[] places = new long[2 * Math.toIntExact(work.spool().rows())];
    int to = 0;
    for (int i = lost.nextClearBit(0); i < work.plan().size(); i = lost.nextClearBit(i + 1)) {
      Region at = work.plan().region(i);
      places[to++] = at.x();
      places[to++] = at.y();
    }
    return places;
  }
}
