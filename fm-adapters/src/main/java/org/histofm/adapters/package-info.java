/**
 * Adapters: ways to fit a backbone to a task. The provider here offers the linear probe of {@link
 * org.histofm.adapters.probe}.
 */
@NullMarked
package org.histofm.adapters;

import org.jspecify.annotations.NullMarked;
