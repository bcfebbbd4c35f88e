/**
 * Backbones: what turns tiles into embeddings. A provider reads a configuration and finds the
 * weights; a {@code VitBackbone} writes the network's program ({@code program}), hands it and the
 * parameters to the engine ({@code engine}), and computes.
 */
@NullMarked
package org.histofm.backbones;

import org.jspecify.annotations.NullMarked;
