"""A small GAN in PyTorch whose run gan-runs keeps.

    python Examples/pytorch_gan.py | gan-runs log

The generator learns a ring of eight Gaussians. Every line of standard output is one JSON object; what is meant
for a person goes to standard error. docs/log.md has all kinds of lines.
"""
import argparse
import json
import math
import sys


def say(**line):
    """One line for gan-runs, sent at once: Python holds back what it prints to a pipe."""
    print(json.dumps(line), flush=True)


def train(options):
    """Trains, says what it measures, and returns how the run ended."""
    import torch
    from torch import nn

    def real(count):
        """Points of the ring."""
        angle = torch.randint(8, (count,)) * (2 * math.pi / 8)
        return 2 * torch.stack([angle.cos(), angle.sin()], 1) + 0.02 * torch.randn(count, 2)

    def network(*sizes):
        layers = []
        for before, after in zip(sizes, sizes[1:]):
            layers += [nn.Linear(before, after), nn.LeakyReLU(0.2)]
        return nn.Sequential(*layers[:-1])

    say(tags={"framework": f"torch {torch.__version__}"})
    torch.manual_seed(options.seed)
    generator, discriminator = network(2, 64, 64, 2), network(2, 64, 64, 1)
    g_optimizer, d_optimizer = (
        torch.optim.Adam(part.parameters(), lr=options.lr, betas=(0.5, 0.999)) for part in (generator, discriminator))
    softplus = nn.functional.softplus
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
        if step % options.log_every == 0:
            # A loss that is not finite is a value like any other: json writes it as NaN.
            say(step=step, images=64 * step, metrics={"d_loss": d_loss.item(), "g_loss": g_loss.item()})
            if not math.isfinite(d_loss.item()):
                return {"status": "diverged", "failure": f"d_loss is {d_loss.item()} at step {step}"}
    try:
        from safetensors.torch import save_file
    except ImportError:
        say(message="safetensors is not installed: no checkpoint")
    else:
        weights = {f"generator.{name}": value for name, value in generator.state_dict().items()}
        save_file(weights, "pytorch-ring.safetensors")
        say(checkpoint="pytorch-ring.safetensors", step=options.steps)
    return {"status": "finished"}


parser = argparse.ArgumentParser(description="Train a small GAN on a ring of Gaussians, for gan-runs log.")
parser.add_argument("--steps", type=int, default=2000)
parser.add_argument("--log-every", type=int, default=10)
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()

say(run={"name": "pytorch-ring", "params": vars(options)})
try:
    end = train(options)
except Exception as error:
    # The run says why it ended, here that PyTorch is not installed, say.
    end = {"status": "failed", "failure": f"{type(error).__name__}: {error}"}
    print(f"pytorch_gan.py: {error}", file=sys.stderr)
say(**end)
sys.exit(end["status"] != "finished")
