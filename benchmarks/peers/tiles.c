// The calls of tiles.py without Python: what OpenSlide itself takes.
#include <openslide.h>
#include <stdint.h>
#include <stdlib.h>

// Reads tiles of a level as RGB, one after the other; returns how many were read.
int read_tiles(const char *file, int level, int count, const int64_t *xy, int width, int height) {
  openslide_t *slide = openslide_open(file);
  if (!slide || openslide_get_error(slide)) {
    return -1;
  }
  size_t pixels = (size_t)width * height;
  uint32_t *argb = malloc(pixels * 4);
  uint8_t *rgb = malloc(pixels * 3);
  int done = 0;
  for (; done < count; done++) {
    openslide_read_region(slide, argb, xy[2 * done], xy[2 * done + 1], level, width, height);
    if (openslide_get_error(slide)) {
      break;
    }
    for (size_t i = 0; i < pixels; i++) {
      rgb[3 * i] = argb[i] >> 16;
      rgb[3 * i + 1] = argb[i] >> 8;
      rgb[3 * i + 2] = argb[i];
    }
  }
  free(argb);
  free(rgb);
  openslide_close(slide);
  return done;
}
