package org.histofm.backbones.program;

import java.util.Optional;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Tuning;

/**
 * What the layers of a training program share.
 *
 * @param dialect how they are written
 * @param tuning what is trained
 * @param batch images a call is laid out for
 * @param trained collects the trained parameters
 * @param masks deals out the dropout masks
 */
record Training(Dialect dialect, Tuning tuning, int batch, TrainedParameters trained, Masks masks) {
  Training(Dialect dialect, Tuning tuning, int batch) {
    this(dialect, tuning, batch, new TrainedParameters(), new Masks());
  }

  /** The low-rank adaptation, if the tuning is one; otherwise weights are trained. */
  Optional<Tuning.Lora> lora() {
    return tuning instanceof Tuning.Lora lora ? Optional.of(lora) : Optional.empty();
  }

  /** Whether a layer has an adapter. */
  boolean adapts(Tuning.LoraTarget target) {
    return lora().isPresent() && lora().get().targets().contains(target);
  }

  /** Whether the weights of the layers themselves are trained. */
  boolean weights() {
    return lora().isEmpty();
  }

  /** The same for a layer that is float32 in every dialect. */
  Training inFloat32() {
    return new Training(
        new Dialect(dialect.variant(), Precision.FP32), tuning, batch, trained, masks);
  }
}
