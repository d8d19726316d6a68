"""The best choice of sets that covers every unit once: a set partition, solved by HiGHS and checked again here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from totalplace.errors import GeographyError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Solved:
    """How a choice of sets ended: `status` is optimal, impossible or stopped (out of time; `bound` then says how near).

    `chosen` are the columns of the answer, `value` their cost added up here, `bound` what no answer can be below.
    """

    status: str
    chosen: tuple[int, ...] = ()
    value: float = float("nan")
    bound: float = float("nan")


@dataclass(frozen=True, eq=False)
class Choice:
    """Columns to choose from: rows that each covers, its cost, and rows besides that it may take at most once.

    `rows[c]` are to be covered exactly once over the chosen columns; `once[c]` (-1 for none) at most once.
    """

    size: int
    rows: Sequence[Sequence[int]]
    cost: Floats
    once: Sequence[int] = ()
    count: int | None = None
    free: Floats | None = None  # what it costs to leave a row out; None: no row can be
    begin: Sequence[int] = ()  # columns of a choice that is known to do, for the solver to begin with

    def solve(self, seconds: float = 60.0) -> Solved:
        """The cheapest choice of `count` columns (any number where None); GeographyError where HiGHS fails."""
        if not len(self.rows) and self.free is None:
            return Solved("impossible")
        status, values, bound = _highs(self, seconds)
        if status == "impossible":
            return Solved(status)
        chosen = tuple(int(c) for c in np.flatnonzero(values[: len(self.rows)] > 0.5))
        left = values[len(self.rows) :] > 0.5
        self._check(chosen, left)
        value = float(self.cost[list(chosen)].sum()) + (float(self.free[left].sum()) if self.free is not None else 0.0)
        return Solved(status, chosen, value, bound if status == "stopped" else value)

    def _check(self, chosen: Sequence[int], left: NDArray[np.bool_]) -> None:
        """What the solver gave is taken only where it covers each row once and breaks no rule."""
        covered = np.bincount([r for c in chosen for r in self.rows[c]], minlength=self.size)
        if self.free is not None:
            covered = covered + left
        named = [self.once[c] for c in chosen if self.once and self.once[c] >= 0]
        if (covered != 1).any() or len(set(named)) != len(named) or self.count not in (None, len(chosen)):
            raise GeographyError("the solver's answer does not cover each unit once; nothing was taken from it")


def _highs(choice: Choice, seconds: float) -> tuple[str, Floats, float]:
    """Status, values of the columns and proven bound from HiGHS."""
    columns = len(choice.rows)
    extra = choice.size if choice.free is not None else 0
    names = sorted({name for name in choice.once if name >= 0})
    at = {name: choice.size + n for n, name in enumerate(names)}
    starts: list[int] = [0]
    index: list[int] = []
    count_row = choice.size + len(names)
    for column, rows in enumerate(choice.rows):
        index.extend(rows)
        if choice.once and choice.once[column] >= 0:
            index.append(at[choice.once[column]])
        if choice.count is not None:
            index.append(count_row)
        starts.append(len(index))
    for row in range(extra):
        index.append(row)
        starts.append(len(index))
    cost = choice.cost if choice.free is None else np.concatenate([choice.cost, choice.free])
    lower = [1.0] * choice.size + [0.0] * len(names)
    upper = [1.0] * (choice.size + len(names))
    if choice.count is not None:
        lower.append(float(choice.count))
        upper.append(float(choice.count))
    first = np.zeros(columns + extra)
    first[list(choice.begin)] = 1.0
    return chosen_columns(columns + extra, cost, lower, upper, starts, index, seconds, first)


def chosen_columns(
    columns: int,
    cost: Floats,
    lower: list[float],
    upper: list[float],
    starts: list[int],
    index: list[int],
    limit: float,
    first: Floats,
) -> tuple[str, Floats, float]:
    """The cheapest choice of columns, 0 or 1 each, within bounds of rows; column n has rows index[starts[n]...].

    Gives optimal, impossible or stopped, the choice (`first` is one to begin with), and what none can be below. Raises
    GeographyError where none is found within `limit` seconds.
    """
    import highspy

    scale = 1000.0 / max(float(np.abs(cost).max(initial=0.0)), 1e-12)  # costs of a size that its tolerances suit
    with silent():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # it says no types
        solver.setOptionValue("output_flag", False)
        for name, value in OPTIONS.items():
            solver.setOptionValue(name, value)
        solver.setOptionValue("time_limit", limit)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, len(lower)
        model.col_cost_ = cost * scale
        model.col_lower_, model.col_upper_ = np.zeros(columns), np.ones(columns)
        model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(index, dtype=np.int32)
        model.a_matrix_.value_ = np.ones(len(index))
        model.integrality_ = [highspy.HighsVarType.kInteger] * columns
        solver.passModel(model)
        if first.any():
            known = highspy.HighsSolution()
            known.col_value = first.tolist()
            solver.setSolution(known)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kSolveError:
            # Its presolve fails on some tiny problems that are impossible; without it they are solved.
            solver.clearSolver()
            solver.setOptionValue("presolve", "off")
            solver.run()
        status = solver.getModelStatus()
        info = solver.getInfo()
        values = np.array(solver.getSolution().col_value)
    if status == highspy.HighsModelStatus.kOptimal:
        return "optimal", values, float(info.mip_dual_bound) / scale
    if status == highspy.HighsModelStatus.kInfeasible:
        return "impossible", values, 0.0
    if status == highspy.HighsModelStatus.kTimeLimit and info.primal_solution_status == 2:
        return "stopped", values, float(info.mip_dual_bound) / scale
    raise GeographyError(f"no answer within {limit:g} seconds: allow more time, or search without proof")


OPTIONS = {
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-7,
    "mip_feasibility_tolerance": 1e-9,
    "random_seed": 1,
    "threads": 1,
}
"""No gap is left open, and the same seed and one thread give the same plan each time."""


@contextmanager
def silent() -> Iterator[None]:
    """Nothing that the solver's own code prints reaches standard output, which may hold one JSON document."""
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except OSError:  # no standard output at all, as in a service
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
