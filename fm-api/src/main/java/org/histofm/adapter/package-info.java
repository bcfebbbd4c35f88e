/** Ways to fit a backbone to a task, and the predictions that come out. */
@NullMarked
package org.histofm.adapter;

import org.jspecify.annotations.NullMarked;
