package org.histofm.eval.dataset;

/**
 * What all tiles of one synthetic patient share: how strongly the section was stained and how much
 * of the tissue is cells.
 *
 * @param haematoxylin factor on the haematoxylin concentration
 * @param eosin factor on the eosin concentration
 * @param cellularity factor on the number of nuclei
 * @param nuclearSize factor on the radius of nuclei
 */
record HePatient(double haematoxylin, double eosin, double cellularity, double nuclearSize) {
  /**
   * @param spread spread of the section's thickness, which strengthens both stains alike; natural
   *     logarithm
   */
  static HePatient draw(double spread, Draws draws) {
    double thickness = draws.factor(spread);
    return new HePatient(
        thickness * draws.factor(0.06),
        thickness * draws.factor(0.08),
        draws.factor(0.08),
        draws.factor(0.03));
  }
}
