/**
 * The built-in data sets. {@link org.histofm.eval.dataset.ImageFolder}, {@link
 * org.histofm.eval.dataset.TilesCsv} and {@link org.histofm.eval.dataset.AmiBr} list files on disk
 * and check folders and tables against each other before anything is decoded; {@link
 * org.histofm.eval.dataset.SyntheticHe} draws its tiles itself, patient by patient: tissue in stain
 * concentrations ({@code HeTissue}), then light and camera ({@code HeScanner}).
 */
@NullMarked
package org.histofm.eval.dataset;

import org.jspecify.annotations.NullMarked;
