/**
 * Who is trained on and who is judged: {@link org.histofm.eval.split.Fold} divides a cohort by
 * group into development, test and unseen domains, and {@link org.histofm.eval.split.LabelDraw}
 * takes the labels of one fraction from the development part and divides them into train and
 * validation.
 */
@NullMarked
package org.histofm.eval.split;

import org.jspecify.annotations.NullMarked;
