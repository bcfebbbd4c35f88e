package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.histofm.backbones.program.VitShape;
import org.histofm.tile.PixelBatch;

/** An embedding belongs to its image, whatever else is in the batch. */
class VitBackboneProperties {
  private static final VitShape SHAPE = VitShapes.with(s -> s.registers = 2);
  private static final int IMAGES = 40;
  private static final int SIZE = 3 * 32 * 32;
  private static final byte[] PIXELS = new byte[IMAGES * SIZE];

  static {
    Seed.of(4).random().nextBytes(PIXELS);
  }

  @Property(tries = 15)
  void embedding_anyBatch_isThatOfTheWholeSet(
      @ForAll @IntRange(min = 1, max = IMAGES) int count, @ForAll long seed) {
    int[] order = Seed.of(seed).permutation(IMAGES);
    byte[] chosen = new byte[count * SIZE];
    for (int i = 0; i < count; i++) {
      System.arraycopy(PIXELS, order[i] * SIZE, chosen, i * SIZE, SIZE);
    }
    PixelBatch batch = PixelBatch.ofBytes(count, 32, 32, chosen);
    check(Precision.FP32, count, order, batch, 1e-5f);
    check(Precision.BF16, count, order, batch, 0.05f);
  }

  /** Tolerances are for the last bits: kernels may split a sum by the number of rows. */
  private static void check(
      Precision precision, int count, int[] order, PixelBatch batch, float tolerance) {
    try (VitBackbone backbone =
        VitParityTest.open(SHAPE, new TestParameters(SHAPE, 2), precision, "auto")) {
      EmbeddingMatrix all = backbone.embed(PixelBatch.ofBytes(IMAGES, 32, 32, PIXELS));
      EmbeddingMatrix some = backbone.embed(batch);
      for (int i = 0; i < count; i++) {
        for (int d = 0; d < SHAPE.dim(); d++) {
          assertThat(some.get(i, d)).isCloseTo(all.get(order[i], d), within(tolerance));
        }
      }
    }
  }
}
