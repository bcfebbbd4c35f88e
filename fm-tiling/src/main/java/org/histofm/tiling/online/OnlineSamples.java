package org.histofm.tiling.online;

import java.util.Map;
import java.util.Set;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;

/** Tiles as labelled samples. Safe for concurrent use. */
final class OnlineSamples implements SampleStream {
  private final String name;
  private final Task task;
  private final OnlineTiles tiles;

  OnlineSamples(String name, Task task, OnlineTiles tiles) {
    this.name = name;
    this.task = task;
    this.tiles = tiles;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Set<String> groups() {
    return tiles.groups();
  }

  @Override
  public String hash() {
    Sha256 hash = new Sha256().add(task.toString());
    for (Map.Entry<String, String> fact : tiles.recipe().asMap().entrySet()) {
      hash.add(fact.getKey()).add(fact.getValue());
    }
    return hash.hex();
  }

  @Override
  public Facts facts() {
    return tiles
        .recipe()
        .with("slides left out", Integer.toString(tiles.failed().size()))
        .with(tiles.settings().tissue().facts());
  }

  @Override
  public Sample sample(long n) {
    OnlineTile tile = tiles.tile(n);
    String id =
        tile.slide()
            + " "
            + tile.region().x()
            + ","
            + tile.region().y()
            + " "
            + tile.mpp().x()
            + " #"
            + n;
    return Sample.of(
        id, tile.group(), new Source.InMemory(tile.image()), new Target.ClassLabel(tile.label()));
  }
}
