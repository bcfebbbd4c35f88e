/**
 * What runs on large slides need: {@link org.histofm.benchmarks.slides.SyntheticSlide} writes a
 * slide of any size in a small file, {@link org.histofm.benchmarks.slides.RangeServer} serves a
 * folder over HTTP by ranges. {@code scripts/large-slide.sh} uses both.
 */
@NullMarked
package org.histofm.benchmarks.slides;

import org.jspecify.annotations.NullMarked;
