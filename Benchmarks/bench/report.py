"""Measurements as the Markdown tables of docs/benchmarks.md."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .cases import Case
from .comparison import compare, select
from .floor import Floor
from .gan_runs import NAME
from .measurement import Failure, Measurement, Outcome

_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Session:
    """All that one call measured; `facts` say the machine, versions and what is left out."""

    cases: Sequence[Case]
    thread_counts: Sequence[int]
    outcomes: Sequence[Outcome]
    floors: Sequence[Floor]
    facts: Sequence[str]

    @property
    def measurements(self) -> list[Measurement]:
        """What gave figures."""
        return [one for one in self.outcomes if isinstance(one, Measurement)]

    @property
    def failures(self) -> list[Failure]:
        """What did not."""
        return [one for one in self.outcomes if isinstance(one, Failure)]


def markdown(session: Session) -> str:
    """The whole report."""
    parts = [
        "\n".join(f"- {fact}" for fact in session.facts),
        "### Ratios: steps a second of gan-runs over the peer's", _ratios(session),
        "### Start and memory of gan-runs", _limits(session),
        "### Each program", _speeds(session),
        "### Machine floor", _floors(session)]
    if session.failures:
        parts += ["### Not measured", _failures(session)]
    return "\n\n".join(parts) + "\n"


def write(session: Session, page: Path) -> None:
    """Puts the report between the page's marks; raises `ValueError` where it has none."""
    replace(page, (_BEGIN, _END), markdown(session))


def replace(page: Path, marks: tuple[str, str], new: str) -> None:
    """Puts text between two marks of a page; raises `ValueError` where it lacks them."""
    before, begin, rest = page.read_text().partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"{page} lacks {marks[0]} and {marks[1]}, between which the report goes")
    page.write_text(f"{before}{begin}\n{new}{end}{after}")


def _ratios(session: Session) -> str:
    rows = []
    for case in session.cases:
        for threads in session.thread_counts:
            for one in compare(session.measurements, case, threads):
                pairs = " ".join(f"{ratio:.2f}" for ratio in one.ratios)
                rows.append([
                    case.name, str(threads), one.program, pairs, f"**{one.median:.2f}**",
                    f"{min(one.ratios):.2f}", f"{max(one.ratios):.2f}",
                    _at_least(one.median, one.goal)])
    heads = ["case", "threads", "peer", "pair by pair", "median", "min", "max", "to reach"]
    return table(heads, rows)


def _limits(session: Session) -> str:
    rows = []
    for case in session.cases:
        ours = [one for one in session.measurements if (one.case, one.program) == (case.name, NAME)]
        if not ours:
            continue
        first = statistics.median(one.first_step_seconds for one in ours)
        peak = max(one.peak_mb for one in ours)
        rows.append([
            case.name, f"{first:.3f}", _below(first, case.first_step_seconds),
            f"{peak:.0f}", _below(peak, case.peak_mb)])
    heads = ["case", "s to the first step, median", "to reach", "peak MB, highest", "to reach"]
    return table(heads, rows)


def _at_least(value: float, goal: float | None) -> str:
    return "–" if goal is None else f"≥ {goal:g}: {yes(value >= goal)}"


def _below(value: float, limit: float | None) -> str:
    return "–" if limit is None else f"< {limit:g}: {yes(value < limit)}"


def yes(is_reached: bool) -> str:
    """Whether a goal is reached, as the tables say it."""
    return "yes" if is_reached else "**no**"


def _speeds(session: Session) -> str:
    rates = {floor.threads: floor.sgemm_gflops for floor in session.floors}
    rows = []
    for case in session.cases:
        for threads in session.thread_counts:
            for program, ones in select(session.measurements, case, threads).items():
                speed = _median(ones, lambda one: one.steps_per_second)
                speeds = [one.steps_per_second for one in ones]
                share = (
                    f"{100 * speed * case.gigaflops / rates[threads]:.0f} %"
                    if threads in rates else "–")
                rows.append([
                    case.name, str(threads), program, _short(speed),
                    f"{_short(min(speeds))} – {_short(max(speeds))}", _short(1000 / speed),
                    _short(_median(ones, lambda one: one.cpu_ms_per_step)),
                    f"{_median(ones, lambda one: one.peak_mb):.0f}",
                    f"{_median(ones, lambda one: one.first_step_seconds):.2f}", share])
    heads = [
        "case", "threads", "program", "steps/s", "min – max", "ms/step", "CPU ms/step", "peak MB",
        "s to the first step", "of the floor"]
    return table(heads, rows)


def _floors(session: Session) -> str:
    rows = [
        [str(floor.threads), f"{floor.sgemm_gflops:.0f}", f"{floor.copy_gb_per_second:.1f}"]
        for floor in session.floors]
    return table(["threads", "sgemm 2048³ GF/s", "copy GB/s"], rows)


def _failures(session: Session) -> str:
    counts: dict[str, int] = {}
    for one in session.failures:
        text = f"{one.case}, {_threads(one.threads)}, {one.program}: {one.reason}"
        counts[text] = counts.get(text, 0) + 1
    return "\n".join(f"- {text} ({_times(count)})" for text, count in counts.items())


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _median(ones: Iterable[Measurement], figure: Callable[[Measurement], float]) -> float:
    return statistics.median(figure(one) for one in ones)


def _short(value: float) -> str:
    """Three significant digits, and no exponent."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; a word where it would have no rows."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) if rows else "Nothing."
