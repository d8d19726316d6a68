"""One door to a file of areas or points: told by what it holds, not by its name."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from totalplace.errors import FileRefused, did_you_mean
from totalplace.geography.reading import geojson, geopackage, parquet, shapefile
from totalplace.geography.reading.features import LARGEST, Features, Keep
from totalplace.sources.contents import parts_of
from totalplace.sources.opening import guard_members, opened_zip
from totalplace.sources.parts import Part
from totalplace.sources.rows import rows_of
from totalplace.store.files import what_is

TABLE = 256 << 20
"""Bytes beyond which a table of text is refused."""
_MEMBERS = (".shp", ".geojson", ".json")
_PACKED = (".gpkg", ".parquet", ".geoparquet")


def read_features(root: Path, name: str, keep: Keep | None = None) -> Features:
    """The rows of a file, its path taken from `root`: GeoJSON, GeoPackage, shapefile, Parquet, CSV, XLSX, or a zip.

    `name` may go on with #layer (GeoPackage, a sheet of a workbook) or !member (of a zip). Raises FileRefused with what
    was found and what to do.
    """
    path, member, layer = _parted(root, name)
    head, size = _begun(path, name)
    if head.startswith(geopackage.MAGIC):
        return geopackage.read_geopackage(path, name, layer, keep)
    if head.startswith(parquet.MAGIC):
        return parquet.read_parquet(path, name, keep)
    if head.startswith(shapefile.MAGIC):
        return shapefile.read_shapefile(name, path.read_bytes(), _beside(path), keep)
    if head.startswith(b"PK\x03\x04") and (found := _inside(path, name, member, keep)):
        return found
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        geojson.refuse_large(name, size)
        return geojson.read_geojson(name, path.read_bytes(), keep)
    if path.suffix.lower() in (".dbf", ".prj", ".cpg", ".shx"):
        raise FileRefused(name, f"is a piece of a shapefile: name {path.stem}.shp")
    return _table(root, name).kept(keep)


def _begun(path: Path, name: str) -> tuple[bytes, int]:
    """The first bytes of a file and how many there are."""
    what = what_is(path)
    if what == "folder":
        raise FileRefused(name, "is a folder: name the file in it")
    if what == "other":
        raise FileRefused(name, "is a device or a pipe, which need never end: name a file")
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except (OSError, ValueError) as error:
        what = "is not there; was it moved or renamed?" if isinstance(error, FileNotFoundError) else str(error)
        raise FileRefused(name, what) from None
    if not size:
        raise FileRefused(name, "is empty")
    if size > LARGEST:
        raise FileRefused(
            name, f"it has {size / 1e9:,.1f} GB, and up to {LARGEST / 1e9:,.1f} are read: keep the areas of your place"
        )
    return head, size


def _parted(root: Path, name: str) -> tuple[Path, str, str]:
    """The file, the member of a zip, and the layer that a name asks for; a file that is there has the say."""
    if "\0" in name or not name:
        raise FileRefused(name.replace("\0", ""), "is no name of a file")
    if what_is(root / name):
        return root / name, "", ""
    for at, mark in enumerate(name):
        if mark in "!#" and what_is(root / name[:at]) == "file":
            rest = name[at + 1 :]
            return root / name[:at], rest if mark == "!" else "", rest if mark == "#" else ""
    return root / name, "", ""


def _beside(path: Path) -> shapefile.Beside:
    def beside(ending: str) -> bytes | None:
        for name in (path.with_suffix(ending), path.with_suffix(ending.upper())):
            if name.is_file():
                return name.read_bytes()
        return None

    return beside


def _inside(path: Path, name: str, member: str, keep: Keep | None) -> Features | None:
    """The shapes in a zip; None where it holds tables alone, or is a workbook."""
    with opened_zip(Part(path, name)) as archive:
        guard_members(name, archive)
        names = [info.filename for info in archive.infolist() if info.file_size <= LARGEST]
        if member and member not in names:
            raise FileRefused(name, f"it has no '{member}'{did_you_mean(member, names)}")
        drawn = [each for each in ([member] if member else names) if each.lower().endswith(_MEMBERS)]
        if not drawn:
            if packed := next((each for each in names if each.lower().endswith(_PACKED)), ""):
                raise FileRefused(name, f"unpack '{packed}' first: it is read from a file of its own")
            return None
        if len(drawn) > 1:
            raise FileRefused(name, f"it holds {len(drawn)} files of shapes: name one, such as {name}!{drawn[0]}")
        data = _unpacked(name, archive, drawn[0])
        if not drawn[0].lower().endswith(".shp"):
            geojson.refuse_large(name, len(data))
            return geojson.read_geojson(name, data, keep)
        lower = {each.lower(): each for each in names}

        def beside(ending: str) -> bytes | None:
            there = lower.get(drawn[0].lower()[: -len(".shp")] + ending)
            return _unpacked(name, archive, there) if there else None

        return shapefile.read_shapefile(name, data, beside, keep)


def _unpacked(name: str, archive: zipfile.ZipFile, member: str) -> bytes:
    """A member of a zip; raises FileRefused where it is damaged."""
    try:
        return archive.read(member)
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise FileRefused(name, f"'{member}' in it is damaged ({error}); fetch it again") from None


def _table(root: Path, name: str) -> Features:
    """A table of text or a sheet, its first row with two cells or more being the headings."""
    parts = [part for part in parts_of(root, name) if not part.hidden]
    if len(parts) > 1:
        raise FileRefused(name, f"it holds {len(parts)} tables: name one, such as {parts[0].name}")
    rows = rows_of(parts[0], TABLE, "a table of areas")
    top = next((n for n, row in enumerate(rows) if sum(bool(cell.strip()) for cell in row) > 1), None)
    if top is None:
        raise FileRefused(name, "no row of it has two cells: it is no table of areas")
    headings = [cell.strip() for cell in rows[top]]
    twice = next((text for n, text in enumerate(headings) if text and text in headings[:n]), "")
    if twice:
        raise FileRefused(name, f"two columns are called '{twice}'; give one another heading")
    wide = len(headings)
    filled = [(n, row) for n, row in enumerate(rows[top + 1 :], top + 2) if any(cell.strip() for cell in row)]
    for line, row in filled:
        if any(cell.strip() for cell in row[wide:]):
            raise FileRefused(name, f"line {line:,} has more cells than there are headings ({wide})")
    if not filled:
        raise FileRefused(name, "it has headings and no rows")
    padded = [[*row, *([""] * (wide - len(row)))] for _, row in filled]
    columns = {text: tuple(row[n].strip() for row in padded) for n, text in enumerate(headings) if text}
    return Features(name, columns, lines=tuple(line for line, _ in filled))
