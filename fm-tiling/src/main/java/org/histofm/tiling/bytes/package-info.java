/**
 * Where the bytes of a slide come from: {@link org.histofm.tiling.bytes.ByteSource} reads any part
 * of a file or of an object far away.
 */
@NullMarked
package org.histofm.tiling.bytes;

import org.jspecify.annotations.NullMarked;
