"""Loads a ViT from a safetensors file, embeds one image, tells its CPU time and peak memory, and ends.

Twin of the row start-vit-s16, which times the whole process.
"""

import argparse
import time

import torchvision_on_cpu  # noqa: F401, before timm
import worker

import timm
import torch
from safetensors.torch import load_file

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--model", required=True, help="timm's name of the architecture")
options.add_argument("--weights", required=True, help="safetensors file with timm's names")
options.add_argument("--precision", choices=("float32", "bfloat16"), required=True)
options.add_argument("--threads", type=int, required=True)
args = options.parse_args()

torch.set_num_threads(args.threads)
precision = getattr(torch, args.precision)
model = timm.create_model(args.model, num_classes=0)
model.load_state_dict(load_file(args.weights))
model.eval().to(precision)
image = torch.randn(1, 3, 224, 224).to(precision)
with torch.inference_mode():
    model(image)
worker.say(f"end {time.process_time() * 1e3:.3f} {worker.peak_kib()}")
