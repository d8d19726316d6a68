"""Files are written whole or not at all; one build at a time; an edit on top of another's is refused."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from totalplace.errors import DataError, EditConflict, StoreError
from totalplace.store import files
from totalplace.store.files import digest_of, disk_errors, locked, replace_edited, write_whole


def test_a_file_is_written_whole_over_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "place.toml"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["place.toml"]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_at_any_step_leaves_what_was_there_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    path = tmp_path / "place.toml"
    write_whole(path, b"one")

    def full(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files.os, step, full)
    with pytest.raises(DataError, match="is full; free some space"):
        write_whole(path, b"two")
    monkeypatch.undo()
    assert path.read_bytes() == b"one"
    assert [p.name for p in tmp_path.iterdir()] == ["place.toml"]


def test_a_forbidden_folder_is_said_and_other_errors_are_left_alone(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written: Permission denied"), disk_errors(tmp_path / "x"):
        raise PermissionError(errno.EACCES, "Permission denied")
    with pytest.raises(FileNotFoundError), disk_errors(tmp_path / "x"):
        raise FileNotFoundError(errno.ENOENT, "No such file")


def _held_open(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Windows, where a reader has the file open for so many tries."""
    tries: list[int] = []
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        tries.append(1)
        if len(tries) <= times:
            raise PermissionError(errno.EACCES, "Access is denied")
        real(source, target)

    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(files.os, "replace", replace)
    return tries


def test_on_windows_a_file_that_a_reader_has_open_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = _held_open(monkeypatch, 3)
    write_whole(tmp_path / "current", b"two")
    assert (tmp_path / "current").read_bytes() == b"two"
    assert len(tries) == 4


def test_a_file_that_stays_open_is_said_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _held_open(monkeypatch, 1000)
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    with pytest.raises(DataError, match="cannot be written: Access is denied"):
        write_whole(tmp_path / "current", b"two")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions of another sort")
def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "place.toml"
    before = os.umask(0o022)
    try:
        write_whole(path, b"one")
        assert path.stat().st_mode & 0o777 == 0o644
        path.chmod(0o664)
        write_whole(path, b"two")
        assert path.stat().st_mode & 0o777 == 0o664
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    write_whole(tmp_path / "real" / "place.toml", b"one")
    (tmp_path / "place.toml").symlink_to(tmp_path / "real" / "place.toml")
    write_whole(tmp_path / "place.toml", b"two")
    assert (tmp_path / "place.toml").is_symlink()
    assert (tmp_path / "real" / "place.toml").read_bytes() == b"two"


def test_an_edit_on_top_of_somebody_elses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "place.toml"
    write_whole(path, b"one")
    replace_edited(path, b"one", b"two")
    with pytest.raises(EditConflict, match=r"place\.toml was changed by somebody else"):
        replace_edited(path, b"one", b"three")
    assert path.read_bytes() == b"two"
    with pytest.raises(EditConflict):
        replace_edited(path, None, b"three")
    path.unlink()
    with pytest.raises(EditConflict):
        replace_edited(path, b"two", b"three")
    replace_edited(path, None, b"three")
    assert path.read_bytes() == b"three"


def test_a_lock_is_held_by_one_and_let_go_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "store" / "lock"
    with locked(path), pytest.raises(StoreError, match="another build of this place is running"), locked(path):
        pass
    with locked(path):
        pass


def test_a_lock_can_be_waited_for_and_has_words_of_its_own(tmp_path: Path) -> None:
    path, order = tmp_path / "lock", []

    def wait() -> None:
        with locked(path, "busy", wait=10):
            order.append("second")

    with ThreadPoolExecutor() as pool:
        with locked(path):
            waiting = pool.submit(wait)
            with pytest.raises(StoreError, match=r"^busy$"), locked(path, "busy", wait=0.05):
                pass
            order.append("first")
        waiting.result()
    assert order == ["first", "second"]


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert digest_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_of(tmp_path / "gone") is None


def test_what_goes_wrong_under_the_lock_is_not_blamed_on_the_lock(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), locked(tmp_path / "lock"):
        raise PermissionError(errno.EACCES, "Permission denied", "payments.csv")
    with locked(tmp_path / "lock"):
        pass


@pytest.mark.parametrize("made", ["a file for the folder", "a folder for the lock"])
def test_what_stands_in_the_place_of_a_store_is_named(tmp_path: Path, made: str) -> None:
    lock = tmp_path / "store" / "lock"
    if made == "a file for the folder":
        lock.parent.write_bytes(b"")
    else:
        lock.mkdir(parents=True)
    with pytest.raises(DataError, match="something else stands in its place"), locked(lock):
        pass
