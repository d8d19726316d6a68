"""Looking at files of payments before they are declared: how each would be read, and which are refused."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace import definition as declared
from totalplace.definition import Definition
from totalplace.errors import FileRefused, UsageError, did_you_mean
from totalplace.terms import Body

if TYPE_CHECKING:
    from totalplace.sources.sniff import Proposal


@dataclass(frozen=True)
class Added:
    """What `add` found: proposals that were (or can be) written down, and files refused with the reason."""

    body: Body
    new_body: bool
    proposals: tuple[Proposal, ...]
    refused: tuple[FileRefused, ...]
    known: tuple[str, ...]


def look(
    root: Path, definition: Definition, kind: str, files: Iterable[str | Path], body: str, body_kind: str = ""
) -> Added:
    """What `Place.look` promises."""
    if kind not in declared.SOURCE_KINDS:
        raise UsageError(f"'{kind}' is not a kind of source{did_you_mean(kind, list(declared.SOURCE_KINDS))}")
    found, new = body_named(definition, body, body_kind)
    known = {name for source in definition.sources for name in source.files}
    theirs = [name for source in definition.sources if source.body == found.id for name in source.files]
    proposals, refused, again = _look_at(root, files, known, theirs)
    proposals, others = _mended_by(definition, proposals, found)
    refused += others
    return Added(found, new, tuple(proposals), tuple(refused), tuple(again))


def body_named(definition: Definition, name: str, kind: str) -> tuple[Body, bool]:
    """A declared body, also by another of its names in the register, or a new one to declare.

    Raises UsageError where it is not clear which body is meant.
    """
    with suppress(UsageError):
        return definition.body(name), False
    from totalplace.money.declaring import declared_as, new_body

    if twin := declared_as(definition, name):
        return twin, False
    return new_body(definition, name, kind), True


def _look_at(
    root: Path, files: Iterable[str | Path], known: set[str], theirs: Iterable[str]
) -> tuple[list[Proposal], list[FileRefused], list[str]]:
    """Proposals for files; `known` are the parts that are declared, `theirs` those of the same body."""
    from totalplace.sources.contents import parts_of
    from totalplace.sources.sniff import propose

    proposals, refused, again = [], [], []
    copies = _Copies(root, theirs)
    for file in files:
        try:
            copies.refuse(declared.relative(root, Path(file)))
            parts = parts_of(root, declared.relative(root, Path(file)))
        except FileRefused as error:
            refused.append(error)
            continue
        for part in parts:
            if part.name in known:
                again.append(part.name)
                continue
            try:
                proposals.append(propose(part))
            except FileRefused as error:
                refused.append(error)
    return proposals, refused, again


class _Copies:
    """Tells a file that is byte for byte one that the body has already: the build would refuse it for ever.

    A link to such a file is one too: what tells files apart is how they are called.
    """

    def __init__(self, root: Path, theirs: Iterable[str]) -> None:
        from totalplace.sources.parts import part_named

        self.root = root
        self.by_size: dict[int, set[Path]] = {}
        for path in {part_named(root, name).file for name in theirs}:
            self._alike(path).add(path.absolute())

    def _alike(self, path: Path) -> set[Path]:
        """The files known so far that are of a file's size."""
        with suppress(OSError):
            return self.by_size.setdefault(path.stat().st_size, set())
        return set()

    def refuse(self, name: str) -> None:
        """Raises FileRefused for a copy; keeps any other file in mind, so that its copy is told."""
        from totalplace.store.files import digest_of

        path = self.root / name
        if not path.is_file():
            return
        alike = self._alike(path)
        for other in sorted(alike - {path.absolute()}):
            if digest_of(other) == digest_of(path):
                raise FileRefused(name, f"is byte for byte {declared.relative(self.root, other)}: it would count twice")
        alike.add(path.absolute())


def _mended_by(
    definition: Definition, proposals: Iterable[Proposal], body: Body
) -> tuple[list[Proposal], list[FileRefused]]:
    """Proposals with those for mended rows read as the files that they came from; refused where another's."""
    from totalplace.money.mend import as_published

    good, refused = [], []
    for proposal in proposals:
        found, source = as_published(definition, proposal)
        if source and source.body != body.id:
            reason = f"holds mended rows of {source.body}, not of {body.id}; add it with --body {source.body}"
            refused.append(FileRefused(proposal.part.name, reason))
        else:
            good.append(found)
    return good, refused
