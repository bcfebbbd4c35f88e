/** Where a number comes from: content hashes and recorded facts. */
@NullMarked
package org.histofm.provenance;

import org.jspecify.annotations.NullMarked;
