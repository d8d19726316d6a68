"""Run a command in a process of its own and say what it cost. Linux and macOS alone: it needs os.wait4."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent


class CommandFailedError(RuntimeError):
    """A measured command ended with another exit status than 0."""


@dataclass(frozen=True)
class Cost:
    """One run: seconds of the clock, of the processor (the process and its children), peak memory in MB."""

    wall: float
    user: float
    system: float
    peak: float
    output: str = ""
    errors: str = ""
    status: int = 0

    @property
    def cpu(self) -> float:
        """Seconds of the processor, in the program and in the kernel for it."""
        return self.user + self.system


@dataclass(frozen=True)
class Costs:
    """Several runs of one command. The least is what it takes; the median shows how noisy the machine was."""

    runs: tuple[Cost, ...]

    @property
    def cpu(self) -> float:
        """The least processor seconds."""
        return min(run.cpu for run in self.runs)

    @property
    def cpu_median(self) -> float:
        """The median of processor seconds."""
        return median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """The least seconds of the clock."""
        return min(run.wall for run in self.runs)

    @property
    def wall_median(self) -> float:
        """The median of seconds of the clock."""
        return median(run.wall for run in self.runs)

    @property
    def peak(self) -> float:
        """The most memory that any run took, in MB."""
        return max(run.peak for run in self.runs)

    @property
    def output(self) -> str:
        """What the last run printed."""
        return self.runs[-1].output


def environment(cache: Path) -> dict[str, str]:
    """The environment of every contestant: our source on the path, and compiled modules kept in `cache`.

    An installation keeps them too; with PYTHONDONTWRITEBYTECODE set, each start would compile its imports.
    """
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(cache.resolve())
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return env


def run(command: Sequence[str], env: dict[str, str], check: bool = True) -> Cost:
    """Run `command` to its end and measure it.

    This process stays small on purpose: until a child becomes the new program, it counts as large as this.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        output, errors = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if check and process.returncode != 0:
        tail = (errors or output)[-3000:]
        raise CommandFailedError(f"{' '.join(command[:8])} ... ended with {process.returncode}:\n{tail}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    peak = usage.ru_maxrss / unit
    return Cost(wall, usage.ru_utime, usage.ru_stime, peak, output, errors, process.returncode)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` (0 to 1) of the values do not exceed: one of them, never between two."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(part * 100) // 100) - 1)]
