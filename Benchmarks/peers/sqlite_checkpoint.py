"""A checkpoint as blobs in SQLite, from Python's own module: one row a piece, one durable commit.

usage: sqlite_checkpoint.py MB REPETITIONS FOLDER PAGE_BYTES PIECE_MIB. A MB is 10^6 bytes. The state is
40 float32 tensors of normally distributed numbers; loads find the file in the page cache. Prints one
JSON object: a list of seconds for each figure, one a repetition.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time

import numpy as np

megabytes, repetitions = int(sys.argv[1]), int(sys.argv[2])
page_bytes, piece = int(sys.argv[4]), int(sys.argv[5]) << 20
random = np.random.default_rng(0)
state = {
    f"layer{number:02d}.weight": random.standard_normal(megabytes * 10**6 // 160, dtype="f4")
    for number in range(40)}
database = sqlite3.connect(f"{sys.argv[3]}/peer.db", isolation_level=None)
for pragma in (f"page_size={page_bytes}", "journal_mode=wal", "synchronous=full"):
    database.execute(f"pragma {pragma}")
database.execute(
    "create table piece(id integer primary key, step int, name text, position int, data blob)")
database.execute("create index place on piece(step, name, position)")


def save(step: int) -> None:
    """Inserts every tensor piece by piece, in one transaction."""
    database.execute("begin immediate")
    for name, values in state.items():
        data = memoryview(values).cast("B")
        database.executemany(
            "insert into piece(step, name, position, data) values(?, ?, ?, ?)",
            ((step, name, at, data[at:at + piece]) for at in range(0, len(data), piece)))
    database.execute("commit")


def load(step: int) -> dict[str, np.ndarray]:
    """Reads every tensor into memory of its own; checks nothing."""
    loaded = {}
    for name, values in state.items():
        target = np.empty(values.shape, "f4")
        data, end = memoryview(target).cast("B"), 0
        for (read,) in database.execute(
                "select data from piece where step = ? and name = ? order by position", (step, name)):
            data[end:end + len(read)] = read
            end += len(read)
        loaded[name] = target
    return loaded


def seconds(body, *arguments) -> tuple[float, object]:
    """How long a call took, and its result."""
    start = time.perf_counter()
    result = body(*arguments)
    return time.perf_counter() - start, result


figures: dict[str, list[float]] = {"save_seconds": [], "load_seconds": []}
for repetition in range(repetitions + 1):  # the first makes the file, and is not counted
    saved, _ = seconds(save, repetition)
    read, back = seconds(load, repetition)
    assert all(np.array_equal(back[name], state[name]) for name in state)
    del back
    if repetition:
        figures["save_seconds"].append(saved)
        figures["load_seconds"].append(read)
print(json.dumps({"megabytes": megabytes, "sqlite": sqlite3.sqlite_version, **figures}))
