package org.histofm.adapters.finetune;

import org.histofm.Seed;

/**
 * In which order samples are learnt from: pass after pass over all of them, each in a random order
 * of its own. Epochs cut this endless row into pieces of equal length, whatever the number of
 * samples, so all samples come equally often, but for one. Immutable.
 *
 * @param seed of the order
 * @param samples how many there are, at least 1
 * @param epochSamples length of an epoch, at least 1
 */
record SampleOrder(Seed seed, int samples, int epochSamples) {
  /** Indices of the samples of an epoch, which counts from 0. */
  int[] epoch(int epoch) {
    int[] order = new int[epochSamples];
    long first = (long) epoch * epochSamples;
    long pass = -1;
    int[] permutation = {};
    for (int i = 0; i < epochSamples; i++) {
      long place = first + i;
      if (place / samples != pass) {
        pass = place / samples;
        permutation = seed.derive("pass " + pass).permutation(samples);
      }
      order[i] = permutation[(int) (place % samples)];
    }
    return order;
  }
}
