"""Every point of a registry as CSV, by Python's sqlite3 and csv modules.

usage: sqlite_csv.py REGISTRY FILE. Reads the same rows in the same order as `gan-runs export`, from its
tables rather than its view, which takes longer.
"""

import csv
import sqlite3
import sys

database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
rows = database.execute(
    "select run.run_id, run.name, series.name, point.step, step.epoch, step.images, point.value, "
    "strftime('%Y-%m-%dT%H:%M:%fZ', step.time / 1000000.0, 'unixepoch') "
    "from run join series on series.run = run.id join point on point.series = series.id "
    "left join step on step.run = run.id and step.step = point.step and step.attempt = point.attempt "
    "order by run.id, series.name, point.step")
with open(sys.argv[2], "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow("run_id run_name metric step epoch images value time".split())
    writer.writerows(rows)
