"""The classifier of a build: the shipped one, or one trained anew with what people corrected, kept in the store."""

from __future__ import annotations

from contextlib import suppress

from totalplace.build import digests
from totalplace.definition import Definition
from totalplace.errors import DataError
from totalplace.services import Classifier, Model, model_with
from totalplace.store.files import write_whole
from totalplace.store.layout import Store


def classifier(store: Store, definition: Definition) -> Classifier:
    """What tells services in this place; training (some seconds) is done once for the same corrections."""
    if not definition.corrections:
        return Classifier()
    path = store.root / "models" / f"{digests.classes(definition)}.npz"
    with suppress(OSError, DataError):
        return Classifier(definition.corrections, model=Model.from_bytes(path.read_bytes()))
    model = model_with(definition.corrections)
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("*.npz"):
        old.unlink(missing_ok=True)
    write_whole(path, model.to_bytes())
    return Classifier(definition.corrections, model=model)
