package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.histofm.Seed;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.Tuning;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.program.VitShape;
import org.histofm.testkit.TrainableBackboneContract;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.Test;

class VitTrainableContractTest extends TrainableBackboneContract {
  private static final VitShape SHAPE = VitShapes.with(shape -> shape.layerScale = true);

  @Override
  protected TrainableBackbone open(Seed weights) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return VitBackbone.open(
        BackboneCard.of("test", SHAPE.dim(), Preprocessing.of(32, half, half)),
        SHAPE,
        () -> new TestParameters(SHAPE, weights.value()),
        BackboneRequest.of("test", Weights.random(weights)).withPrecision(Precision.FP32),
        EngineSettings.defaults());
  }

  /** SGD moves by rate times scale times gradient; halving is exact in floating point. */
  @Test
  void step_gradientScale_multipliesTheGradient() {
    byte[] pixels = new byte[2 * 3 * 32 * 32];
    Seed.of(4).random().nextBytes(pixels);
    PixelBatch images = PixelBatch.ofBytes(2, 32, 32, pixels);
    Tuning sgd = new Tuning.Full(Optimiser.sgd());
    List<float[]> moved = new ArrayList<>();
    for (StepSpec spec :
        List.of(StepSpec.of(0.5), StepSpec.of(1).withGradientScale(0.5), StepSpec.of(1))) {
      try (TrainableBackbone backbone = open(Seed.of(1));
          VitSession session = (VitSession) backbone.session(sgd, Seed.of(2))) {
        try (TrainingPass pass = session.forward(images)) {
          pass.backward(pass.embedding());
        }
        session.step(spec);
        moved.add(session.value("blocks.1.mlp.fc1.weight"));
      }
    }
    assertThat(moved.get(1)).isEqualTo(moved.get(0)).isNotEqualTo(moved.get(2));
  }
}
