"""MLflow and trackio beside gan-runs: filled with the same runs, and asked the same questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import process
from .peers import SCRIPTS, TRACKERS, Peers

TITLES = {"mlflow": "MLflow", "trackio": "trackio"}
_FILL_SECONDS = 1800


@dataclass(frozen=True)
class Tracker:
    """One that is filled, in a folder of its own; `sizes` are runs, metrics and epochs."""

    name: str
    python: str
    folder: Path
    sizes: tuple[int, int, int]

    def command(self, question: str) -> list[str]:
        """The process that answers a question."""
        return [
            self.python, str(SCRIPTS / "trackers.py"), self.name, question, str(self.folder),
            *(str(size) for size in self.sizes)]

    def fill(self) -> str | None:
        """Records the runs; why not all of them are found after, else `None`."""
        self.folder.mkdir()
        filled = process.run(self.command("fill"), _FILL_SECONDS)
        if filled.status != 0:
            return filled.reason()
        found = process.run(self.command("list"), _FILL_SECONDS)
        if found.status != 0:
            return found.reason()
        count = found.output.split()[-1]
        return None if count == str(self.sizes[0]) else f"it lists {count} of {self.sizes[0]} runs"


def prepare(
    environment: Path, scratch: Path, sizes: tuple[int, int, int], say: Callable[[str], None]
) -> tuple[list[Tracker], list[str]]:
    """Those that can be had and were filled, and a sentence on each, also on those that are missing."""
    peers = Peers(environment)
    peers.install(TRACKERS, say)
    facts = [f"{TITLES[name]} could not be had: {reason}" for name, reason in peers.missing.items()]
    trackers = []
    for name, version in peers.versions.items():
        tracker = Tracker(name, peers.python, scratch / name, sizes)
        say(f"filling {TITLES[name]}")
        if reason := tracker.fill():
            facts.append(f"{TITLES[name]} could not be filled: {reason}")
        else:
            trackers.append(tracker)
            facts.append(f"{TITLES[name]} {version}")
    return trackers, facts
