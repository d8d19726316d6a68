"""Makes and builds the demo borough, saying what it does."""

from __future__ import annotations

from pathlib import Path

from totalplace.cli.show import as_json, progress, say
from totalplace.errors import UsageError


def make_demo(folder: Path, seed: int, json: bool) -> None:
    """Writes the borough's files, adds and builds them; a demo that is there already is built again."""
    from totalplace import demo
    from totalplace.place import open_place

    if folder.exists() and any(folder.iterdir()) and not (folder / "truth.json").exists():
        raise UsageError(f"{folder} is not empty and is no demo; name another folder")
    if (folder / "place.toml").exists():
        say(f"{folder} is made again: its files and place.toml are written anew, decisions in matches.toml stay")
    with progress() as told:
        written = demo.write(folder, seed=seed, progress=told)
        place = open_place(folder)
        for n, source in enumerate(written.sources):
            told(f"adding {source.body}", n, len(written.sources))
            place.add(source.kind, [folder / file for file in source.files], source.body)
        built = place.build(progress=told)
    rows = sum(entry.rows for entry in built.entries)
    say(f"the demo borough is in {folder}: {len(built.entries)} tables, {rows:,} rows, built in {built.seconds:.1f} s")
    if json:
        as_json({"place": str(folder), "run": built.run, "tables": len(built.entries), "rows": rows})
