/**
 * Pretrained encoders: what they are ({@link org.histofm.backbone.BackboneCard}), how they are
 * opened and what they return.
 */
@NullMarked
package org.histofm.backbone;

import org.jspecify.annotations.NullMarked;
