/**
 * From samples to embeddings, each computed once, and to batches of augmented tiles for training.
 * {@link org.histofm.backbones.embedding.BackboneSampleReader} hashes what a sample holds and asks
 * its store for what is there; the rest is decoded and preprocessed ahead of the engine, embedded,
 * and stored in chunks that no kill can leave half-written. Batches are made ahead on the same
 * threads and not kept.
 */
@NullMarked
package org.histofm.backbones.embedding;

import org.jspecify.annotations.NullMarked;
