"""The tiles of a slide that a row reads, and how OpenSlide reads them."""

import csv

import openslide_here  # noqa: F401, before openslide
import openslide
from PIL import Image


class Tiles:
    """Level-0 regions of one size, from a file with columns x,y,width,height."""

    def __init__(self, args):
        with open(args.tiles, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.corners = [(int(row["x"]), int(row["y"])) for row in rows]
        self.size = args.size
        level0_size = int(rows[0]["width"])
        slide = openslide.OpenSlide(args.slide)
        self.level = slide.get_best_level_for_downsample(level0_size / args.size * 1.01)
        self.read_size = round(level0_size / slide.level_downsamples[self.level])
        slide.close()

    @staticmethod
    def arguments(options):
        options.add_argument("--slide", required=True)
        options.add_argument("--tiles", required=True, help="CSV of level-0 regions")
        options.add_argument("--size", type=int, required=True, help="side of a tile in pixels")

    def read(self, slide, corner):
        """One tile as a Pillow image, with the filter that HistoFM uses."""
        region = slide.read_region(corner, self.level, (self.read_size, self.read_size))
        tile = region.convert("RGB")
        if self.read_size != self.size:
            tile = tile.resize((self.size, self.size), Image.Resampling.BOX)
        return tile
