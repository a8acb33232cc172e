"""Questions to a registry of a thousand runs: whole processes, start-up included, in turn with peers.

Part of `make bench`; writes its tables into docs/benchmarks.md. `--large` asks how the answers' time
grows, up to ten thousand runs of a hundred million points: some ten minutes, and 4 GB of the temporary
folder. `--trackers` asks MLflow and trackio too.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import machine, report, trackers

FOLDER = Path(__file__).parent.parent
ROOT = FOLDER.parent
PEERS = FOLDER / "peers"
PAGE = ROOT / "docs" / "benchmarks.md"
MARKS = ("<!-- queries: begin -->", "<!-- queries: end -->")
GROWTH_MARKS = ("<!-- growth: begin -->", "<!-- growth: end -->")
METRICS, EPOCHS, RUNS = 10, 100, 1000
LOGGED_LINES = 10_000
FILTER = "metrics.metric_0 < 0.5 and params.p0 = 3"
TRACKER_REPETITIONS = 3
POINTS = RUNS * METRICS * EPOCHS


@dataclass
class Question:
    """One call, and what it is measured against: a limit in ms, or a peer's share of time."""

    name: str
    command: list[str]
    peer: list[str] | None = None
    limit_ms: float | None = None
    peer_share: float | None = None
    points_per_second: float | None = None
    points: int = 0
    input: Path | None = None
    on_terminal: bool = False
    repetitions: int = 15
    fresh: Path | None = None
    asks: str | None = None
    ours: list[float] = field(default_factory=list)
    peers: list[float] = field(default_factory=list)
    trackers: dict[str, list[float]] = field(default_factory=dict)

    def ask(self) -> None:
        """Once each, who begins alternating."""
        turns = [(self.command, self.ours)]
        if self.peer:
            turns.append((self.peer, self.peers))
        if len(self.ours) % 2:
            turns.reverse()
        for command, seconds in turns:
            if self.fresh:
                for left in self.fresh.parent.glob(self.fresh.name + "*"):
                    left.unlink()
            seconds.append(timed(command, self.input, self.on_terminal))

    def ask_trackers(self, installed: list[trackers.Tracker]) -> None:
        """Once each, where they can answer it."""
        for tracker in installed if self.asks else []:
            took = timed(tracker.command(self.asks or ""), self.input, False)
            self.trackers.setdefault(tracker.name, []).append(took)

    @property
    def median_ms(self) -> float:
        """Our time, start-up included."""
        return 1000 * statistics.median(self.ours)

    def row(self, others: list[str]) -> list[str]:
        """A line of the table, with a column for each of the trackers."""
        ours, unit = statistics.median(self.ours), "ms"
        theirs = statistics.median(self.peers) if self.peers else None
        share = statistics.median(
            mine / other for mine, other in zip(self.ours, self.peers)) if self.peers else None
        goal = "–"
        if self.limit_ms is not None:
            goal = f"≤ {self.limit_ms:g} ms: {report.yes(1000 * ours <= self.limit_ms)}"
        if self.peer_share is not None:
            goal = f"≤ {self.peer_share:g}×: {report.yes(share is not None and share <= self.peer_share)}"
        speed = f"{self.points / ours / 1e6:.2f} M/s" if self.points else "–"
        if self.points_per_second is not None:
            goal = (f"≥ {self.points_per_second / 1e6:g} M/s: "
                    f"{report.yes(self.points / ours >= self.points_per_second)}")
        return [
            self.name, f"**{1000 * ours:.1f}** {unit}",
            f"{1000 * min(self.ours):.1f} – {1000 * max(self.ours):.1f}",
            f"{1000 * theirs:.0f} {unit}" if theirs else "–",
            f"{share:.2f}" if share else "–",
            *(f"{1000 * statistics.median(self.trackers[name]):,.0f} {unit}"
              if name in self.trackers else "–" for name in others),
            speed, goal]


def timed(command: list[str], source: Path | None, on_terminal: bool) -> float:
    """The seconds of a whole process; its output is thrown away, or read as a terminal would."""
    if source:  # through a pipe, as from a training program
        began = time.perf_counter()
        feeder = subprocess.Popen(["cat", str(source)], stdout=subprocess.PIPE)
        done = subprocess.run(
            command, stdin=feeder.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        took = time.perf_counter() - began
        feeder.wait()
    elif on_terminal:
        ours, theirs = pty.openpty()
        reader = threading.Thread(target=drain, args=[ours])
        reader.start()
        began = time.perf_counter()
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
            env={**os.environ, "COLUMNS": "160", "TERM": "xterm-256color"})
        took = time.perf_counter() - began
        os.close(theirs)
        reader.join()
        os.close(ours)
    else:
        began = time.perf_counter()
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        took = time.perf_counter() - began
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode().strip()}")
    return took


