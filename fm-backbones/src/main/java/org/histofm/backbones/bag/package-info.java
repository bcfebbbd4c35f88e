/**
 * Bags: the embeddings of a slide's tiles with their places. {@link
 * org.histofm.backbones.bag.BagFiles} reads them from the files of several tools into a {@link
 * org.histofm.backbones.bag.TileBag}, or opens a {@link org.histofm.backbones.bag.BagFile} to read
 * them in pieces; {@link org.histofm.backbones.bag.EvaFolder} knows eva's manifest; {@link
 * org.histofm.backbones.bag.TridentFile} writes TRIDENT's layout.
 */
@NullMarked
package org.histofm.backbones.bag;

import org.jspecify.annotations.NullMarked;
