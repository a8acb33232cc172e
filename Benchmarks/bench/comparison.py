"""Rounds into ratios: pairs of processes that ran one after the other."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .cases import Case
from .gan_runs import NAME
from .measurement import Measurement


@dataclass(frozen=True)
class Comparison:
    """gan-runs against one program: `ratios` of steps a second, one a round that has both."""

    case: Case
    threads: int
    program: str
    ratios: list[float]

    @property
    def median(self) -> float:
        """What is judged: speed drifts, and ratios of neighbours less than either speed."""
        return statistics.median(self.ratios)

    @property
    def goal(self) -> float | None:
        """The ratio to reach."""
        return self.case.ratios.get(self.threads, {}).get(self.program.split()[0])


def select(
    measurements: Iterable[Measurement], case: Case, threads: int
) -> dict[str, list[Measurement]]:
    """The measurements of one case and thread count by program, as they were first made."""
    found: dict[str, list[Measurement]] = {}
    for measurement in measurements:
        if (measurement.case, measurement.threads) == (case.name, threads):
            found.setdefault(measurement.program, []).append(measurement)
    return found


def compare(measurements: Sequence[Measurement], case: Case, threads: int) -> list[Comparison]:
    """gan-runs against each peer's best variant: the one with the highest median speed."""
    programs = select(measurements, case, threads)
    ours = {one.round: one.steps_per_second for one in programs.pop(NAME, [])}
    best: dict[str, str] = {}
    for program in programs:
        peer = program.split()[0]
        if peer not in best or _speed(programs[program]) > _speed(programs[best[peer]]):
            best[peer] = program
    comparisons = []
    for peer in sorted(best, reverse=True):  # torch, then jax
        ratios = [
            ours[one.round] / one.steps_per_second for one in programs[best[peer]]
            if one.round in ours]
        if ratios:
            comparisons.append(Comparison(case, threads, best[peer], ratios))
    return comparisons


def _speed(measurements: list[Measurement]) -> float:
    return statistics.median(one.steps_per_second for one in measurements)
