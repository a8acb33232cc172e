"""The four cases: what each asks of the machine, which peers it has, what it is to reach."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "cases"
_FUSED = "torch fused,freeze"
_NHWC = "torch channels_last,fused,freeze"
_COMPILED = "torch compile,fused,freeze"


@dataclass(frozen=True)
class Case:
    """One pair of networks and its batch; `cases/NAME.yaml` says them to gan-runs.

    `gigaflops` are those of the products and convolutions of one step, a multiply-add counted as
    two, taps on padding too, with the discriminator frozen in the generator's update. `peers` are
    scripts in `peers/` with a variant, `compiled` one that runs on demand alone. `ratios` are to be
    reached, by threads and peer; `first_step_seconds` and `peak_mb` not to be passed.
    """

    name: str
    gigaflops: float
    peers: list[str]
    compiled: list[str]
    ratios: dict[int, dict[str, float]]
    first_step_seconds: float
    peak_mb: float | None = None

    @property
    def configuration(self) -> Path:
        """What gan-runs reads."""
        return FOLDER / f"{self.name}.yaml"


# Of a dense case: forward through G once and D three times (real, fake, fake again); weight
# gradients of G once, of D twice; data gradients through all of D once, else through all but a
# network's first layer. Of convolutions 64 -> 128 (14x14 to 7x7; 0.822 GF for 64 pictures) dcgan
# has 11 and wgan-gp 15: two on the interpolates, two for what is differentiated twice. Of those
# with one channel (0.026 GF) they have 9 and 13, of the generator's dense layer (0.051 GF) 2 each.
CASES = [
    Case(
        "mlp", gigaflops=1.30, peers=[_FUSED, "jax"], compiled=[_COMPILED],
        ratios={1: {"torch": 1.35, "jax": 1.10}, 2: {"torch": 1.5, "jax": 1.15}},
        first_step_seconds=0.4),
    Case(
        "ring", gigaflops=0.094, peers=[_FUSED, "jax"], compiled=[_COMPILED],
        ratios={1: {"torch": 2.2, "jax": 1.2}, 2: {"torch": 2.8, "jax": 1.8}},
        first_step_seconds=0.1),
    Case(
        "dcgan", gigaflops=9.38, peers=[_FUSED, _NHWC], compiled=[_COMPILED],
        ratios={1: {"torch": 1.3}, 2: {"torch": 1.45}}, first_step_seconds=0.4, peak_mb=160),
    # torch.compile refuses second derivatives: "does not currently support double backward".
    Case(
        "wgan-gp", gigaflops=12.8, peers=[_FUSED, _NHWC], compiled=[],
        ratios={1: {"torch": 1.45}, 2: {"torch": 1.6}}, first_step_seconds=0.4),
]
