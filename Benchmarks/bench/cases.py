"""The four cases: what each asks of the machine, which peers it has, what it is to reach."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "cases"
_DENSE = ["fused,freeze"]
_CONVOLUTIONS = ["fused,freeze", "channels_last,fused,freeze"]


@dataclass(frozen=True)
class Case:
    """One pair of networks and its batch; `cases/NAME.yaml` says them to gan-runs.

    `gigaflops` are those of the products and convolutions of one step, a multiply-add counted as two,
    taps on padding too, with the discriminator frozen in the generator's update. `ratios` are to be
    reached, by threads and peer; `first_step_seconds` and `peak_mb` not to be passed.
    """

    name: str
    title: str
    batch: int
    gigaflops: float
    torch_variants: list[str]
    has_jax: bool
    ratios: dict[int, dict[str, float]]
    first_step_seconds: float
    peak_mb: float | None = None

    @property
    def configuration(self) -> Path:
        """What gan-runs reads."""
        return FOLDER / f"{self.name}.yaml"


# Of a dense case: forward G once and D three times (real, fake, fake again); weight gradients of G once,
# of D twice; data gradients through all of D once, else through all but a network's first layer.
# Of convolutions 64 -> 128 (14x14 to 7x7; 0.822 GF for 64 pictures) dcgan has 11 and wgan-gp 15: two on
# the interpolates, two more for what is differentiated twice. Of those with one channel (0.026 GF) they
# have 9 and 13, of the generator's dense layer (0.051 GF) 2 each.
CASES = [
    Case(
        "mlp", "dense networks on 28×28 pictures", 128, 1.30, _DENSE, True,
        {1: {"torch": 1.35, "jax": 1.10}, 2: {"torch": 1.5, "jax": 1.15}}, 0.4),
    Case(
        "ring", "dense networks on points of a ring", 256, 0.094, _DENSE, True,
        {1: {"torch": 2.2, "jax": 1.2}, 2: {"torch": 2.8, "jax": 1.8}}, 0.1),
    Case(
        "dcgan", "DCGAN on 28×28 pictures", 64, 9.38, _CONVOLUTIONS, False,
        {1: {"torch": 1.3}, 2: {"torch": 1.45}}, 0.4, peak_mb=160),
    Case(
        "wgan-gp", "WGAN-GP on 28×28 pictures, one critic step", 64, 12.8, _CONVOLUTIONS, False,
        {1: {"torch": 1.45}, 2: {"torch": 1.6}}, 0.4),
]
