"""How a peer times its steps: the same for each, so that only the step differs."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

# Caches, allocators and thread pools settle in these; a further two give the length of a step.
_WARM_UP_STEPS = 5
_PROBE_STEPS = 2


def options(description: str, variants: bool) -> argparse.Namespace:
    """The command line that every peer has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("case")
    parser.add_argument("threads", type=int)
    if variants:
        parser.add_argument("--variant", default="", help="comma-separated")
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--block-seconds", type=float, default=1.0)
    return parser.parse_args()


def time_steps(
    step: Callable[[], None], finish: Callable[[], None], blocks: int, block_seconds: float
) -> None:
    """Steps, and prints one JSON object of what it took.

    `finish` waits for the steps begun, where a library returns before they are done.
    `first_step_at` is a Unix time; processor time is of all threads.
    """

    def steps(count: int) -> tuple[float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(count):
            step()
        finish()
        return time.perf_counter() - wall, time.process_time() - cpu

    steps(1)
    first_step_at = time.time()
    steps(_WARM_UP_STEPS)
    count = max(3, round(block_seconds * _PROBE_STEPS / steps(_PROBE_STEPS)[0]))
    steps(count)  # as gan-runs' first epoch, which is dropped
    taken = [steps(count) for _ in range(blocks)]
    print(json.dumps({
        "first_step_at": first_step_at,
        "steps_per_second": [count / wall for wall, _ in taken],
        "cpu_ms_per_step": [1000 * cpu / count for _, cpu in taken],
    }))
