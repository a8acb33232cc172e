"""What one process is asked for, and what it gave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """How long a process is timed: `blocks` of about `block_seconds`, after one that is dropped.

    A process that has not ended after `limit_seconds` is killed, and counts as failed.
    """

    blocks: int
    block_seconds: float
    limit_seconds: float


@dataclass(frozen=True)
class Measurement:
    """One process of one program: medians of its blocks, and what it used as a whole.

    `program` is `gan-runs`, `jax`, or `torch` and a variant; `first_step_seconds` count from the
    process's start; a MB is 10^6 bytes.
    """

    case: str
    threads: int
    round: int
    program: str
    steps_per_second: float
    cpu_ms_per_step: float
    peak_mb: float
    first_step_seconds: float


@dataclass(frozen=True)
class Failure:
    """A process that gave no figures, and why."""

    case: str
    threads: int
    round: int
    program: str
    reason: str


Outcome = Measurement | Failure
