/**
 * Configurations in timm's terms: {@link org.histofm.backbones.timm.TimmConfig} turns an
 * architecture name and the arguments of timm's {@code VisionTransformer} into a shape and its
 * preprocessing. The names and defaults are data, written by {@code
 * scripts/fixtures/timm_architectures.py}.
 */
@NullMarked
package org.histofm.backbones.timm;

import org.jspecify.annotations.NullMarked;
