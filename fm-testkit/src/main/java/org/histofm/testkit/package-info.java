/**
 * What plugin authors test against. A plugin's test extends the contract of its plugin point
 * ({@link org.histofm.testkit.BackboneContract}, {@link org.histofm.testkit.AdapterContract},
 * {@link org.histofm.testkit.DatasetContract}, {@link org.histofm.testkit.EvaluatorContract},
 * {@link org.histofm.testkit.SlideReaderContract}) and supplies the provider and a valid request;
 * JUnit runs the inherited tests. {@link org.histofm.testkit.TrainableBackboneContract} is for
 * backbones that can be trained, {@link org.histofm.testkit.SampleReaderContract} for a reader of
 * another kind. {@link org.histofm.testkit.ToyBackbone}, {@link
 * org.histofm.testkit.ToyTrainableBackbone}, {@link org.histofm.testkit.SyntheticCohorts} and
 * {@link org.histofm.testkit.ToySampleReader} stand in for a model, one that can be trained, a data
 * set and its reader; {@link org.histofm.testkit.SlideWriter} writes slides.
 *
 * <p>What a plugin may lack is a capability method of its contract. It answers {@code true} until
 * it is overridden, so a capability that was forgotten fails instead of being skipped.
 */
@NullMarked
package org.histofm.testkit;

import org.jspecify.annotations.NullMarked;
