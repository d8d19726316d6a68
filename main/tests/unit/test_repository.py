"""What is in the repository, and what is not: no registry's or machine's address, no secret, no dependency
without a reason or with a licence that binds those who pass the package on."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT_LIMIT = 2_000_000
"""Bytes; no file that a person wrote is larger."""

FORBIDDEN = {
    "a package registry's host": re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmjs\.com"),
    "a path of somebody's machine": re.compile(
        r"(?<![\w./~-])/(?:work|farm|root|home/\w+|Users/\w+)/|(?<!\w)C:\\Users\\\w"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access key": re.compile(
        r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[A-Za-z0-9-]{20,}|glpat-[\w-]{20})\b"
    ),
    "a password": re.compile(
        r"(?i)\b(?:password|passwd|secret|api_?key|access_?token)\b\s*[:=]\s*[\"'][^\"'\s{}$<>]{8,}[\"']"
    ),
    "an address with a password in it": re.compile(r"\b\w+://[^\s/:@{}<>]+:[^\s/@{}<>]+@"),
}
BINDING = re.compile(r"(?<!L)A?GPL|(?:Affero|(?<!Lesser )General) Public License", re.IGNORECASE)


def tracked() -> list[Path]:
    """Files that git knows, or would if they were added now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    """Name and content of each tracked file that is text."""
    found = []
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw[:8000]:
            found.append((path.relative_to(ROOT).as_posix(), raw.decode("utf-8", "replace")))
    return found


def project() -> dict[str, object]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def plain(requirement: str) -> str:
    """The name in a requirement: ``pyspark[connect]<4.2`` gives ``pyspark``."""
    return re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def declared() -> set[str]:
    """Every Python package that pyproject.toml names."""
    settings = project()
    wanted: list[object] = [*settings["project"]["dependencies"]]  # type: ignore[index]
    for group in settings["project"]["optional-dependencies"].values():  # type: ignore[index]
        wanted += group
    for group in settings["dependency-groups"].values():  # type: ignore[attr-defined]
        wanted += group
    return {plain(one) for one in wanted if isinstance(one, str)}


def pins(name: str) -> set[str]:
    """Names and versions in a file of requirements."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^(\S+==\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    hits = [
        f"{name}:{text[: match.start()].count(chr(10)) + 1}: {match[0]}"
        for name, text in texts()
        for match in FORBIDDEN[what].finditer(text)
    ]
    assert hits == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a package registry's host", "https://files.pythonhosted~.org/packages/a.whl"),
        ("a path of somebody's machine", "open('/root~/notes.txt')"),
        ("a path of somebody's machine", "see /home/~somebody/place"),
        ("a private key", "-----BEGIN RSA PRIVATE ~KEY-----"),
        ("an access key", "AKIA~AAAAAAAAAAAAAAAA"),
        ("a password", "password~ = 'correct-horse'"),
        ("an address with a password in it", "postgres:~//me:hunter2@db/place"),
    ],
)
def test_the_search_would_find_it(what: str, text: str) -> None:
    """The tilde keeps these lines themselves from being found."""
    assert FORBIDDEN[what].search(text.replace("~", ""))


@pytest.mark.parametrize("text", ["https://example.org/root/a", "../work/x", "network/", "secret = environ"])
def test_the_search_leaves_the_harmless_alone(text: str) -> None:
    assert not any(pattern.search(text) for pattern in FORBIDDEN.values())


def test_no_file_is_huge() -> None:
    huge = [path.relative_to(ROOT).as_posix() for path in tracked() if path.stat().st_size > TEXT_LIMIT]
    assert huge == []


def test_the_lock_of_javascript_packages_names_no_registry_and_checks_what_comes() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')


@pytest.mark.parametrize("name", ["uv", "runtime", "build", "dev"])
def test_every_pinned_package_has_checksums(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    checked = re.findall(r"^\S+==\S+(?: ; [^\\\n]+)? \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(checked) == len(pins(name)) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 0
    assert "--index-url" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", ["uv", "runtime", "build"])
def test_what_is_tested_is_what_runs(name: str) -> None:
    assert pins(name) - pins("dev") == set()


def test_the_pinned_packages_are_those_that_pyproject_names() -> None:
    settings = project()
    names = {pin.partition("==")[0] for pin in pins("runtime")}
    assert {plain(one) for one in settings["project"]["dependencies"]} <= names  # type: ignore[index]


def test_every_dependency_has_its_reason() -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    reasons = dict(re.findall(r"^\| `([^`]+)` \| (\S.{10,}) \|$", page, re.MULTILINE))
    package = (ROOT / "package.json").read_text(encoding="utf-8")
    browser = set(re.findall(r'^    "([^"]+)": "[\d.]+",?$', package, re.MULTILINE))
    assert set(reasons) == declared() | browser


def licence(found: Distribution) -> str:
    """What a package says of its licence, in its metadata or, where that is silent, in its licence file."""
    about = found.metadata
    # An old field; some put the whole text there.
    said = [about.get("License-Expression") or "", (about.get("License") or "").partition("\n")[0]]
    said += [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    text = " ".join(said).strip()
    if not text:
        files = [file for file in found.files or [] if re.search(r"LICEN[CS]E|COPYING", file.name, re.IGNORECASE)]
        text = " ".join(Path(str(file.locate())).read_text(encoding="utf-8")[:400] for file in files)
    return text


def test_no_licence_binds_who_passes_the_package_on() -> None:
    bad = {}
    for name in sorted(pin.partition("==")[0] for pin in pins("dev")):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # for another system
        if not licence(found) or BINDING.search(licence(found)):
            bad[name] = licence(found) or "says nothing"
    assert bad == {}


@pytest.mark.parametrize("text", ["GPL-3.0-or-later", "AGPLv3", "GNU General Public License v3"])
def test_these_licences_bind(text: str) -> None:
    assert BINDING.search(text)


@pytest.mark.parametrize("text", ["MIT", "LGPL-2.1", "GNU Lesser General Public License", "MPL-2.0"])
def test_these_licences_do_not_bind(text: str) -> None:
    assert not BINDING.search(text)
