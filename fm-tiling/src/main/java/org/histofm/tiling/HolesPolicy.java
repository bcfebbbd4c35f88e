package org.histofm.tiling;

/** Whether holes in tissue count as tissue when the share of tissue in a tile is measured. */
public enum HolesPolicy {
  /** Holes are no tissue. */
  OPEN,
  /** Holes count as tissue. */
  FILLED
}
