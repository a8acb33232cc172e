"""How near samplers come to the minimum of functions with known ones, and how fast a registry takes trials,
beside Optuna 5.0.

Part of `make bench`; `make bench-sweeps` alone. The regret of Optuna's TPE was measured once, with its
defaults, 100 trials and the seeds 0 to 19, and stands here.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from . import machine, ranks, report, throughput
from .peers import Peers

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MARKS = ("<!-- regret: begin -->", "<!-- regret: end -->")
TRIALS, SEEDS, POINTS = 100, 20, 1000
SUGGESTION_MS = 5
OPTUNA = {
    "Branin": [
        .00287, .00323, .00417, .00704, .00723, .00774, .00811, .0175, .0179, .0185, .0192, .0217,
        .0233, .0283, .03, .0304, .0347, .0357, .0595, .0931],
    "Hartmann-6": [
        .0311, .0469, .0689, .0743, .0747, .0773, .0781, .0819, .0869, .0904, .0983, .131, .144,
        .151, .17, .196, .21, .24, .352, .411],
    "gansurr": [
        .000391, .00132, .00204, .0101, .0101, .0101, .0108, .0122, .0129, .0143, .0149, .0153,
        .0227, .0288, .0428, .0543, .0604, .0673, .115, .2],
    "Rosenbrock-4": [
        2.16, 2.67, 2.74, 2.82, 2.97, 3.04, 3.22, 3.22, 3.4, 3.86, 3.87, 3.89, 3.99, 4.35, 4.37,
        4.57, 4.61, 4.78, 5.19, 5.93],
}
# The window says how many points are in flight.
SAMPLERS = {"random": 1, "sobol": 1, "tpe": 1, "tpe, window 4": 4}

Regrets = dict[tuple[str, str], list[dict[str, float]]]


def measure(program: Path) -> Regrets:
    """The regrets of each problem and sampler, seed by seed."""
    done = subprocess.run(
        [str(program), "regret", str(TRIALS), str(SEEDS)], check=True, capture_output=True, text=True)
    found: Regrets = {}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        name = one["sampler"] + (f", window {one['window']}" if one["window"] > 1 else "")
        found.setdefault((one["problem"], name), []).append(one)
    return found


def tables(found: Regrets) -> str:
    """Medians of all samplers, then the tests of TPE."""
    medians, tests = [], []
    for problem, optuna in OPTUNA.items():
        row = [problem]
        for name in SAMPLERS:
            regrets = [one["all"] for one in found[problem, name]]
            low, middle, high = statistics.quantiles(regrets, method="inclusive")
            halves = statistics.median(one["half"] for one in found[problem, name])
            row.append(f"{halves:.2g}; **{middle:.2g}** [{low:.2g}, {high:.2g}]")
        medians.append([*row, f"**{statistics.median(optuna):.2g}**"])
        chance = [one["all"] for one in found[problem, "random"]]
        for name in ["tpe", "tpe, window 4"]:
            regrets = [one["all"] for one in found[problem, name]]
            peer, random = ranks.apart(regrets, optuna), ranks.below(regrets, chance)
            # Optuna was asked for one point at a time, so a window of 1 is what compares.
            is_alike = "–" if name != "tpe" else alike(peer, regrets, optuna)
            tests.append([
                problem, name, f"{peer:.2g}", is_alike, f"{random:.1g}",
                f"< 1e-4: {report.yes(random < 1e-4)}"])
    heads = ["problem", *SAMPLERS, "Optuna 5.0's TPE"]
    return report.table(heads, medians) + "\n\n" + report.table(
        ["problem", "sampler", "p, as Optuna", "to reach", "p, as random", "to reach"],
        tests)


def alike(p: float, ours: list[float], theirs: list[float]) -> str:
    """Whether the two differ by chance alone, and who comes nearer if not."""
    if p > .01:
        return f"> .01: {report.yes(True)}"
    is_less = statistics.median(ours) < statistics.median(theirs)
    return f"> .01: no, ours is {'less' if is_less else '**more**'}"


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="bench.sweeps", description=__doc__)
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/sweep-bench")
    parser.add_argument("--gan-runs", type=Path, default=ROOT / ".build/release/gan-runs")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked = parser.parse_args()
    began = machine.today()
    took = float(subprocess.run(
        [str(asked.program), "suggestion", str(POINTS)], check=True, capture_output=True,
        text=True).stdout)
    found = measure(asked.program)
    timings, rates = throughput.measure(
        asked.program, asked.gan_runs, Peers(ROOT / "Benchmarks" / ".venv"),
        lambda line: print(line, file=sys.stderr))
    facts = [
        f"Begun {began}; ended {machine.today()}", machine.processor(),
        f"A suggestion of TPE after {POINTS:,} points of three parameters: {took:.2f} ms of the processor "
        f"(≤ {SUGGESTION_MS}: {report.yes(took <= SUGGESTION_MS)})", *timings]
    text = "\n".join(f"- {fact}" for fact in facts) + "\n\n" + rates + "\n\n" + tables(found) + "\n"
    print(text, end="")
    if asked.write:
        report.replace(PAGE, MARKS, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
