"""One step of full fine-tuning with PyTorch: forward, backward, Adam on all parameters.

Twin of the row full-vit-s16.
"""

import argparse

import torchvision_on_cpu  # noqa: F401, before timm
import worker

import timm
import torch

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--model", required=True, help="timm's name of the architecture")
options.add_argument("--autocast", action="store_true", help="bfloat16 autocast")
options.add_argument("--batch", type=int, default=16)
options.add_argument("--threads", type=int, required=True)
args = options.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(0)
model = timm.create_model(args.model, num_classes=2)
model.train()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-5)
images = torch.randn(args.batch, 3, 224, 224)
labels = torch.arange(args.batch) % 2


def step():
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.autocast):
        logits = model(images)
    loss = torch.nn.functional.cross_entropy(logits.float(), labels)
    loss.backward()
    optimizer.step()
    loss.item()


worker.serve(step, "bfloat16 autocast" if args.autocast else "float32")