def drain(descriptor: int) -> None:
    """Reads a terminal until nothing holds its other end."""
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        pass


def fill(asked: argparse.Namespace, registry: Path, runs: int, epochs: int) -> None:
    """A registry by the library itself."""
    subprocess.run(
        [str(asked.filler), str(runs), str(METRICS), str(epochs), str(registry)], check=True)


def columns() -> str:
    """Those of a list of everything."""
    return ",".join(
        ["id", "name", "status", *(f"params.p{number}" for number in range(5)),
         *(f"metrics.metric_{number}" for number in range(METRICS))])


def growing(asked: argparse.Namespace, registry: Path, runs: int) -> list[Question]:
    """Those of which one wants to know how they grow."""
    def call(verb: str, *rest: str) -> list[str]:
        return [str(asked.program), verb, "--db", str(registry), *rest]

    names = [f"run{number}" for number in range(10)]
    return [
        Question("`list --limit 20`", call("list", "--limit", "20"), limit_ms=20),
        Question(
            "`list` of 20, sorted by a metric",
            call("list", "--limit", "20", "--sort", "metrics.metric_1")),
        Question(
            "`list` of 20, filtered by a metric and a param",
            call("list", FILTER, "--sort", "metrics.metric_1", "--limit", "20")),
        Question(
            "`list` of all runs, sorted by a metric, with params and last values",
            call("list", "--limit", str(runs), "--sort", "metrics.metric_1", "--columns", columns())),
        Question("`show` of a run", call("show", "run7")),
        Question("`compare` of 10 runs, all metrics", call("compare", *names, "--all")),
        Question("`export` of a run", call("export", "run7")),
    ]


def growth(asked: argparse.Namespace, scratch: Path, thousand: Path) -> str:
    """A table of questions against registries of more runs, then of more points, and what to know of it."""
    began, facts = machine.today(), []
    sizes = [(RUNS, EPOCHS), (10 * RUNS, EPOCHS), (10 * RUNS, 10 * EPOCHS)]
    heads, rows = ["question"], []
    for runs, epochs in sizes:
        registry = thousand
        if (runs, epochs) != (RUNS, EPOCHS):
            registry = scratch / f"{runs}-{epochs}.db"
            fill(asked, registry, runs, epochs)
        points = runs * METRICS * epochs
        heads.append(f"{runs:,} runs, {points / 1e6:,.0f} M points")
        facts.append(
            f"{runs:,} runs with {points:,} points: {registry.stat().st_size / 1e6:,.0f} MB, "
            f"{registry.stat().st_size / points:.1f} bytes a point")
        for place, one in enumerate(growing(asked, registry, runs)):
            one.ask()  # reads the file into the page cache, and is not counted
            one.ours.clear()
            for _ in range(one.repetitions):
                one.ask()
            say(f"{one.name}, {heads[-1]}: {one.median_ms:.1f} ms")
            if place == len(rows):
                rows.append([one.name])
            rows[place].append(f"{one.median_ms:.1f} ms")
            if one.limit_ms and (runs, epochs) == sizes[-1]:
                rows[place][-1] += f" (≤ {one.limit_ms:g}: {report.yes(one.median_ms <= one.limit_ms)})"
        if registry != thousand:
            registry.unlink()
    facts = [f"Begun {began}; ended {machine.today()}", machine.processor(), *facts]
    return "\n".join(f"- {fact}" for fact in facts) + "\n\n" + report.table(heads, rows) + "\n"


