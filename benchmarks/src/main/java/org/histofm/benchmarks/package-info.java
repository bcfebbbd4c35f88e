/** JMH benchmarks. Each one names what is timed, what is not, and what it stands beside. */
@NullMarked
package org.histofm.benchmarks;

import org.jspecify.annotations.NullMarked;
