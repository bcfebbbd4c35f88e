package org.histofm.benchmarks.peers;

/**
 * What one run told.
 *
 * @param millis its wall time
 * @param cpuMillis processor time that its process took, over all threads
 * @param peakKib the most memory its process ever held (VmHWM), 0 where the system does not tell
 */
record Measurement(double millis, double cpuMillis, long peakKib) {}
