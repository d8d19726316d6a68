"""Digests of what a table is made from: what has the same digest is not made again."""

from __future__ import annotations

import json

from totalplace.definition import Definition, Source, fingerprint
from totalplace.store.layout import FORMAT


def rules() -> str:
    """The package as it is and its data files: what every table rests on besides the files and place.toml."""
    from totalplace import __version__
    from totalplace.parameters import version

    return fingerprint(FORMAT, __version__, version("bodies.csv", "columns.toml", "kinds.toml"))


def classes(definition: Definition) -> str:
    """What decides the service of a payment: the model and its lists, and what people corrected."""
    from totalplace.parameters import version
    from totalplace.parameters.services import FILES
    from totalplace.services import model_version

    return fingerprint(version(*FILES), model_version(), definition.corrections)


def reading(source: Source) -> str:
    """A source's reading, in whatever order it is written down."""
    return fingerprint(json.dumps(source.reading.to_dict(), sort_keys=True))


def matching(definition: Definition) -> str:
    """What decides which body a payee is, and how much of a body is this place's."""
    bodies = sorted((body.id, repr(body), sorted(body.codes.items())) for body in definition.bodies)
    return fingerprint(rules(), bodies, sorted(definition.settled.items()))


def whole(definition: Definition) -> str:
    """All that place.toml and matches.toml say that a count rests on."""
    sources = sorted((s.body, s.kind, name, reading(s)) for s in definition.sources for name in s.files)
    return fingerprint(matching(definition), classes(definition), sources)
