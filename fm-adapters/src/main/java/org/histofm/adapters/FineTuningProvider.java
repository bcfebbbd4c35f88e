package org.histofm.adapters;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.histofm.ApiVersion;
import org.histofm.adapter.Adapter;
import org.histofm.adapter.AdapterProvider;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapters.finetune.FineTuning;
import org.histofm.backbone.Backbone;
import org.histofm.plugin.Options;

/**
 * The adapters {@code lora}, {@code last-blocks} and {@code full}; their settings are those of
 * {@link FineTuning}.
 */
public final class FineTuningProvider implements AdapterProvider {
  /** Does nothing; called by the plugin loader. */
  public FineTuningProvider() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return FineTuning.ids();
  }

  @Override
  public String summary(String id) {
    return switch (id) {
      case "lora" -> "low-rank adapters of the backbone's linear layers, with a linear head";
      case "last-blocks" -> "fine-tuning of the backbone's last blocks, with a linear head";
      case "full" -> "fine-tuning of the whole backbone, with a linear head";
      default -> throw new IllegalArgumentException("there is no adapter '" + id + "' here");
    };
  }

  @Override
  public Set<String> settings(String id) {
    return FineTuning.settings(id);
  }

  @Override
  public Adapter create(String id, Options options) {
    return FineTuning.of(id, options);
  }

  @Override
  public FittedAdapter load(String id, Path folder, Backbone backbone) {
    return FineTuning.load(id, folder, backbone);
  }
}
