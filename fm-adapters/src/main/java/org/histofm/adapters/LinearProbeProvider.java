package org.histofm.adapters;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.histofm.ApiVersion;
import org.histofm.adapter.Adapter;
import org.histofm.adapter.AdapterProvider;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapters.probe.LinearProbe;
import org.histofm.backbone.Backbone;
import org.histofm.plugin.Options;

/** The adapter {@code linear-probe}; its settings are those of {@link LinearProbe}. */
public final class LinearProbeProvider implements AdapterProvider {
  /** Does nothing; called by the plugin loader. */
  public LinearProbeProvider() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("linear-probe");
  }

  @Override
  public String summary(String id) {
    return "logistic regression on frozen embeddings, scikit-learn's objective (L-BFGS)";
  }

  @Override
  public Set<String> settings(String id) {
    return LinearProbe.settings();
  }

  @Override
  public Adapter create(String id, Options options) {
    return LinearProbe.of(options);
  }

  @Override
  public FittedAdapter load(String id, Path folder, Backbone backbone) {
    return LinearProbe.load(folder, backbone);
  }
}
