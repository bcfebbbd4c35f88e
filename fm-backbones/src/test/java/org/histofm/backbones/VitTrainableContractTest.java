package org.histofm.backbones;

import java.util.List;
import org.histofm.Seed;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.program.VitShape;
import org.histofm.testkit.TrainableBackboneContract;

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
}
