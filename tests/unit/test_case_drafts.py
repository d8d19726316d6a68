"""What a change of a case is made on: its tables and the digest that tells whether somebody else changed them."""

from __future__ import annotations

from pathlib import Path

import pytest

from totalplace.appraisal.editing import Editing
from totalplace.appraisal.files import Cases
from totalplace.folder import digest


def test_tables_and_digest_are_of_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody changes while it is read: the change is in neither, lest the next edit undo it."""
    cases = Cases(tmp_path)
    path = cases.new("team", "2026-27")
    before, read = path.read_bytes(), Path.read_bytes

    def and_then_changed(file: Path) -> bytes:
        content = read(file)
        file.write_bytes(content + b"# changed meanwhile\n")
        return content

    monkeypatch.setattr(Path, "read_bytes", and_then_changed)
    assert Editing(cases).draft("team").digest == digest(before)
