package org.histofm.evaluation;

/** The values a metric can take, which decides on what scale its interval is built. */
public enum Range {
  /** 0 to 1, such as accuracy or AUROC: intervals are built on the logit scale and stay inside. */
  UNIT,
  /** Any number: intervals are built on the raw scale. */
  REAL
}
