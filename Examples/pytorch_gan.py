"""A small GAN in PyTorch whose run gan-runs keeps.

    python Examples/pytorch_gan.py | gan-runs log

The generator learns a ring of eight Gaussians. Every line of standard output is one JSON object; what is meant
for a person goes to standard error. docs/log.md has all kinds of lines.
"""
import argparse
import json
import math
import sys

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=2000)
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()


def say(**line):
    """One line for gan-runs, sent at once: Python holds back what it prints to a pipe."""
    print(json.dumps(line), flush=True)


def real(count):
    """Points of the ring."""
    angle = torch.randint(8, (count,)) * (2 * math.pi / 8)
    return 2 * torch.stack([angle.cos(), angle.sin()], 1) + 0.02 * torch.randn(count, 2)


torch.manual_seed(options.seed)
generator = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
discriminator = nn.Sequential(
    nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
g_optimizer = torch.optim.Adam(generator.parameters(), lr=options.lr, betas=(0.5, 0.999))
d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=options.lr, betas=(0.5, 0.999))
softplus = nn.functional.softplus

say(run={"name": "pytorch-ring", "params": vars(options), "tags": {"framework": f"torch {torch.__version__}"}})
for step in range(1, options.steps + 1):
    fake = generator(torch.randn(64, 2))
    d_loss = (softplus(-discriminator(real(64))) + softplus(discriminator(fake.detach()))).mean()
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = softplus(-discriminator(fake)).mean()
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    if step % 10 == 0:
        # A loss that is not finite is a value like any other: json writes it as NaN.
        say(step=step, images=64 * step, metrics={"d_loss": d_loss.item(), "g_loss": g_loss.item()})
        if not math.isfinite(d_loss.item()):
            say(status="diverged", failure=f"d_loss is {d_loss.item()} at step {step}")
            sys.exit(1)

try:
    from safetensors.torch import save_file

    save_file({f"generator.{name}": value for name, value in generator.state_dict().items()}, "pytorch-ring.safetensors")
    say(checkpoint="pytorch-ring.safetensors", step=options.steps)
except ImportError:
    say(message="safetensors is not installed: no checkpoint")
say(status="finished")
