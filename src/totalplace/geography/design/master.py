"""The best mix of some sets, in parts if need be, that covers every unit once: a linear programme, and its prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from totalplace.geography.design.measures import Floats
from totalplace.geography.design.partition import silent

DEAREST = 1e6
"""A unit that no set covers costs so many times what any plan can cost, at most, before it is given up."""


class Master:
    """A row for each unit and one for the number of areas. A unit that is not covered costs more than any plan.

    Prices are those of the interior point method, not of a corner: where many mixes are equally good they lie in the
    middle of what is possible, and far fewer sets look worth adding (Rousseau, Gendreau and Feillet 2007).
    """

    def __init__(self, row: Mapping[int, int], count: int, most: float) -> None:
        import highspy

        self.row, self.count, self.most = row, count, most
        self.dear = max(most, 1.0)
        self.value = float("inf")
        self.short = True  # whether a unit is not covered
        with silent():
            self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # it says no types
            for name, value in OPTIONS.items():
                self.solver.setOptionValue(name, value)
            for _ in row:
                self.solver.addRow(1.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
            self.solver.addRow(count, count, 0, np.array([], dtype=np.int32), np.array([]))
            for n in range(len(row) + 1):
                self.solver.addCol(self.dear, 0.0, highspy.kHighsInf, 1, np.array([n], dtype=np.int32), np.ones(1))

    def add(self, cost: float, units: Sequence[int]) -> None:
        """One more set."""
        import highspy

        rows = np.array([*(self.row[unit] for unit in units), len(self.row)], dtype=np.int32)
        self.solver.addCol(cost, 0.0, highspy.kHighsInf, len(rows), rows, np.ones(len(rows)))

    def duals(self) -> Floats:
        """The price of each unit and, last, of an area."""
        rows = len(self.row) + 1
        with silent():
            self.solver.run()
            solution = self.solver.getSolution()
            self.value = float(self.solver.getInfo().objective_function_value)
        self.short = bool(np.array(solution.col_value[:rows]).sum() > 1e-3)
        return np.nan_to_num(np.array(solution.row_dual, dtype=np.float64))

    def dearer(self) -> bool:
        """A unit that is not covered costs ten times as much; whether that is worth trying."""
        self.dear *= 10
        with silent():
            for n in range(len(self.row) + 1):
                self.solver.changeColCost(n, self.dear)
        return self.dear <= DEAREST * max(self.most, 1.0)


OPTIONS: dict[str, str | int | float | bool] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "solver": "ipm",
    "run_crossover": "off",
    "ipm_optimality_tolerance": 1e-5,
}
