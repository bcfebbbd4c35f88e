/**
 * From predictions to estimates: a value, its interval, and how many samples and groups it stands
 * on.
 */
@NullMarked
package org.histofm.evaluation;

import org.jspecify.annotations.NullMarked;
