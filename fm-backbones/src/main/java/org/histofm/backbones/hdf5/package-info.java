/**
 * HDF5 files out: {@link org.histofm.backbones.hdf5.Hdf5Output} takes datasets whose numbers come
 * from spooled files, {@link org.histofm.backbones.hdf5.Hdf5Attributes} on them and on the file,
 * and writes the file in one pass. Reading is jHDF's work, in package {@code bag}.
 */
@NullMarked
package org.histofm.backbones.hdf5;

import org.jspecify.annotations.NullMarked;
