"""One LoRA step with PEFT: forward, backward, Adam. Twin of the row lora-vit-s16.

Rank 16, alpha 16, dropout 0.1 on qkv, proj, fc1 and fc2 of every block; a linear head of two classes
is trained with it.
"""

import argparse

import torchvision_on_cpu  # noqa: F401, before timm
import worker

import timm
import torch
from peft import LoraConfig, get_peft_model

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--model", required=True, help="timm's name of the architecture")
options.add_argument("--autocast", action="store_true", help="bfloat16 autocast")
options.add_argument("--batch", type=int, default=16)
options.add_argument("--threads", type=int, required=True)
args = options.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(0)
model = get_peft_model(
    timm.create_model(args.model, num_classes=2),
    LoraConfig(
        r=16,
        lora_alpha=16,
        lora_dropout=0.1,
        target_modules=r".*blocks\.\d+\.(attn\.(qkv|proj)|mlp\.(fc1|fc2))",
        modules_to_save=["head"],
    ),
)
model.train()
optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-4)
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
