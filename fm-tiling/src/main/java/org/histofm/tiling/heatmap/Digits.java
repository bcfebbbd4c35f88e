package org.histofm.tiling.heatmap;

/**
 * Numbers in dots, 5 x 7 a character: pictures are the same everywhere, and machines without fonts
 * draw them too.
 */
final class Digits {
  static final int HEIGHT = 7;
  private static final int WIDTH = 5;
  private static final String KNOWN = "0123456789.-E";

  /** Seven rows a character, five bits a row, the leftmost the highest. */
  private static final int[][] DOTS = {
    {14, 17, 19, 21, 25, 17, 14},
    {4, 12, 4, 4, 4, 4, 14},
    {14, 17, 1, 2, 4, 8, 31},
    {31, 2, 4, 2, 1, 17, 14},
    {2, 6, 10, 18, 31, 2, 2},
    {31, 16, 30, 1, 1, 17, 14},
    {6, 8, 16, 30, 17, 17, 14},
    {31, 1, 2, 4, 8, 8, 8},
    {14, 17, 17, 14, 17, 17, 14},
    {14, 17, 17, 15, 1, 2, 12},
    {0, 0, 0, 0, 0, 12, 12},
    {0, 0, 0, 14, 0, 0, 0},
    {31, 16, 16, 30, 16, 16, 31}
  };

  private Digits() {}

  static int width(String number, int scale) {
    return number.length() * (WIDTH + 1) * scale - scale;
  }

  /** Draws a number in black with its upper left corner at (x, y) of an RGB picture. */
  static void draw(byte[] rgb, int pictureWidth, String number, int x, int y, int scale) {
    for (int i = 0; i < number.length(); i++) {
      int known = KNOWN.indexOf(number.charAt(i));
      for (int row = 0; known >= 0 && row < HEIGHT * scale; row++) {
        for (int column = 0; column < WIDTH * scale; column++) {
          int px = x + i * (WIDTH + 1) * scale + column;
          boolean dot = (DOTS[known][row / scale] >> (WIDTH - 1 - column / scale) & 1) == 1;
          if (dot && px >= 0 && px < pictureWidth) {
            int at = ((y + row) * pictureWidth + px) * 3;
            rgb[at] = 0;
            rgb[at + 1] = 0;
            rgb[at + 2] = 0;
          }
        }
      }
    }
  }
}
