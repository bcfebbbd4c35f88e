package org.histofm.eval.experiment;

/**
 * A sample that was left out since its image cannot be decoded.
 *
 * @param id of the sample
 * @param file where its image should be
 * @param reason one sentence: what is wrong
 * @param remedy one sentence: what to do
 */
public record Quarantined(String id, String file, String reason, String remedy) {}
