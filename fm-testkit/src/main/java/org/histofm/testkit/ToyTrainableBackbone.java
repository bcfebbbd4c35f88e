package org.histofm.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.histofm.tile.PixelBatch;

/**
 * A small network in plain Java that can be trained, for tests: the embedding h of {@link
 * ToyBackbone}, 24 values, passes two residual blocks h + tanh(W h + b). Takes every tuning whose
 * rank and blocks fit: LoRA adapts W of both blocks, whatever its targets.
 *
 * <p>Computes in double precision and keeps parameters in float32. Safe for concurrent use; rows
 * are exactly independent of their neighbours.
 */
public final class ToyTrainableBackbone implements TrainableBackbone {
  /** Width of all layers. */
  static final int DIM = 24;

  private static final int BLOCKS = 2;

  private static final BackboneCard CARD =
      BackboneCard.of("toy-trainable", DIM, ToyBackbone.toyCard().preprocessing())
          .withPooling("mean and standard deviation over cells, two residual blocks")
          .withLicence("Apache-2.0");

  private final ToyBackbone features;
  private final Seed seed;
  private final List<ToyBlock> blocks;
  private final String weightsHash;

  private ToyTrainableBackbone(Seed seed, List<ToyBlock> blocks) {
    this.features = ToyBackbone.open(seed);
    this.seed = seed;
    this.blocks = List.copyOf(blocks);
    Sha256 hash = new Sha256().add(features.weightsHash());
    this.blocks.forEach(block -> hash.add(ToyFile.bytes(block.weight())));
    this.blocks.forEach(block -> hash.add(ToyFile.bytes(block.bias())));
    this.weightsHash = hash.hex();
  }

  /** The toy whose parameters are drawn from {@code seed}; the caller closes it. */
  public static ToyTrainableBackbone open(Seed seed) {
    List<ToyBlock> blocks = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      SplittableRandom random = seed.derive("toy block " + b).random();
      float[] weight = new float[DIM * DIM];
      for (int i = 0; i < weight.length; i++) {
        weight[i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(DIM));
      }
      blocks.add(new ToyBlock(weight, new float[DIM]));
    }
    return new ToyTrainableBackbone(seed, blocks);
  }

  /** This toy with other blocks. */
  ToyTrainableBackbone with(List<ToyBlock> others) {
    return new ToyTrainableBackbone(seed, others);
  }

  List<ToyBlock> blocks() {
    return blocks;
  }

  @Override
  public boolean supports(Tuning tuning) {
    if (tuning instanceof Tuning.Lora lora) {
      return lora.rank() <= DIM;
    }
    return !(tuning instanceof Tuning.LastBlocks last) || last.blocks() <= BLOCKS;
  }

  @Override
  public TrainingSession session(Tuning tuning, Seed sessionSeed) {
    features.card();
    requireSupported(tuning);
    return new ToySession(this, tuning, sessionSeed);
  }

  private void requireSupported(Tuning tuning) {
    if (!supports(tuning)) {
      throw new InputException(
          "backbone toy-trainable has "
              + BLOCKS
              + " blocks of "
              + DIM
              + " values, which "
              + tuning.describe()
              + " does not fit.",
          "Train no more than that.");
    }
  }

  @Override
  public Backbone adapted(Tuning tuning, Path parameters) {
    features.card();
    requireSupported(tuning);
    ToyParameters read = ToyParameters.of(this, tuning, Seed.of(0));
    ToyFile.readParameters(parameters, weightsHash, tuning, read);
    return with(read.merged());
  }

  /** What the blocks are given, [count, DIM]. */
  EmbeddingMatrix features(PixelBatch batch) {
    return features.embed(batch);
  }

  @Override
  public BackboneCard card() {
    features.card();
    return CARD;
  }

  @Override
  public String weightsHash() {
    features.card();
    return weightsHash;
  }

  @Override
  public boolean untrained() {
    return features.untrained();
  }

  @Override
  public Facts facts() {
    return features.facts();
  }

  @Override
  public EmbeddingMatrix embed(PixelBatch batch) {
    EmbeddingMatrix input = features(batch);
    float[] rows = new float[input.rows() * DIM];
    float[] row = new float[DIM];
    for (int i = 0; i < input.rows(); i++) {
      input.copyRow(i, row, 0);
      double[] h = ToyBlock.widened(row);
      for (ToyBlock block : blocks) {
        h = block.forward(h);
      }
      for (int d = 0; d < DIM; d++) {
        rows[i * DIM + d] = (float) h[d];
      }
    }
    return EmbeddingMatrix.wrap(input.rows(), DIM, rows);
  }

  @Override
  public void close() {
    features.close();
  }
}
