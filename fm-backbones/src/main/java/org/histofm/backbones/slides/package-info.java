/**
 * From slides to files of embeddings, by runs that always finish. {@link
 * org.histofm.backbones.slides.SlideList} says which slides, {@link
 * org.histofm.backbones.slides.SlideEmbedding} opens each, finds its tissue, plans its tiles, reads
 * them ahead of the backbone, spools the rows and writes the slide's files; what cannot be used
 * stands in the quarantine table and in the {@link
 * org.histofm.backbones.slides.SlideEmbeddingReport}.
 */
@NullMarked
package org.histofm.backbones.slides;

import org.jspecify.annotations.NullMarked;
