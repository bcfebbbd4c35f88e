package org.histofm.backbone;

/** Number format in which a backbone computes; embeddings come out as float32 either way. */
public enum Precision {
  /** bfloat16 where the processor multiplies it natively, else float32. Recorded in provenance. */
  AUTO,
  /** float32. */
  FP32,
  /** bfloat16, also where it is slow. */
  BF16
}
