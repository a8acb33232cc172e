"""JSON lines on standard input into SQLite, by Python's own modules: a thousand lines a transaction.

usage: sqlite_log.py FILE. Takes the lines that `gan-runs log` takes, stores the points alone, and ends
durably (WAL, synchronous FULL).
"""

import itertools
import json
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in ("page_size=16384", "journal_mode=wal", "synchronous=full"):
    database.execute(f"pragma {pragma}")
database.execute(
    "create table point(series text, step int, value real, primary key(series, step)) without rowid")
lines = iter(sys.stdin)
while batch := list(itertools.islice(lines, 1000)):
    database.execute("begin")
    for line in batch:
        entry = json.loads(line)
        database.executemany(
            "insert into point values(?, ?, ?)",
            ((name, entry["step"], value) for name, value in entry.get("metrics", {}).items()))
    database.execute("commit")
