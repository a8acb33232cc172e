"""The machine floor: what `floor.c` measures at each thread count."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import process

_SOURCE = Path(__file__).parent.parent / "floor.c"
_COMPILERS = ["cc", "gcc", "clang"]


class FloorMissing(Exception):
    """The floor could not be measured; its text is the reason."""


@dataclass(frozen=True)
class Floor:
    """What the machine gives at best with `threads` threads."""

    threads: int
    sgemm_gflops: float
    copy_gb_per_second: float


def measure(thread_counts: list[int], folder: Path) -> list[Floor]:
    """Compiles `floor.c` into `folder` and runs it; raises `FloorMissing`."""
    compiler = next(filter(shutil.which, _COMPILERS), None)
    if compiler is None:
        raise FloorMissing("there is no C compiler (Debian: apt install gcc)")
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "floor"
    built = process.run(
        [compiler, "-O2", "-fopenmp", str(_SOURCE), "-o", str(program), "-ldnnl"], 120)
    if built.status != 0:
        raise FloorMissing(f"{compiler} could not build floor.c: {built.reason()}")
    floors = []
    for threads in thread_counts:
        ended = process.run([str(program), str(threads)], 60)
        if ended.status != 0:
            raise FloorMissing(ended.reason())
        floors.append(Floor(**json.loads(ended.output)))
    return floors
