"""Compare key orders of the metric table on a million points: see 0001-metric-key-order.md.

usage: 0001-measure.py DIRECTORY [RUNS EPOCHS TOGETHER EPOCHS_PER_COMMIT]

The three tables: the defaults (1000 100 8 1), then 10 10000 2 1, then 10 10000 2 50. Bytes written are
the size of the WAL, summed before each truncating checkpoint.
"""

import os
import random
import sqlite3
import statistics
import sys
import time

METRICS = 10
RUNS, EPOCHS, TOGETHER, BATCH = (
    [int(word) for word in sys.argv[2:6]] if len(sys.argv) > 5 else [1000, 100, 8, 1])
ORDERS = {
    "series, step, attempt":
        "(series INTEGER, step INTEGER, attempt INTEGER, value REAL,"
        " PRIMARY KEY(series, step, attempt)) WITHOUT ROWID",
    "run, step, metric, attempt":
        "(run INTEGER, step INTEGER, metric INTEGER, attempt INTEGER, value REAL,"
        " PRIMARY KEY(run, step, metric, attempt)) WITHOUT ROWID",
}


def median_ms(read, times=31):
    taken = []
    for number in range(times):
        start = time.perf_counter()
        read(number)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def open_database(path, page, columns):
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.remove(path + end)
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in (f"page_size={page}", "auto_vacuum=INCREMENTAL", "journal_mode=WAL",
                   "synchronous=NORMAL", "wal_autocheckpoint=0"):
        database.execute("PRAGMA " + pragma)
    database.execute(f"CREATE TABLE point {columns}")
    return database


def fill(database, path, series_first):
    numbers, written = random.Random(1), 0

    def empty_wal():
        size = os.path.getsize(path + "-wal")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return size

    for first in range(0, RUNS, TOGETHER):
        for epoch in range(1, EPOCHS + 1, BATCH):
            for run in range(first, min(first + TOGETHER, RUNS)):
                rows = []
                for step in range(epoch * 937, (epoch + BATCH) * 937, 937):
                    for metric in range(METRICS):
                        key = ((run * METRICS + metric + 1, step, 1) if series_first
                               else (run + 1, step, metric, 1))
                        rows.append(key + (numbers.random(),))
                places = ",".join("?" * len(rows[0]))
                database.execute("BEGIN IMMEDIATE")
                database.executemany(f"INSERT INTO point VALUES({places})", rows)
                database.execute("COMMIT")
            if os.path.getsize(path + "-wal") > 64 << 20:
                written += empty_wal()
    return written + empty_wal()


def reads(database, series_first):
    def rows(where, *values):
        return database.execute("SELECT * FROM point " + where, values).fetchall()

    def spread(number):
        return number * 30 % RUNS

    window = "step BETWEEN 9370 AND 18740"
    if series_first:
        def first(number):
            return spread(number) * METRICS + 1
        return [
            lambda n: rows("WHERE series=?", first(n) + 6),
            lambda n: rows("WHERE series BETWEEN ? AND ?", first(n), first(n) + 9),
            lambda n: rows(f"WHERE series BETWEEN ? AND ? AND {window}", first(n), first(n) + 9)]
    return [
        lambda n: rows("WHERE run=? AND metric=6", spread(n) + 1),
        lambda n: rows("WHERE run=?", spread(n) + 1),
        lambda n: rows(f"WHERE run=? AND {window}", spread(n) + 1)]


for label, columns in ORDERS.items():
    for page in (4096, 16384):
        path = os.path.join(sys.argv[1], "points.db")
        database = open_database(path, page, columns)
        series_first = label.startswith("series")
        start = time.perf_counter()
        written = fill(database, path, series_first)
        took = time.perf_counter() - start
        cells = [f"{median_ms(read):.3f}" for read in reads(database, series_first)]
        scan = median_ms(
            lambda _: database.execute("SELECT count(*), sum(value) FROM point").fetchall(), 3)
        print(f"| {label} | {page // 1024} KiB | {written / 2**20:.0f} "
              f"| {os.path.getsize(path) / 2**20:.1f} | {took:.1f} | {' | '.join(cells)} "
              f"| {scan:.0f} |", flush=True)
        database.close()
