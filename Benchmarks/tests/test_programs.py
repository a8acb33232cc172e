"""What is read back from gan-runs, and which peers run."""

import unittest
from pathlib import Path

from bench.cases import CASES
from bench.gan_runs import _Run
from bench.peers import SCRIPTS, Peers
from bench.process import Ended


def point(metric: str, step: int, epoch: int, value: float, second: str) -> dict[str, str]:
    return {"metric": metric, "step": str(step), "epoch": str(epoch), "value": str(value),
            "time": f"1970-01-01T00:01:{second}Z"}


class GanRunsTests(unittest.TestCase):
    def test_speed_is_the_median_of_epochs_without_the_first(self) -> None:
        points = [
            point("seconds", 10 * epoch, epoch, seconds, "00.000")
            for epoch, seconds in enumerate([9.0, 1.0, 2.0, 4.0], start=1)]
        run = _Run(Ended(0, 0, 0, 0, "", "", False), points, steps=10)
        self.assertEqual(run.steps_per_second, 5)

    def test_the_first_step_counts_from_the_start_of_the_process(self) -> None:
        points = [
            point("step_d_loss", 2, 1, 0.7, "09.000"), point("step_d_loss", 1, 1, 0.7, "01.250"),
            point("step_g_loss", 1, 1, 0.7, "01.250")]
        run = _Run(Ended(0, 61, 0, 0, "", "", False), points, steps=2)
        self.assertEqual(run.first_step_seconds, 0.25)


class PeersTests(unittest.TestCase):
    def test_only_what_is_installed_runs(self) -> None:
        mlp = next(case for case in CASES if case.name == "mlp")
        peers = Peers(Path("unused"))
        self.assertEqual(peers.programs(mlp, with_compile=True), [])
        peers.versions["jax"] = "1"
        self.assertEqual(peers.programs(mlp, with_compile=False), ["jax"])
        peers.versions["torch"] = "1"
        self.assertEqual(
            peers.programs(mlp, with_compile=True),
            ["torch fused,freeze", "jax", "torch compile,fused,freeze"])

    def test_every_case_has_a_configuration_and_a_script_for_each_peer(self) -> None:
        for case in CASES:
            self.assertTrue(case.configuration.is_file(), case.name)
            for program in case.peers + case.compiled:
                script = SCRIPTS / f"{program.split()[0]}_gan.py"
                self.assertTrue(script.is_file(), program)


if __name__ == "__main__":
    unittest.main()
