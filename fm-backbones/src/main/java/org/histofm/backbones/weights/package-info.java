/**
 * Parameters from files: {@link org.histofm.backbones.weights.SafetensorsFile} reads and validates
 * one file, {@link org.histofm.backbones.weights.TimmWeights} holds it against what a Vision
 * Transformer needs and hands its tensors to the program. {@link
 * org.histofm.backbones.weights.TorchFile} reads what {@code torch.save} wrote, without running it.
 */
@NullMarked
package org.histofm.backbones.weights;

import org.jspecify.annotations.NullMarked;
