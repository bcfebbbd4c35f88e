package org.histofm.testkit;

import java.util.List;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;

/** Offers {@link ToyBackbone} as {@code toy}: random weights, float32, no further settings. */
public final class ToyBackboneProvider implements BackboneProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ToyBackboneProvider() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("toy");
  }

  @Override
  public String summary(String id) {
    return "colour and edge statistics in plain Java, for tests";
  }

  @Override
  public BackboneCard card(String id) {
    requireToy(id);
    return ToyBackbone.toyCard();
  }

  @Override
  public boolean supports(Weights weights) {
    return weights instanceof Weights.Random;
  }

  @Override
  public Backbone open(BackboneRequest request) {
    requireToy(request.id());
    request.options().allow("backbone toy");
    if (request.precision() == Precision.BF16) {
      throw new InputException(
          "backbone toy computes in float32 only, bfloat16 was asked for.",
          "Leave the precision to 'auto', or ask for 'fp32'.");
    }
    if (request.weights() instanceof Weights.Random random) {
      return ToyBackbone.open(random.seed());
    }
    throw new InputException(
        "backbone toy has no parameters to load, but was given " + request.weights() + ".",
        "Ask for random weights by name.");
  }

  private static void requireToy(String id) {
    if (!id.equals("toy")) {
      throw new IllegalArgumentException("this provider offers 'toy', not '" + id + "'");
    }
  }
}
