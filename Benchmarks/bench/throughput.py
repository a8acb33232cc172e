"""How many trials a second a sweep's registry takes, beside Optuna's, and what a second worker gives."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import report
from .peers import SCRIPTS, Peers

TRIALS, ROUNDS = 1000, 3
# A trial of half a second, so that starting a process counts for little.
RING = """sweep: ring
base: {preset: ring, set: {steps_per_epoch: 300, samples: {every: 0}}}
epochs: 2
minimize: last(g_loss)
params: {generator.optimizer.lr: {log: [1e-4, 1e-2]}}
sampler: {kind: tpe, startup: 10}
points: 24
"""


def ours(program: Path, processes: int, folder: Path) -> float:
    """Trials a second of processes that work on one registry; the sum of their own."""
    database = folder / f"ours-{processes}-{time.monotonic_ns()}.db"
    began = [
        subprocess.Popen(
            [str(program), "throughput", str(TRIALS), str(database)], stdout=subprocess.PIPE,
            text=True)
        for _ in range(processes)]
    found = [json.loads(one.communicate()[0]) for one in began]
    return sum(one["trials"] for one in found) / max(one["seconds"] for one in found)


def optuna(python: str, processes: int, folder: Path) -> float:
    """Trials a second of Optuna's processes on one SQLite file."""
    database = folder / f"optuna-{processes}-{time.monotonic_ns()}.db"
    done = subprocess.run(
        [python, str(SCRIPTS / "optuna_trials.py"), str(TRIALS), str(processes), str(database)],
        check=True, capture_output=True, text=True)
    return TRIALS / float(done.stdout)


def ring(program: Path, workers: int, folder: Path) -> float:
    """Seconds of a sweep of the ring, the whole call."""
    database = folder / f"ring-{workers}-{time.monotonic_ns()}.db"
    file = folder / "ring.yaml"
    file.write_text(RING)
    began = time.perf_counter()
    subprocess.run(
        [str(program), "sweep", "run", str(file), "-j", str(workers), "--db", str(database), "-q"],
        check=True, capture_output=True)
    return time.perf_counter() - began


def measure(
    program: Path, gan_runs: Path, peers: Peers, say: Callable[[str], None]
) -> tuple[list[str], str]:
    """Facts, and the table."""
    facts, rows = [], []
    peers.install(["optuna"], say)
    with tempfile.TemporaryDirectory(prefix="gan-runs-sweeps-") as name:
        folder = Path(name)
        for processes in (1, 2):
            mine, theirs = [], []
            for _ in range(ROUNDS):
                mine.append(ours(program, processes, folder))
                if not peers.missing:
                    theirs.append(optuna(peers.python, processes, folder))
            rate = statistics.median(mine)
            peer = statistics.median(theirs) if theirs else None
            rows.append([
                f"{TRIALS:,} trials, {processes} process{'es' if processes > 1 else ''}",
                f"{rate:,.0f}", f"≥ 500: {report.yes(rate >= 500)}",
                f"{peer:,.0f}" if peer else "–", f"{rate / peer:.0f}" if peer else "–"])
        alone, pair = [], []
        for _ in range(ROUNDS):
            alone.append(ring(gan_runs, 1, folder))
            pair.append(ring(gan_runs, 2, folder))
        gain = statistics.median(alone) / statistics.median(pair)
        facts.append(
            f"A sweep of the ring (24 points, TPE): {statistics.median(alone):.1f} s with one worker, "
            f"{statistics.median(pair):.1f} s with two: {gain:.2f} times the work "
            f"(≥ 1.8: {report.yes(gain >= 1.8)})")
    if peers.missing:
        facts.append(f"Optuna was not measured: {peers.missing['optuna']}")
    else:
        facts.append(f"Optuna {peers.versions['optuna']}")
    return facts, report.table(
        ["trials a second that are decided, claimed and recorded", "gan-runs", "to reach", "Optuna",
         "times Optuna"], rows)
