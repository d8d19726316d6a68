"""What a place says of its official figures: the one face of this package to commands, pages and Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from totalplace.definition import Definition, relative
from totalplace.errors import FileRefused, UsageError, did_you_mean
from totalplace.official import declared
from totalplace.official.declared import KINDS, Dataset
from totalplace.official.explained import explained
from totalplace.official.figures import Figures, read
from totalplace.official.housing_benefit import benefits_table
from totalplace.official.side_by_side import totals_table
from totalplace.official.tables import datasets_table, doubts_table, figures_table, services_table
from totalplace.official.tables_in import refuse_without_unit
from totalplace.remembered import Same, Stamp, stamp
from totalplace.store.files import digest_of
from totalplace.store.layout import Run
from totalplace.table import Table


class Official:
    """The official figures of a place: added, listed, held against its payments."""

    def __init__(self, root: Path, definition: Definition, run: Callable[[], Run]) -> None:
        self._root, self._definition, self._run = root, definition, run

    def figures(self) -> Figures:
        """All figures, read anew where a file has changed; what cannot be read is named in `states`."""
        files = [dataset.path for dataset in declared.load(self._root)]
        stamps = tuple(stamp(self._root / name) for name in (declared.FILE, *files))
        return _read(self._root, Same(self._definition), stamps)

    def look(self, kind: str, files: Iterable[str | Path], given: Mapping[str, str | int] | None = None) -> Figures:
        """What files of official figures hold, as they would be added; writes nothing.

        `given` has what the files do not say: body, year, unit (pounds in one unit), measure, grade, method, source.
        Raises UsageError for what cannot be; a file that cannot be read is named in `states`.
        """
        if kind not in KINDS:
            raise UsageError(f"'{kind}' is not a kind of official figures{did_you_mean(kind, list(KINDS))}")
        there = declared.load(self._root)
        found: list[Dataset] = []
        for file in files:
            name = relative(self._root, Path(file))
            # What was said of a file before stands, unless it is said anew; its signature is looked at with its digest.
            known = next((d for d in there if (d.kind, d.file) == (kind, name)), None)
            known = known or Dataset(declared.new_id(kind, name, [d.id for d in (*there, *found)]), kind, name, "")
            sha = digest_of(self._root / known.path)
            if sha is None:
                raise FileRefused(name, "is not there, or cannot be read")
            dataset = replace(known, sha256=sha, **(given or {}))  # type: ignore[arg-type]  # `check` sees the values
            declared.check(dataset)
            if dataset.body:
                self._definition.body(dataset.body)
            refuse_without_unit(dataset)
            found.append(dataset)
        return read(self._root, self._definition, found)

    def agree(self, seen: Figures) -> None:
        """Writes those of the files looked at that can be read into official.toml."""
        good = [dataset for dataset in seen.datasets if not seen.refused(dataset)]
        if good:
            declared.declare(self._root, good)

    def add(self, kind: str, files: Iterable[str | Path], given: Mapping[str, str | int] | None = None) -> Figures:
        """`look` and `agree` in one."""
        seen = self.look(kind, files, given)
        self.agree(seen)
        return seen

    def sign(self, dataset: str, by: str, on: str = "") -> None:
        """Writes down that somebody stands behind a dataset as its file is now; a change of the file voids it."""
        known = {found.id: found for found in declared.load(self._root)}
        if dataset in known and self._sha(known[dataset]) != known[dataset].sha256:
            raise UsageError(f"{known[dataset].file} has changed since it was declared: add it again, then sign")
        sha = self._sha(known[dataset]) if dataset in known else ""
        today = dt.datetime.now(tz=dt.UTC).date().isoformat()
        declared.sign(self._root, dataset, by, on or today, sha)

    def datasets(self) -> Table:
        """Where the figures come from, their grades and signatures, and whether the files are as declared."""
        return datasets_table(self.figures())

    def table(self, where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """The figures that pass the filters of tables.FILTERS."""
        return figures_table(self.figures(), self._definition, where)

    def services(self, where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """Outturn and budgets by body, year and division."""
        return services_table(self.figures(), self._definition, where)

    def doubts(self) -> Table:
        """What is to be looked at before the figures are quoted."""
        return doubts_table(self.figures())

    def totals(self, where: Mapping[str, Sequence[str]] | None = None) -> Table:
        """What each dataset comes to by body and year: gross, income, net; two of one kind side by side."""
        wanted = where or {}
        bodies = [self._definition.body(name).id for name in wanted.get("body", ())]
        return totals_table(self.figures(), bodies, wanted.get("year", ()))

    def housing_benefit(self) -> Table:
        """Housing benefit as councils and the Department for Work and Pensions have it, counted once."""
        return benefits_table(self.figures())

    def explained(self) -> Table:
        """What share of official spending the payments of the current run explain, by body and year."""
        return explained(self._run(), self._definition, self.figures())

    def by_service(self, body: str, year: str, *, against: str = "", deflator: str = "") -> Table:
        """One body's official spending and payments of a year by service.

        `against` takes official figures of another year, in this one's prices where there is an index; `deflator` names
        a vintage, shipped or of the place's own deflators.csv.
        """
        from totalplace.official.by_service import by_service
        from totalplace.parameters.deflators import OWN, own_vintages
        from totalplace.parameters.deflators import deflator as vintage

        chosen = vintage(deflator, own_vintages(self._root / OWN)) if against else None
        return by_service(self._run(), self._definition, self.figures(), body, year, against=against, deflator=chosen)

    def _sha(self, dataset: Dataset) -> str:
        return digest_of(self._root / dataset.path) or ""


@lru_cache(maxsize=8)
def _read(root: Path, same: Same[Definition], _stamps: tuple[Stamp, ...]) -> Figures:
    return read(root, same.it, declared.load(root))
