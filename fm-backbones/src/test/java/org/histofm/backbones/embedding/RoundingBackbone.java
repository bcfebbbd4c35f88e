package org.histofm.backbones.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Preprocessing;
import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;

/**
 * A backbone whose rows depend on their neighbours in the last bit, as an engine's may: the
 * strictest case for a store. It counts what it embeds.
 */
class RoundingBackbone implements Backbone {
  static final int SIDE = 8;
  static final int DIM = 5;

  private final String weights;
  private final Facts facts;
  private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

  RoundingBackbone() {
    this("weights-1", Facts.none().with("precision", "fp32"));
  }

  RoundingBackbone(String weights, Facts facts) {
    this.weights = weights;
    this.facts = facts;
  }

  /** Sizes of the batches so far. */
  List<Integer> batches() {
    return List.copyOf(batches);
  }

  int embedded() {
    return batches().stream().mapToInt(n -> n).sum();
  }

  @Override
  public EmbeddingMatrix embed(PixelBatch batch) {
    batches.add(batch.count());
    int size = 3 * SIDE * SIDE;
    int neighbours = Arrays.hashCode(batch.bytes());
    float[] values = new float[batch.count() * DIM];
    for (int i = 0; i < values.length; i++) {
      byte[] image = Arrays.copyOfRange(batch.bytes(), i / DIM * size, (i / DIM + 1) * size);
      float exact = 1 + Arrays.hashCode(image) / (float) (i % DIM + 1);
      values[i] = Float.intBitsToFloat(Float.floatToIntBits(exact) ^ (neighbours >> i & 1));
    }
    return EmbeddingMatrix.wrap(batch.count(), DIM, values);
  }

  @Override
  public BackboneCard card() {
    return BackboneCard.of(
        "rounding", DIM, Preprocessing.of(SIDE, List.of(0., 0., 0.), List.of(1., 1., 1.)));
  }

  @Override
  public String weightsHash() {
    return weights;
  }

  @Override
  public boolean untrained() {
    return true;
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public void close() {}
}
