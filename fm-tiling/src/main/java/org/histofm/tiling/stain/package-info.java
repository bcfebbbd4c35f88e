/**
 * Stain of haematoxylin and eosin: {@link org.histofm.tiling.stain.StainNormaliser} makes tiles
 * look like a target's, whose look is a {@link org.histofm.tiling.stain.Stains} or {@link
 * org.histofm.tiling.stain.LabStatistics}; {@link org.histofm.tiling.stain.HedJitter} varies stain
 * at random; {@link org.histofm.tiling.stain.Hed} separates it.
 */
@NullMarked
package org.histofm.tiling.stain;

import org.jspecify.annotations.NullMarked;
