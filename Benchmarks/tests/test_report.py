"""Ratios are those of pairs; the report hides neither a missed goal nor a failure."""

import tempfile
import unittest
from pathlib import Path

from bench import report
from bench.cases import CASES
from bench.comparison import compare
from bench.floor import Floor
from bench.measurement import Failure, Measurement

DCGAN = next(case for case in CASES if case.name == "dcgan")


def measured(program: str, speeds: list[float], peak_mb: float = 100) -> list[Measurement]:
    return [
        Measurement("dcgan", 1, number, program, speed, 1000 / speed, peak_mb, 0.3)
        for number, speed in enumerate(speeds, start=1)]


def session(outcomes: list[Measurement | Failure]) -> report.Session:
    return report.Session([DCGAN], [1], outcomes, [Floor(1, 100.0, 15.0)], ["a fact"])


class ComparisonTests(unittest.TestCase):
    def test_the_variant_with_the_higher_median_counts(self) -> None:
        ones = (measured("gan-runs", [12, 12, 12]) + measured("torch slow", [5, 20, 5])
                + measured("torch fast", [8, 6, 8]))
        (one,) = compare(ones, DCGAN, 1)
        self.assertEqual((one.program, one.ratios), ("torch fast", [1.5, 2.0, 1.5]))
        self.assertEqual((one.median, one.goal), (1.5, 1.3))

    def test_a_round_that_lacks_one_of_a_pair_is_left_out(self) -> None:
        ones = measured("gan-runs", [10, 20, 30])[1:] + measured("torch a", [10, 10, 10])[:2]
        self.assertEqual(compare(ones, DCGAN, 1)[0].ratios, [2.0])

    def test_without_gan_runs_there_is_nothing_to_compare(self) -> None:
        self.assertEqual(compare(measured("torch a", [1]), DCGAN, 1), [])
        self.assertEqual(compare(measured("gan-runs", [1]), DCGAN, 2), [])


class ReportTests(unittest.TestCase):
    def test_a_goal_is_said_to_be_reached_or_missed(self) -> None:
        reached = report.markdown(
            session(measured("gan-runs", [13]) + measured("torch a", [10])))
        self.assertIn(
            "| dcgan | 1 | torch a | 1.30 | **1.30** | 1.30 | 1.30 | ≥ 1.3: yes |", reached)
        self.assertIn("| dcgan | 0.300 | < 0.4: yes | 100 | < 160: yes |", reached)
        missed = report.markdown(
            session(measured("gan-runs", [12], peak_mb=170) + measured("torch a", [10])))
        self.assertIn("≥ 1.3: **no**", missed)
        self.assertIn("| 170 | < 160: **no** |", missed)

    def test_speed_is_told_as_a_share_of_the_floor(self) -> None:
        text = report.markdown(session(measured("gan-runs", [4, 5, 6])))
        self.assertIn(
            "| dcgan | 1 | gan-runs | 5.00 | 4.00 – 6.00 | 200 | 200 | 100 | 0.30 | 47 % |", text)

    def test_failures_are_listed_with_their_reason(self) -> None:
        failure = Failure("dcgan", 1, 1, "torch a", "did not end within its time")
        text = report.markdown(session([failure, failure]))
        self.assertIn("- dcgan, 1 thread, torch a: did not end within its time (2 times)", text)

    def test_the_report_replaces_what_stood_between_the_marks(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text(f"before\n{report._BEGIN}\nold\n{report._END}\nafter\n")
            report.write(session([]), page)
            text = page.read_text()
            self.assertTrue(text.startswith("before\n") and text.endswith("\nafter\n"))
            self.assertIn("- a fact", text)
            self.assertNotIn("old", text)
            page.write_text("no marks")
            with self.assertRaises(ValueError):
                report.write(session([]), page)
            self.assertEqual(page.read_text(), "no marks")


if __name__ == "__main__":
    unittest.main()
