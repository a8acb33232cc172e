"""A question's line of the table, and trackers that did not take all runs in."""

import stat
import tempfile
import unittest
from pathlib import Path

from bench.queries import Question
from bench.trackers import Tracker


class QuestionTests(unittest.TestCase):
    def test_a_tracker_that_was_not_asked_has_a_dash(self) -> None:
        one = Question("list", [], limit_ms=25)
        one.ours, one.trackers = [0.020, 0.030, 0.010], {"mlflow": [3.0, 2.5, 3.5]}
        self.assertEqual(
            one.row(["mlflow", "trackio"]),
            ["list", "**20.0** ms", "10.0 – 30.0", "–", "–", "3,000 ms", "–", "–", "≤ 25 ms: yes"])
        self.assertEqual(len(one.row([])), 7)

    def test_a_goal_of_points_a_second_is_said_to_be_missed(self) -> None:
        one = Question("log", [], points_per_second=5e5, points=100_000)
        one.ours = [0.25]
        self.assertEqual(one.row([])[-2:], ["0.40 M/s", "≥ 0.5 M/s: **no**"])


class TrackerTests(unittest.TestCase):
    def test_a_tracker_that_lists_too_few_runs_is_not_timed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            python = Path(folder) / "python"
            python.write_text("#!/bin/sh\necho 2\n")
            python.chmod(python.stat().st_mode | stat.S_IXUSR)
            tracker = Tracker("trackio", str(python), Path(folder) / "store", (3, 1, 1))
            self.assertEqual(tracker.fill(), "it lists 2 of 3 runs")


if __name__ == "__main__":
    unittest.main()
