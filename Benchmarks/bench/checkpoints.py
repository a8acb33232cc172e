"""Checkpoints beside Python's sqlite3: the same bytes saved durably and loaded, in turn.

Part of `make bench`; writes its table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import machine, process, report

FOLDER = Path(__file__).parent.parent
ROOT = FOLDER.parent
PEER = FOLDER / "peers" / "sqlite_checkpoint.py"
# Pages of 64 KiB, pieces of 4 MiB: the fastest of those that were tried for blobs of this size.
PEER_LAYOUT = ["65536", "4"]
MARKS = ("<!-- checkpoints: begin -->", "<!-- checkpoints: end -->")
SIZES = [100, 500]
# A figure without a goal is shown beside the others.
GOALS = {"save": 1.0, "settled": None, "load": 0.8}
NAMES = {"settled": "save, WAL moved"}
STALL_LIMIT = 1.2


@dataclass(frozen=True)
class Round:
    """Both programs once, one after the other: seconds by figure, one a repetition."""

    megabytes: int
    ours: dict[str, list[float]]
    peer: dict[str, list[float]]
    stored_share: float

    def ratio(self, figure: str) -> float:
        """Our speed over the peer's: above 1 where we are faster."""
        return statistics.median(self.peer_seconds(figure)) / statistics.median(
            self.ours[f"{figure}_seconds"])

    def peer_seconds(self, figure: str) -> list[float]:
        """The peer's commit moves the WAL into the file, so that a save of its is settled."""
        return self.peer["save_seconds" if figure == "settled" else f"{figure}_seconds"]

    @property
    def stall(self) -> float:
        """What a save costs the thread that trains, in copies of the state."""
        return statistics.median(
            stall / copy
            for stall, copy in zip(self.ours["stall_seconds"], self.ours["copy_seconds"]))


class NotMeasured(Exception):
    """A program that gave no figures; its text is the reason."""


def say(text: str) -> None:
    """Progress, beside the report on standard output."""
    print(text, file=sys.stderr, flush=True)


def measure(command: list[str], limit_seconds: float) -> dict:
    """What a program printed as its last line; raises `NotMeasured`."""
    ended = process.run(command, limit_seconds)
    if ended.status != 0:
        raise NotMeasured(f"{Path(command[0]).name}: {ended.reason()}")
    return json.loads(ended.output.strip().splitlines()[-1])


def play(asked: argparse.Namespace, megabytes: int, number: int) -> Round:
    """One round; who begins alternates, so that neither always finds the other's dirty pages."""
    found: dict[str, dict] = {}
    programs = ["ours", "peer"] if number % 2 else ["peer", "ours"]
    for program in programs:
        with tempfile.TemporaryDirectory(prefix="gan-runs-bench-", dir=asked.folder) as scratch:
            size = [str(megabytes), str(asked.repetitions), scratch]
            command = (
                [str(asked.program), *size] if program == "ours"
                else [str(asked.python), str(PEER), *size, *PEER_LAYOUT])
            found[program] = measure(command, asked.limit_seconds)
    ours, peer = found["ours"], found["peer"]
    return Round(
        megabytes, {key: value for key, value in ours.items() if key.endswith("_seconds")}, peer,
        ours["stored_bytes"] / (megabytes * 1e6))


def markdown(rounds: list[Round], facts: list[str]) -> str:
    """The table, and what it was measured on."""
    rows = []
    for megabytes in sorted({one.megabytes for one in rounds}):
        ones = [one for one in rounds if one.megabytes == megabytes]
        for figure, goal in GOALS.items():
            ratios = [one.ratio(figure) for one in ones]
            median = statistics.median(ratios)
            rows.append([
                f"{megabytes} MB", NAMES.get(figure, figure), *(
                    f"{megabytes / statistics.median(value for one in ones for value in side(one)):.0f}"
                    for side in (
                        lambda one: one.ours[f"{figure}_seconds"],
                        lambda one: one.peer_seconds(figure))),
                " ".join(f"{ratio:.2f}" for ratio in ratios), f"**{median:.2f}**",
                "–" if goal is None else f"≥ {goal:g}: {report.yes(median >= goal)}"])
        stalls = [one.stall for one in ones]
        median = statistics.median(stalls)
        rows.append([
            f"{megabytes} MB", "stall, in copies", "–", "–",
            " ".join(f"{stall:.2f}" for stall in stalls), f"**{median:.2f}**",
            f"≤ {STALL_LIMIT:g}: {report.yes(median <= STALL_LIMIT)}"])
    heads = ["state", "figure", "gan-runs MB/s", "sqlite3 MB/s", "ratios", "median", "to reach"]
    return "\n".join(f"- {fact}" for fact in facts) + "\n\n" + report.table(heads, rows) + "\n"


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.checkpoints", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repetitions", type=int, default=3, help="saves a process that count")
    parser.add_argument("--megabytes", type=int, action="append", help="100 and 500 unless told")
    parser.add_argument("--limit-seconds", type=float, default=600, help="of a process")
    parser.add_argument("--folder", help="where files are written; the temporary one unless told")
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/checkpoint-bench")
    parser.add_argument(
        "--python", type=Path, default=FOLDER / ".venv/bin/python", help="one that has numpy")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser.parse_args()


def main() -> int:
    """Measures and prints; 1 where nothing could be measured."""
    asked = options()
    began = machine.today()
    rounds: list[Round] = []
    missing: list[str] = []
    for megabytes in asked.megabytes or SIZES:
        for number in range(1, asked.rounds + 1):
            try:
                rounds.append(play(asked, megabytes, number))
            except (NotMeasured, FileNotFoundError) as reason:
                missing.append(f"{megabytes} MB, round {number}: {reason}")
                say(missing[-1])
                continue
            one = rounds[-1]
            say(f"{megabytes} MB, round {number}: save {one.ratio('save'):.2f} "
                f"(WAL moved {one.ratio('settled'):.2f}), "
                f"load {one.ratio('load'):.2f}, stall {one.stall:.2f}")
    if not rounds:
        return 1
    share = statistics.median(one.stored_share for one in rounds)
    facts = [
        f"Begun {began}; ended {machine.today()}", machine.processor(),
        f"Rounds: {asked.rounds}, saves in each: {asked.repetitions}; stored bytes are "
        f"{100 * share:.0f} % of the state's", *missing]
    text = markdown(rounds, facts)
    print(text, end="")
    if asked.write:
        report.replace(ROOT / "docs" / "benchmarks.md", MARKS, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