def log_lines(file: Path) -> None:
    """What a program that trains would print: ten metrics a step."""
    with file.open("w") as lines:
        lines.write(json.dumps({"run": {"name": "logged", "params": {"lr": 2e-4}}}) + "\n")
        for step in range(1, LOGGED_LINES + 1):
            metrics = {f"metric_{number}": 1 / (step + number) for number in range(METRICS)}
            lines.write(json.dumps({"step": step, "epoch": step // 100 + 1, "metrics": metrics}) + "\n")
        lines.write('{"status":"finished"}\n')


def questions(asked: argparse.Namespace, registry: Path, scratch: Path) -> list[Question]:
    """Those of a thousand runs."""
    program = [str(asked.program), "--db", str(registry)]
    python = sys.executable
    names = [f"run{number}" for number in range(10)]
    lines, logged = scratch / "lines.ndjson", scratch / "logged.db"
    log_lines(lines)
    verb = lambda name, *rest: [program[0], name, *program[1:], *rest]
    return [
        Question(
            "`list` of all runs, sorted by a metric, with params and last values",
            verb("list", "--limit", "1000", "--sort", "metrics.metric_1", "--columns", columns()),
            limit_ms=25, asks="list"),
        Question(
            "`list` filtered by a metric and a param",
            verb("list", FILTER, "--sort", "metrics.metric_1", "--limit", "1000"), limit_ms=12,
            asks="filter"),
        Question(
            "`compare` of 10 runs, all metrics, curves on a terminal", verb("compare", *names, "--all"),
            limit_ms=30, on_terminal=True, asks="compare"),
        Question(
            f"`export` of {POINTS:,} points as CSV", verb("export", "-o", str(scratch / "ours.csv")),
            peer=[python, str(PEERS / "sqlite_csv.py"), str(registry), str(scratch / "peer.csv")],
            peer_share=0.4, points=POINTS, repetitions=5),
        Question(
            f"`log` of {METRICS * LOGGED_LINES:,} points from a pipe",
            [program[0], "log", "--db", str(logged)],
            peer=[python, str(PEERS / "sqlite_log.py"), str(logged)],
            points_per_second=0.5e6, points=METRICS * LOGGED_LINES, input=lines, fresh=logged,
            repetitions=7, asks="log"),
        Question("`--help`", [program[0], "--help"], limit_ms=12),
        Question("`--version`", [program[0], "--version"], limit_ms=12),
    ]


def say(text: str) -> None:
    """Progress, beside the report on standard output."""
    print(text, file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.queries", description=__doc__)
    parser.add_argument("--folder", help="where files are written; the temporary one unless told")
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/gan-runs")
    parser.add_argument("--filler", type=Path, default=ROOT / ".build/release/registry-bench")
    parser.add_argument("--only", help="the questions whose name holds this")
    parser.add_argument("--large", action="store_true", help="ten thousand runs too")
    parser.add_argument("--trackers", action="store_true", help="MLflow and trackio too")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser.parse_args()


def main() -> int:
    """Measures and prints; 1 where nothing could be measured."""
    asked = options()
    began = machine.today()
    facts: list[str] = []
    with tempfile.TemporaryDirectory(prefix="gan-runs-queries-", dir=asked.folder) as folder:
        scratch = Path(folder)
        registry = scratch / "thousand.db"
        fill(asked, registry, RUNS, EPOCHS)
        size = registry.stat().st_size / POINTS
        facts.append(
            f"{size:.1f} bytes a point on disk, everything included (≤ 28: {report.yes(size <= 28)})")
        asking = questions(asked, registry, scratch)
        asking = [one for one in asking if not asked.only or asked.only in one.name]
        installed: list[trackers.Tracker] = []
        if asked.trackers:
            installed, said = trackers.prepare(
                FOLDER / ".venv", scratch, (RUNS, METRICS, EPOCHS), say)
            facts += said
        failed: list[Question] = []
        for one in asking:
            try:
                one.ask()  # finds the file in no cache, and is not counted
                one.ours.clear(), one.peers.clear()
                for _ in range(one.repetitions):
                    one.ask()
                for _ in range(TRACKER_REPETITIONS):
                    one.ask_trackers(installed)
            except (RuntimeError, OSError) as reason:
                facts.append(f"not measured: {one.name}: {reason}")
                failed.append(one)
                continue
            say(f"{one.name}: {' '.join(one.row([t.name for t in installed])[1:])}")
        grown = growth(asked, scratch, registry) if asked.large else ""
    asking = [one for one in asking if one not in failed]
    if not asking:
        return 1
    others = [tracker.name for tracker in installed]
    facts = [f"Begun {began}; ended {machine.today()}", machine.processor(), *facts]
    heads = [
        "question", "median", "min – max", "Python", "share of its time",
        *(trackers.TITLES[name] for name in others), "speed", "to reach"]
    text = "\n".join(f"- {fact}" for fact in facts) + "\n\n" + report.table(
        heads, [one.row(others) for one in asking]) + "\n"
    print(f"{text}\n{grown}", end="")
    if asked.write:
        report.replace(PAGE, MARKS, text)
        if grown:
            report.replace(PAGE, GROWTH_MARKS, grown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
