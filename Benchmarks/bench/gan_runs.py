"""gan-runs as a measured program: short runs of a case, read back through its own command line."""

from __future__ import annotations

import csv
import io
import json
import statistics
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from . import process
from .cases import Case
from .measurement import Failure, Measurement, Outcome, Timing

NAME = "gan-runs"
# Enough steps for a first guess at their speed, and few enough for the slowest case.
_PROBE_STEPS = 10


class RunFailed(Exception):
    """A run of gan-runs that did not finish; its text is the reason."""


@dataclass
class GanRuns:
    """The release program, and how many steps make a block of each case."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)
    _steps: dict[tuple[str, int], int] = field(default_factory=dict)

    def measure(
        self, case: Case, threads: int, timing: Timing, round_number: int
    ) -> Outcome:
        """Two processes: one for speed and memory, one of next to no steps for what else they do.

        An epoch is a block, and the first is dropped. `seconds` is the time of the steps alone, but
        the processor time of a process is not: it also makes a start, measures `d_accuracy` and
        writes a checkpoint. The second process does all of that, and is subtracted.
        """
        epochs = timing.blocks + 1
        try:
            if (case.name, threads) not in self._steps:
                probe = self._train(case, threads, timing, epochs=2, steps=_PROBE_STEPS)
                self._steps[case.name, threads] = max(
                    4, round(timing.block_seconds * probe.steps_per_second))
            steps = self._steps[case.name, threads]
            timed = self._train(case, threads, timing, epochs, steps)
            # The point of a step that ends no epoch is written as soon as the step is done.
            bare = self._train(case, threads, timing, epochs, steps=2, log_every=1)
        except RunFailed as failure:
            return Failure(case.name, threads, round_number, NAME, str(failure))
        cpu_seconds = timed.cpu_seconds - bare.cpu_seconds
        return Measurement(
            case.name, threads, round_number, NAME,
            steps_per_second=timed.steps_per_second,
            cpu_ms_per_step=1000 * cpu_seconds / (epochs * (steps - 2)),
            peak_mb=timed.peak_mb,
            first_step_seconds=bare.first_step_seconds)

    def _train(
        self, case: Case, threads: int, timing: Timing, epochs: int, steps: int, log_every: int = 0
    ) -> _Run:
        with tempfile.TemporaryDirectory(prefix="gan-runs-bench-") as scratch:
            database = ["--db", str(Path(scratch) / "bench.db")]
            ended = process.run(
                [str(self.path), "train", *database, "--quiet", "--json",
                 "--config", str(case.configuration), "--threads", str(threads),
                 "--epochs", str(epochs), "--set", f"steps_per_epoch={steps}",
                 "--set", f"log_every={log_every}"],
                timing.limit_seconds)
            if ended.status != 0:
                folder = str(case.configuration.parent) + "/"
                raise RunFailed(ended.reason().removeprefix("gan-runs: ").replace(folder, ""))
            points = process.run([str(self.path), "export", *database], timing.limit_seconds)
            if not self.environment:
                shown = process.run([str(self.path), "show", "latest", "--json", *database], 60)
                self.environment = json.loads(shown.output)["environment"]
        return _Run(ended, list(csv.DictReader(io.StringIO(points.output))), steps)


@dataclass(frozen=True)
class _Run:
    """One run: its process, and its metric points as `export` writes them."""

    ended: process.Ended
    points: list[dict[str, str]]
    steps: int

    @property
    def steps_per_second(self) -> float:
        """The median over epochs, without the first."""
        return statistics.median(
            self.steps / float(point["value"]) for point in self.points
            if point["metric"] == "seconds" and int(point["epoch"]) > 1)

    @property
    def cpu_seconds(self) -> float:
        return self.ended.cpu_seconds

    @property
    def peak_mb(self) -> float:
        return self.ended.peak_bytes / 1e6

    @property
    def first_step_seconds(self) -> float:
        """From the start of the process to the end of step 1; times are kept to the millisecond."""
        written = next(
            point["time"] for point in self.points
            if point["metric"] == "step_d_loss" and int(point["step"]) == 1)
        return datetime.fromisoformat(written).timestamp() - self.ended.started_at
