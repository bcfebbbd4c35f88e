"""Embeds a batch with timm. Twin of the rows embed-*."""

import argparse

import torchvision_on_cpu  # noqa: F401, before timm
import worker

import timm
import torch

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--model", required=True, help="timm's name of the architecture")
options.add_argument("--precision", choices=("float32", "bfloat16"), required=True)
options.add_argument("--compile", action="store_true", help="torch.compile, with freezing")
options.add_argument("--batch", type=int, default=16)
options.add_argument("--threads", type=int, required=True)
args = options.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(0)
precision = getattr(torch, args.precision)
model = timm.create_model(args.model, num_classes=0).eval().to(precision)
images = torch.randn(args.batch, 3, 224, 224).to(precision)
if args.compile:
    import torch._inductor.config

    torch._inductor.config.freezing = True
    model = torch.compile(model)


def step():
    model(images)


with torch.inference_mode():
    if args.compile:
        try:
            step()  # compiles; needs a C++ compiler
        except Exception as e:
            reason = str(e).split("Set TORCHDYNAMO_VERBOSE")[0]
            worker.cannot(f"torch.compile does not work here: {reason}")
    worker.serve(step, args.precision + (", compiled" if args.compile else ""))
