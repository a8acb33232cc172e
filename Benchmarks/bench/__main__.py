"""`make bench`: gan-runs and its peers in turn, round by round."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import floor, machine, report
from .cases import CASES, Case
from .gan_runs import NAME, GanRuns
from .measurement import Measurement, Outcome, Timing
from .peers import ENGINES, Peers

FOLDER = Path(__file__).parent.parent
ROOT = FOLDER.parent
PAGE = ROOT / "docs" / "benchmarks.md"
WHOLE_ROUNDS = 5


def say(text: str) -> None:
    """Progress, beside the report on standard output."""
    print(text, file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    """The command line; the Makefile hands its variables on."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    names = [case.name for case in CASES]
    parser.add_argument("--case", choices=names, help="one case alone")
    parser.add_argument("--rounds", type=int, default=WHOLE_ROUNDS)
    parser.add_argument("--threads", type=int, action="append", help="1 and 2 unless told")
    parser.add_argument("--blocks", type=int, default=5, help="timed blocks a process")
    parser.add_argument("--block-seconds", type=float, default=1.0)
    parser.add_argument("--limit-seconds", type=float, default=120, help="of a process")
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/gan-runs")
    parser.add_argument("--compile", action="store_true", help="torch.compile as one more variant")
    parser.add_argument(
        "--write", action="store_true",
        help="write docs/benchmarks.md though it is not the whole of it that is run")
    return parser.parse_args()


def play(
    case: Case, threads: int, rounds: int, timing: Timing, ours: GanRuns, peers: Peers,
    with_compile: bool, outcomes: list[Outcome],
) -> None:
    """All rounds of one case and thread count; what each process gave is added to `outcomes`."""
    programs = [NAME, *peers.programs(case, with_compile)]
    for round_number in range(1, rounds + 1):
        # Another begins each round, so that none always runs on a machine warmed up by another.
        turn = (round_number - 1) % len(programs)
        for program in programs[turn:] + programs[:turn]:
            outcome = (
                ours.measure(case, threads, timing, round_number) if program == NAME
                else peers.measure(program, case, threads, timing, round_number))
            outcomes.append(outcome)
            figure = (
                f"{outcome.steps_per_second:.1f} steps/s" if isinstance(outcome, Measurement)
                else outcome.reason)
            say(f"{case.name}, threads {threads}, round {round_number}, {program}: {figure}")


def main() -> int:
    """Measures what was asked for and prints the report; 1 where gan-runs gave no figure."""
    asked = options()
    if not asked.program.is_file():
        say(f"there is no {asked.program}; make it with 'make build'")
        return 1
    thread_counts = asked.threads or [1, 2]
    cases = [case for case in CASES if asked.case in (None, case.name)]
    timing = Timing(asked.blocks, asked.block_seconds, asked.limit_seconds)
    ours = GanRuns(asked.program.resolve())
    peers = Peers(FOLDER / ".venv")
    began = machine.today()
    peers.install(ENGINES, say)
    missing = [f"{name} could not be had: {reason}" for name, reason in peers.missing.items()]
    floors: list[floor.Floor] = []
    try:
        floors = floor.measure(thread_counts, FOLDER / ".build")
    except floor.FloorMissing as reason:
        missing.append(f"The machine floor could not be measured: {reason}")
    for text in missing:
        say(text)

    outcomes: list[Outcome] = []
    is_interrupted = False
    try:
        for case in cases:
            for threads in thread_counts:
                play(
                    case, threads, asked.rounds, timing, ours, peers, asked.compile, outcomes)
    except KeyboardInterrupt:
        is_interrupted = True
        missing.append("Interrupted: the last rounds are missing")

    facts = [
        f"Begun {began}; ended {machine.today()}", machine.processor(), versions(ours, peers),
        f"Rounds: {asked.rounds}; in each process {timing.blocks} timed blocks of about "
        f"{timing.block_seconds:g} s", *missing]
    session = report.Session(cases, thread_counts, outcomes, floors, facts)
    print(report.markdown(session), end="")
    is_whole = len(cases) == len(CASES) and asked.rounds >= WHOLE_ROUNDS and not asked.threads
    if asked.write or (is_whole and not is_interrupted):
        report.write(session, PAGE)
        say(f"written to {PAGE.relative_to(ROOT)}")
    if is_interrupted:
        return 130
    return 0 if any(one.program == NAME for one in session.measurements) else 1


def versions(ours: GanRuns, peers: Peers) -> str:
    """What ran, with its version; of gan-runs as a run recorded it."""
    texts = [f"Python {sys.version.split()[0]}"]
    if known := ours.environment:
        commit = known.get("git_commit", "no commit")[:9]
        changes = " with changes" if known.get("git_dirty") == "true" else ""
        texts.insert(0, f"gan-runs {known['version']} ({commit}{changes})")
        texts.insert(1, f"oneDNN {known['onednn']} on {known['isa']}")
    return ", ".join(texts + [f"{name} {version}" for name, version in peers.versions.items()])



if __name__ == "__main__":
    sys.exit(main())
