"""A process is bounded, and its figures are its own."""

import sys
import time
import unittest

from bench import process

PYTHON = sys.executable


class ProcessTests(unittest.TestCase):
    def test_output_and_status_are_those_of_the_process(self) -> None:
        ended = process.run([PYTHON, "-c", "import sys; print('out'); sys.exit('why')"], 30)
        self.assertEqual((ended.status, ended.output), (1, "out\n"))
        self.assertEqual(ended.reason(), "why")

    def test_a_late_process_and_its_children_are_killed(self) -> None:
        program = "import subprocess; subprocess.run(['sleep', '60'])"
        start = time.monotonic()
        ended = process.run([PYTHON, "-c", program], 0.5)
        self.assertLess(time.monotonic() - start, 20)
        self.assertEqual((ended.status, ended.is_late), (-9, True))
        self.assertEqual(ended.reason(), "did not end within its time")

    def test_memory_and_processor_time_are_counted(self) -> None:
        small = process.run([PYTHON, "-c", "pass"], 30)
        large = process.run([PYTHON, "-c", "sum(bytearray(200_000_000))"], 60)
        self.assertGreater(large.peak_bytes - small.peak_bytes, 150_000_000)
        self.assertGreater(large.cpu_seconds - small.cpu_seconds, 0.1)


if __name__ == "__main__":
    unittest.main()
