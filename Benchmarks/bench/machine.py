"""The machine and the day, as lines of the report."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path


def today() -> str:
    """The date in UTC, and how busy the last minute was."""
    return f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, load {os.getloadavg()[0]:.2f}"


def processor() -> str:
    """The kind of CPU, and how many of its cores this process may use."""
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {memory:.0f} GB of memory; Linux {platform.release()}"
