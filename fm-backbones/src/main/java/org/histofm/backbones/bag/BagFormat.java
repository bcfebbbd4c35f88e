package org.histofm.backbones.bag;

/** The layouts of embedding files that are read. */
public enum BagFormat {
  /** HDF5 with {@code features} and {@code coords}, TRIDENT's attributes on them; ours too. */
  TRIDENT,
  /** HDF5 with {@code features} and {@code coords}, no attributes. */
  CLAM,
  /** One torch tensor [N, D], as CLAM's {@code pt_files} and TRIDENT's {@code pt} hold. */
  TENSOR,
  /** HDF5 with {@code feats} and {@code coords}, STAMP's attributes on the file. */
  STAMP,
  /** HDF5 with {@code feats} that is not STAMP's: HistoBistro's, of unknown unit. */
  HISTOBISTRO,
  /** A torch list of tensors [D], one a tile. */
  EVA
}
