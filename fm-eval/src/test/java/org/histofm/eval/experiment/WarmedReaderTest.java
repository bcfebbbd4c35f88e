package org.histofm.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.testkit.SampleReaderContract;
import org.histofm.testkit.SyntheticCohorts;
import org.histofm.testkit.ToyBackbone;
import org.histofm.testkit.ToySampleReader;
import org.histofm.tile.Augmentation;
import org.junit.jupiter.api.Test;

class WarmedReaderTest extends SampleReaderContract {
  /** Under ids that no sample of the contract has. */
  private static final List<Sample> ALL =
      SyntheticCohorts.twoClasses(Seed.of(51), 2, 4).samples().stream()
          .map(s -> Sample.of("known " + s.id(), s.group(), s.source(), s.target()))
          .toList();

  @Override
  protected SampleReader reader(Backbone backbone) {
    return new WarmedReader(new ToySampleReader(backbone), ALL);
  }

  @Test
  void batches_ofASampleKnownById_readTheOriginal() {
    Source elsewhere = new Source.ImageFile(Path.of("no such file"));
    Sample sameId = Sample.of(ALL.get(3).id(), "g", elsewhere, new Target.None());
    try (Backbone backbone = ToyBackbone.open(Seed.of(1));
        PixelStream batches =
            reader(backbone).batches(List.of(sameId), 1, Augmentation.none(), Seed.of(1))) {
      assertThat(batches.next().orElseThrow().bytes())
          .isEqualTo(new ToySampleReader(backbone).pixels(List.of(ALL.get(3))).bytes());
    }
  }
}
