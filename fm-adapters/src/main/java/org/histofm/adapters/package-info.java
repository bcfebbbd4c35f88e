/**
 * Adapters: ways to fit a backbone to a task. The providers here offer the linear probe of {@link
 * org.histofm.adapters.probe} and the trained backbones of {@link org.histofm.adapters.finetune}.
 */
@NullMarked
package org.histofm.adapters;

import org.jspecify.annotations.NullMarked;
