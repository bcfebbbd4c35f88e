/**
 * What several adapters share, no API: labels of samples, the score by which settings are chosen,
 * and which backbone an adapter belongs to.
 */
@NullMarked
package org.histofm.adapters.internal;

import org.jspecify.annotations.NullMarked;
