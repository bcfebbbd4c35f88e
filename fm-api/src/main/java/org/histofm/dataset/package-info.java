/** Named samples with their sources and targets, and the data sets that provide them. */
@NullMarked
package org.histofm.dataset;

import org.jspecify.annotations.NullMarked;
