"""The questions of bench.queries to MLflow and trackio, each by what its users call.

usage: trackers.py mlflow|trackio fill|list|filter|compare|log FOLDER [RUNS METRICS EPOCHS]. A process
answers one question, so that its time is what a user waits for, imports included. `log` takes the lines of
`gan-runs log` on standard input. Runs, params and values are those of Benchmarks/registry.
"""

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import islice

warnings.filterwarnings("ignore")
TOOL, QUESTION, FOLDER = sys.argv[1:4]
RUNS, METRICS, EPOCHS = (int(number) for number in sys.argv[4:7]) if len(sys.argv) > 4 else (0, 0, 0)
# No word to the network, and nothing outside of the folder.
os.environ.update(
    HOME=FOLDER, TRACKIO_DIR=FOLDER, DO_NOT_TRACK="true", HF_HUB_OFFLINE="1",
    MLFLOW_DISABLE_TELEMETRY="true", MLFLOW_ALLOW_FILE_STORE="true")
COMPARED, AT_ONCE = 10, 1000


def params(run: int) -> dict[str, int]:
    """A run's settings."""
    return {f"p{number}": (run * 7 + number * 3) % 10 for number in range(5)}


def base(run: int, metric: int) -> float:
    """A number from 0 to 1 that depends on the two alone (the finaliser of SplitMix64)."""
    mask = (1 << 64) - 1
    bits = (run * 1000 + metric + 1) * 0x9E3779B97F4A7C15 & mask
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 & mask
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB & mask
    return ((bits ^ bits >> 31) >> 11) / (1 << 53)


def steps(run: int) -> list[dict[str, float]]:
    """A run's values, a step each."""
    bases = [base(run, metric) for metric in range(METRICS)]
    return [
        {f"metric_{metric}": value * (1 + 1 / epoch) for metric, value in enumerate(bases)}
        for epoch in range(1, EPOCHS + 1)]


def logged() -> Iterator[tuple[int, dict[str, float]]]:
    """The steps on standard input."""
    for line in sys.stdin:
        entry = json.loads(line)
        if "metrics" in entry:
            yield entry["step"], entry["metrics"]


def mlflow_questions() -> dict[str, Callable[[], int]]:
    """MLflow over its SQLite store."""
    import mlflow
    from mlflow.entities import Metric, Param

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    mlflow.set_tracking_uri(f"sqlite:///{FOLDER}/mlflow.db")
    client = mlflow.MlflowClient()
    found = client.get_experiment_by_name("queries")
    experiment = found.experiment_id if found else client.create_experiment("queries")

    def fill() -> int:
        for run in range(RUNS):
            made = client.create_run(experiment, run_name=f"run{run}").info.run_id
            points = [
                Metric(name, value, 1_700_000_000_000 + step, step)
                for step, values in enumerate(steps(run), start=1) for name, value in values.items()]
            settings = [Param(key, str(value)) for key, value in params(run).items()]
            client.log_batch(made, params=settings)
            for start in range(0, len(points), AT_ONCE):
                client.log_batch(made, metrics=points[start:start + AT_ONCE])
            client.set_terminated(made)
        return RUNS

    def log() -> int:
        made = client.create_run(experiment, run_name="logged").info.run_id
        count, lines = 0, logged()
        while batch := list(islice(lines, AT_ONCE // 10)):
            points = [
                Metric(name, value, 1_700_000_000_000 + step, step)
                for step, values in batch for name, value in values.items()]
            client.log_batch(made, metrics=points)
            count += len(points)
        client.set_terminated(made)
        return count

    def search(text: str = "") -> int:
        return len(mlflow.search_runs(
            [experiment], filter_string=text, order_by=["metrics.metric_1 ASC"], max_results=RUNS))

    def compare() -> int:
        runs = client.search_runs([experiment], max_results=COMPARED)
        return sum(
            len(client.get_metric_history(run.info.run_id, f"metric_{metric}"))
            for run in runs for metric in range(METRICS))

    return {
        "fill": fill, "log": log, "list": search, "compare": compare,
        "filter": lambda: search("metrics.metric_0 < 0.5 and params.p0 = '3'")}


def trackio_questions() -> dict[str, Callable[[], int]]:
    """trackio over its SQLite files; a list that is sorted or filtered is SQL there."""
    import trackio
    from trackio.sqlite_storage import SQLiteStorage

    last = (
        "with l as (select run_id, run_name, max(step), metrics from metrics group by run_id) "
        "select l.run_name, l.metrics, c.config from l join configs c using(run_id) ")
    order = "order by json_extract(l.metrics, '$.metric_1')"
    identity = "id{:032d}".format

    def fill() -> int:
        for run in range(RUNS):
            SQLiteStorage.bulk_log(
                "queries", f"run{run}", steps(run), steps=list(range(1, EPOCHS + 1)),
                config=params(run), run_id=identity(run))
        return RUNS

    def log() -> int:
        trackio.init(
            project="logged", name="logged", embed=False, auto_log_gpu=False, auto_log_cpu=False)
        count = 0
        for step, values in logged():
            trackio.log(values, step=step)
            count += len(values)
        trackio.finish()
        return count

    def search(condition: str = "") -> int:
        return SQLiteStorage.query_project("queries", last + condition + order, 2 * RUNS)["row_count"]

    def compare() -> int:
        return sum(
            name.startswith("metric_") for run in range(COMPARED)
            for step in SQLiteStorage.get_logs("queries", f"run{run}", run_id=identity(run))
            for name in step)

    return {
        "fill": fill, "log": log, "list": search, "compare": compare,
        "filter": lambda: search(
            "where json_extract(l.metrics, '$.metric_0') < 0.5 "
            "and json_extract(c.config, '$.p0') = 3 ")}


if __name__ == "__main__":
    os.chdir(FOLDER)
    questions = {"mlflow": mlflow_questions, "trackio": trackio_questions}[TOOL]()
    # What it counted, so that nobody times an empty answer.
    print(questions[QUESTION](), file=sys.__stdout__)
