"""Embeds the tiles of a slide with openslide-python, a DataLoader and timm. Twin of embed-slide."""

import argparse

import torchvision_on_cpu  # noqa: F401, before timm
import worker
from slide_tiles import Tiles

import numpy
import openslide
import timm
import torch

options = argparse.ArgumentParser(description=__doc__)
Tiles.arguments(options)
options.add_argument("--model", required=True, help="timm's name of the architecture")
options.add_argument("--batch", type=int, default=16)
options.add_argument("--workers", type=int, default=2, help="processes that read")
options.add_argument("--threads", type=int, required=True)
args = options.parse_args()
tiles = Tiles(args)

torch.set_num_threads(args.threads)
torch.manual_seed(0)
model = timm.create_model(args.model, num_classes=0).eval()
mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255


class SlideTiles(torch.utils.data.Dataset):
    slide = None

    def __len__(self):
        return len(tiles.corners)

    def __getitem__(self, index):
        if self.slide is None:  # one handle in each process
            self.slide = openslide.OpenSlide(args.slide)
        return torch.from_numpy(numpy.array(tiles.read(self.slide, tiles.corners[index])))


def step():
    loader = torch.utils.data.DataLoader(SlideTiles(), args.batch, num_workers=args.workers)
    rows = []
    with torch.inference_mode():
        for batch in loader:
            rows.append(model((batch.permute(0, 3, 1, 2).float() - mean) / deviation))
    return torch.cat(rows)


worker.serve(step, f"float32, {args.workers} reading processes")
