package org.histofm.adapter;

import java.nio.file.Path;
import java.util.Set;
import org.histofm.backbone.Backbone;
import org.histofm.plugin.Options;
import org.histofm.plugin.Provider;

/** Plugin point: an adapter. */
public interface AdapterProvider extends Provider {
  /**
   * Names of the settings that {@link #create} knows, for those who list or fill them in; empty,
   * until overridden, if they are not told.
   *
   * @param id one of {@link #ids()}
   */
  default Set<String> settings(String id) {
    return Set.of();
  }

  /**
   * An adapter with these settings.
   *
   * @param id one of {@link #ids()}
   * @throws org.histofm.InputException if a setting is unknown or has an impossible value
   */
  Adapter create(String id, Options options);

  /**
   * Opens what {@link FittedAdapter#save} wrote; the caller closes it. It predicts exactly what the
   * saved one did.
   *
   * @param id one of {@link #ids()}
   * @param folder the folder given to {@code save}
   * @param backbone the backbone it was fitted on; borrowed
   * @throws org.histofm.InputException if the folder is damaged or belongs to another backbone
   */
  FittedAdapter load(String id, Path folder, Backbone backbone);
}
