package org.histofm.dataset;

import org.histofm.plugin.Provider;

/** Plugin point: a data set, or a layout in which data sets come. */
public interface DatasetProvider extends Provider {
  /**
   * Lists the samples; reads tables and folders, but no pixels. The same request on the same data
   * gives an equal cohort, in the same order, on every machine.
   *
   * @throws org.histofm.InputException if a table or folder is missing, damaged or contradictory,
   *     or files are missing and that is not allowed
   */
  Cohort open(DatasetRequest request);
}
