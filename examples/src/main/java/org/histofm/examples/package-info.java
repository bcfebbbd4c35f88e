/**
 * The commands behind {@code ./fm}, each an ordinary main that composes the modules and is short
 * enough to be read as documentation. {@link org.histofm.examples.Quickstart} is where to begin.
 */
@NullMarked
package org.histofm.examples;

import org.jspecify.annotations.NullMarked;
