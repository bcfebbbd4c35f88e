package org.histofm.tiling;

import org.histofm.slide.Region;

/**
 * One tile of a plan.
 *
 * @param index place in the plan, from 0: row by row
 * @param column column of the grid, from 0
 * @param row row of the grid, from 0
 * @param region what it covers, in level-0 pixels
 */
public record Tile(int index, int column, int row, Region region) {}
