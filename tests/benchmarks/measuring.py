"""What the benchmarks share: what a piece of work costs, and a row that sets it beside another in the same run."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median

WITHIN = """
import json, resource, sys, time
def measured(work):
    cpu, began = time.process_time(), time.perf_counter()
    work()
    took = {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - began}
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    print(json.dumps(took | {"megabytes": used}), file=sys.stderr)
"""
"""The beginning of a program that measures a part of itself, so that its imports are left out."""


@dataclass(frozen=True)
class Cost:
    """What a piece of work took; the memory is the most that its process ever held."""

    cpu: float
    seconds: float
    megabytes: float = 0.0

    def __str__(self) -> str:
        return f"{self.cpu:6.1f} CPU seconds, {self.seconds:6.1f} s, {self.megabytes:7,.0f} MB"


@dataclass(frozen=True)
class Figure:
    """A figure that was measured and how large, or how small, it is to be: `CPU 1.73×`, `≤ 2×`."""

    label: str
    value: float
    limit: float
    unit: str = "×"
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is as it should be."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def aim(self) -> str:
        """What it should be."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:,g}{self.unit}"

    def __str__(self) -> str:
        return f"{self.label} {_rounded(self.value)}{self.unit}".strip()


@dataclass(frozen=True)
class Row:
    """Work beside other work, measured in one run. `reason`: why an aim is missed, if one is."""

    work: str
    against: str
    figures: tuple[Figure, ...]
    reason: str = ""

    @property
    def is_met(self) -> bool:
        """Whether every figure is as it should be."""
        return all(figure.is_met for figure in self.figures)

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        aims = ", ".join(dict.fromkeys(figure.aim for figure in self.figures))
        missed = ", ".join(figure.label for figure in self.figures if not figure.is_met)
        met = "yes" if self.is_met else f"no ({missed.strip()}). {self.reason}".replace(" ()", "").strip()
        return self.work, self.against, aims, ", ".join(map(str, self.figures)), met


@dataclass(frozen=True)
class Bench:
    """Where benchmarks work, and how large they are: every size is divided, for a trial that takes little time."""

    folder: Path
    divided_by: int = 1

    def size(self, whole: int, least: int = 1) -> int:
        """A size, as large as it is to be in this run."""
        return max(whole // self.divided_by, least)


def rows_of(name: str, bench: Bench) -> list[Row]:
    """The rows of a benchmark, by the name of its module."""
    made: list[Row] = import_module(f"tests.benchmarks.{name}").rows(bench)
    return made


def cost(*command: object) -> Cost:
    """What a process took, its start included. Raises SystemExit where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[1:]} left with {process.returncode}")
    megabytes = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, megabytes)


def cost_within(program: str, *arguments: object, python: str = sys.executable) -> Cost:
    """What the part took that a program measures of itself (WITHIN). Raises SystemExit where it fails."""
    command = [python, "-c", WITHIN + program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return Cost(**json.loads(done.stderr.splitlines()[-1]))


def cost_here(work: Callable[[], object]) -> Cost:
    """What a call took in this process, and in those that it started and waited for. The memory is not told."""
    cpu, began = _cpu_with_children(), time.perf_counter()
    work()
    return Cost(_cpu_with_children() - cpu, time.perf_counter() - began)


def _cpu_with_children() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_turn(times: int, *works: Callable[[], float]) -> list[float]:
    """The median of each, measured one after the other again and again, so that all meet the same machine."""
    rounds = [[work() for work in works] for _ in range(times)]
    return [median(each) for each in zip(*rounds, strict=True)]


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _rounded(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
