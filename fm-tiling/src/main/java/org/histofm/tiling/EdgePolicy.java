package org.histofm.tiling;

/** What happens to tiles that reach over the right or lower edge of the planned area. */
public enum EdgePolicy {
  /** They are planned; what lies outside the slide is read as white. */
  PAD,
  /** They are left out, so a strip narrower than a tile may stay uncovered. */
  DROP
}
