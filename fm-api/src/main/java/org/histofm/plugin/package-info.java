/**
 * Finding plugins: every plugin point extends {@link org.histofm.plugin.Provider} and is looked up
 * through {@link org.histofm.plugin.Providers}.
 */
@NullMarked
package org.histofm.plugin;

import org.jspecify.annotations.NullMarked;
