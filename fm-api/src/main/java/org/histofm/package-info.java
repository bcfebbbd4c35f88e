/**
 * Foundations: errors, outcomes, seeds, progress. The path through the API follows the data: {@code
 * dataset} (samples and cohorts), {@code slide} and {@code tile} (pixels), {@code backbone}
 * (embeddings), {@code adapter} (fitting and predicting), {@code evaluation} (estimates), and
 * {@code provenance} beside all of them.
 */
@NullMarked
package org.histofm;

import org.jspecify.annotations.NullMarked;
