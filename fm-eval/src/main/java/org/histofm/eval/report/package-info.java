/**
 * The report: {@link org.histofm.eval.report.HtmlReport} turns the results of an experiment into
 * one HTML file that needs nothing from outside, with charts, tables and sample tiles.
 */
@NullMarked
package org.histofm.eval.report;

import org.jspecify.annotations.NullMarked;
