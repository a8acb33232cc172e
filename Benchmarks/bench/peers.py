"""The peers' virtual environment, and runs of the scripts of PyTorch and JAX."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import process
from .cases import Case
from .measurement import Failure, Measurement, Outcome, Timing

SCRIPTS = Path(__file__).parent.parent / "peers"

# Each line is tried until one installs. PyTorch's build without CUDA is 200 MB instead of several
# GB, and is not on PyPI; a pip that is configured with another index may know it.
_REQUIREMENTS: dict[str, list[list[str]]] = {
    "torch": [
        ["torch==2.13.0+cpu"],
        ["torch==2.13.0+cpu", "--extra-index-url", "https://download.pytorch.org/whl/cpu"],
        ["torch==2.13.0"],
    ],
    "jax": [["jax", "optax"]],
    "mlflow": [["mlflow==3.17.2"]],
    "trackio": [["trackio==0.43.0"]],
    "optuna": [["optuna==5.0.0"]],
}
ENGINES, TRACKERS = ("torch", "jax"), ("mlflow", "trackio")
_INSTALL_SECONDS = 1800
_PIP_INSTALL = [
    "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
    "--retries", "1"]


@dataclass
class Peers:
    """The peers that could be had, `versions` by package, and why each other is `missing`."""

    folder: Path
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def python(self) -> str:
        """The virtual environment's interpreter."""
        return str(self.folder / "bin" / "python")

    def install(self, names: Sequence[str], say: Callable[[str], None]) -> None:
        """Makes the virtual environment where there is none, and installs what it lacks of some."""
        # Where Debian's python3-venv is missing, an interpreter is left behind, but no pip.
        if not (self.folder / "bin" / "pip").is_file():
            say(f"making {self.folder}")
            made = process.run(
                [sys.executable, "-m", "venv", "--clear", str(self.folder)], _INSTALL_SECONDS)
            if made.status != 0:
                self.missing = dict.fromkeys(
                    names, "Python can't make a venv (Debian: apt install python3-venv)")
                return
        for name in names:
            self._install(name, _REQUIREMENTS[name], say)

    def _install(self, name: str, choices: list[list[str]], say: Callable[[str], None]) -> None:
        packages = [word.split("==")[0] for word in choices[-1]]
        versions = self._installed(packages)
        for choice in choices:
            if versions:
                break
            say("installing " + " ".join(choice))
            done = process.run([self.python, *_PIP_INSTALL, *choice], _INSTALL_SECONDS)
            if done.status != 0:
                self.missing[name] = done.reason()
            versions = self._installed(packages)
        if versions:
            self.missing.pop(name, None)
            self.versions.update(versions)

    def _installed(self, packages: list[str]) -> dict[str, str]:
        """The versions of packages; empty where one is not there."""
        text = (
            "import json; from importlib.metadata import version; "
            f"print(json.dumps({{name: version(name) for name in {packages!r}}}))")
        asked = process.run([self.python, "-c", text], 60)
        return json.loads(asked.output) if asked.status == 0 else {}

    def programs(self, case: Case, with_compile: bool) -> list[str]:
        """Those of a case that are installed, each a script's name and its variant."""
        wanted = case.peers + (case.compiled if with_compile else [])
        return [program for program in wanted if program.split()[0] in self.versions]

    def measure(
        self, program: str, case: Case, threads: int, timing: Timing, round_number: int
    ) -> Outcome:
        """One process of one peer."""
        name, _, variant = program.partition(" ")
        command = [
            self.python, str(SCRIPTS / f"{name}_gan.py"), case.name, str(threads),
            "--blocks", str(timing.blocks), "--block-seconds", str(timing.block_seconds)]
        if variant:
            command += ["--variant", variant]
        ended = process.run(command, timing.limit_seconds)
        if ended.status != 0:
            return Failure(case.name, threads, round_number, program, ended.reason())
        said = json.loads(ended.output.strip().splitlines()[-1])
        return Measurement(
            case.name, threads, round_number, program,
            steps_per_second=statistics.median(said["steps_per_second"]),
            cpu_ms_per_step=statistics.median(said["cpu_ms_per_step"]),
            peak_mb=ended.peak_bytes / 1e6,
            first_step_seconds=said["first_step_at"] - ended.started_at)
