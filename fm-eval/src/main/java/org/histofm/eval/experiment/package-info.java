/**
 * The experiment: adapter by fraction by seed, trained on one domain and judged on it and on every
 * other.
 *
 * <p>The path: an {@link org.histofm.eval.experiment.ExperimentPlan} says what is compared; {@link
 * org.histofm.eval.experiment.Experiment} refuses what cannot work, probes the images, fits each
 * run into a folder of its own and resumes where an earlier process stopped; {@link
 * org.histofm.eval.experiment.ExperimentResults}, with every arm set against every other, are made
 * from the predictions on disk, so that an unbroken and a resumed experiment read the same.
 */
@NullMarked
package org.histofm.eval.experiment;

import org.jspecify.annotations.NullMarked;
