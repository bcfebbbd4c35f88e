/**
 * Fine-tuning: the backbone is trained together with a linear softmax head, by LoRA, in its last
 * blocks or in full.
 *
 * <p>The path: {@link org.histofm.adapters.finetune.FineTuning} opens a {@link
 * org.histofm.backbone.TrainingSession} and lets {@code TrainingLoop} run over epochs. A step takes
 * a batch from the sample reader forward, {@code SoftmaxLoss} gives the loss and its gradients,
 * which go backward and are clipped, and session and {@code HeadOptimiser} step. At the end of an
 * epoch {@code Validation} scores a snapshot, and {@code Checkpoint} writes all that a later
 * process needs to go on, or to take the best epoch. That is opened from its files as {@code
 * FittedFineTuning}, and kept by {@code FineTuningFile}.
 */
@NullMarked
package org.histofm.adapters.finetune;

import org.jspecify.annotations.NullMarked;
