package org.histofm.backbones.program;

import java.util.List;
import org.histofm.backbones.program.TrainedParameters.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * The patch embedding in training: see {@link PatchEmbed}, whose folded weight and bias are made
 * anew whenever the parameters change, and whose gradients are unfolded.
 */
final class TrainingPatchEmbed implements TrainingLayer {
  private final VitShape shape;
  private final Dialect dialect;
  private final PatchEmbed patchEmbed;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  TrainingPatchEmbed(Training training, VitShape shape, PatchEmbed patchEmbed) {
    this.shape = shape;
    this.patchEmbed = patchEmbed;
    dialect = training.dialect();
    List<ParameterSpec> parameters = patchEmbed.parameters();
    weight = training.trained().add(parameters.get(0), VitTraining.EMBED);
    bias =
        parameters.size() > 1 ? training.trained().add(parameters.get(1), VitTraining.EMBED) : null;
  }

  @Override
  public String name() {
    return patchEmbed.name();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return patchEmbed.parameters();
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void setup(ProgramWriter out) {
    TrainedParameters.setup(out, weight);
    if (bias != null) {
      TrainedParameters.setup(out, bias);
    }
    patchEmbed.setupInput(out);
    out.field("patch_w");
    out.field("patch_b");
  }

  @Override
  public void refresh(ProgramWriter out) {
    patchEmbed.fold(out, "self." + weight.field(), bias == null ? "" : "self." + bias.field());
    out.line("self.patch_w = torch.to(torch.flatten(w, 1), %d)", dialect.format());
    out.line("self.patch_b = torch.to(b, %d)", dialect.biasFormat());
  }

  @Override
  public void forward(ProgramWriter out, Saved saved) {
    saved.keep(out, "patches", "x");
    out.line("x = self.linear(x, self.patch_w, self.patch_b)");
  }

  @Override
  public void backward(ProgramWriter out, Saved saved, boolean input) {
    int size = shape.patchSize();
    saved.take(out, "patches", "h");
    // folded: w' = w / gain, b' = b - sum(w' · shift)
    out.line("db = self.rows_sum(d)");
    out.line("dw = self.outer(%s, h)", dialect.narrow("torch.contiguous(d)"));
    out.line("dw = torch.reshape(dw, [%d, %d, %d, 3])", shape.dim(), size, size);
    out.line("db_ = torch.reshape(db, [%d, 1, 1, 1])", shape.dim());
    out.line("dw = torch.sub(dw, torch.mul(db_, torch.flatten(self.patch_shift)))");
    out.line("dw = torch.div(dw, torch.flatten(self.patch_gain))");
    TrainedParameters.accumulate(out, weight, "torch.contiguous(torch.permute(dw, [0, 3, 1, 2]))");
    if (bias != null) {
      TrainedParameters.accumulate(out, bias, "db");
    }
  }
}
