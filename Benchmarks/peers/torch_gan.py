"""A GAN in PyTorch, timed: usage: torch_gan.py CASE THREADS --variant fused,freeze

Cases: mlp, ring, dcgan, wgan-gp; the shapes are those of ../cases/CASE.yaml. A step draws a batch
and latents, and is one update of the discriminator on real and fake examples, then one of the
generator on the same fakes. Data are random numbers in the shape of the real ones; speed does not
depend on their values.

Variants, any together: `fused` is Adam in one kernel; `freeze` asks for no gradients of the
discriminator's weights while the generator learns; `channels_last` lays pictures out as NHWC;
`compile` hands forward passes and losses to torch.compile, which refuses wgan-gp.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import blocks
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

BATCH = {"mlp": 128, "ring": 256, "dcgan": 64, "wgan-gp": 64}
EXAMPLE = {"mlp": (784,), "ring": (2,), "dcgan": (1, 28, 28), "wgan-gp": (1, 28, 28)}
EXAMPLES = 20_000
PENALTY = 10.0


def dense(sizes: list[int], activation: Callable[[], nn.Module]) -> nn.Sequential:
    """Dense layers with an activation after each but the last."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def leaky() -> nn.Module:
    """The slope that the DCGAN paper has."""
    return nn.LeakyReLU(0.2)


def networks(case: str) -> tuple[nn.Sequential, nn.Sequential, int]:
    """The generator, the discriminator, and the numbers in a latent."""
    if case == "mlp":
        generator = dense([64, 256, 512, 784], nn.ReLU).append(nn.Tanh())
        return generator, dense([784, 512, 256, 1], leaky), 64
    if case == "ring":
        return dense([2, 128, 128, 2], nn.ReLU), dense([2, 128, 128, 1], leaky), 2
    generator = nn.Sequential(
        nn.Linear(64, 128 * 7 * 7), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, kernel_size=4, stride=2, padding=1),
        nn.BatchNorm2d(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, kernel_size=4, stride=2, padding=1), nn.Tanh())
    # A penalty on each example's gradient rules batch statistics out of the critic.
    norm = [nn.BatchNorm2d(128)] if case == "dcgan" else []
    discriminator = nn.Sequential(
        nn.Conv2d(1, 64, kernel_size=4, stride=2, padding=1), leaky(),
        nn.Conv2d(64, 128, kernel_size=4, stride=2, padding=1), *norm, leaky(),
        nn.Flatten(), nn.Linear(128 * 7 * 7, 1))
    return generator, discriminator, 64


class Game:
    """Two networks, their optimisers and data: what a step needs."""

    def __init__(self, case: str, variant: set[str]) -> None:
        self.batch = BATCH[case]
        self.freeze = "freeze" in variant
        self.generator, self.discriminator, self.latent_size = networks(case)
        self.data = torch.rand(EXAMPLES, *EXAMPLE[case]) * 2 - 1
        if "channels_last" in variant:
            layout = torch.channels_last
            self.data = self.data.to(memory_format=layout)
            self.generator.to(memory_format=layout)
            self.discriminator.to(memory_format=layout)
        rate, betas = (1e-4, (0.0, 0.9)) if case == "wgan-gp" else (2e-4, (0.5, 0.999))
        self.d_adam, self.g_adam = (
            torch.optim.Adam(network.parameters(), rate, betas, fused="fused" in variant or None)
            for network in (self.discriminator, self.generator))
        self.d_loss, self.g_loss = (
            (self.critic_loss, self.critic_g_loss) if case == "wgan-gp"
            else (self.logistic_loss, self.logistic_g_loss))
        self.generate: Callable[[Tensor], Tensor] = self.generator
        if "compile" in variant:
            self.d_loss, self.g_loss, self.generate = (
                torch.compile(part) for part in (self.d_loss, self.g_loss, self.generator))

    def logistic_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """Goodfellow's loss of the discriminator."""
        return softplus(-self.discriminator(real)).mean() + softplus(
            self.discriminator(fake)).mean()

    def logistic_g_loss(self, fake: Tensor) -> Tensor:
        """Its non-saturating counterpart."""
        return softplus(-self.discriminator(fake)).mean()

    def critic_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """The Wasserstein critic's, with the penalty on gradients between real and fake."""
        share = torch.rand(self.batch, 1, 1, 1)
        between = (share * real + (1 - share) * fake).requires_grad_()
        (slope,) = torch.autograd.grad(
            self.discriminator(between).sum(), between, create_graph=True)
        penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
        return (self.discriminator(fake).mean() - self.discriminator(real).mean()
                + PENALTY * penalty)

    def critic_g_loss(self, fake: Tensor) -> Tensor:
        """What the generator gains by the critic's opinion."""
        return -self.discriminator(fake).mean()

    def step(self) -> None:
        """One update of each network."""
        real = self.data[torch.randint(EXAMPLES, (self.batch,))]
        fake = self.generate(torch.randn(self.batch, self.latent_size))
        self.d_adam.zero_grad(set_to_none=True)
        self.d_loss(real, fake.detach()).backward()
        self.d_adam.step()
        if self.freeze:
            self.discriminator.requires_grad_(False)
        self.g_adam.zero_grad(set_to_none=True)
        self.g_loss(fake).backward()
        self.g_adam.step()
        if self.freeze:
            self.discriminator.requires_grad_(True)


def main() -> None:
    """Times one case."""
    asked = blocks.options(__doc__ or "", variants=True)
    torch.set_num_threads(asked.threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(0)
    game = Game(asked.case, set(asked.variant.split(",")))
    blocks.time_steps(game.step, lambda: None, asked.blocks, asked.block_seconds)


if __name__ == "__main__":
    main()
