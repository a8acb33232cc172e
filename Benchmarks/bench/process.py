"""A program in a process of its own: its output, and what the kernel says that it used."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True)
class Ended:
    """What is left of a process that has ended.

    `status` is the exit status, negative for a signal; `started_at` a Unix time; `peak_bytes` its
    largest resident set. The kernel counts the memory of the process that started it as the least,
    so this driver imports little (some 15 MB).
    """

    status: int
    started_at: float
    cpu_seconds: float
    peak_bytes: int
    output: str
    errors: str
    is_late: bool

    def reason(self) -> str:
        """Why it failed, in the last words that it said."""
        if self.is_late:
            return "did not end within its time"
        lines = self.errors.strip().splitlines()
        return lines[-1] if lines else f"ended with status {self.status}"


def run(
    command: Sequence[str], limit_seconds: float, environment: dict[str, str] | None = None
) -> Ended:
    """Runs a command to its end, or kills it with its children after `limit_seconds`."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started_at = time.time()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
            env=environment, start_new_session=True)
        is_late = True
        try:
            is_late = not _ends_within(process.pid, limit_seconds)
        finally:
            if is_late:
                os.killpg(process.pid, signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return Ended(
            process.returncode, started_at, usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024, _text(output), _text(errors), is_late)


def _ends_within(process_id: int, seconds: float) -> bool:
    """Sleeps until a child ends; it stays a zombie, so that `wait4` still finds its figures."""
    descriptor = os.pidfd_open(process_id)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
