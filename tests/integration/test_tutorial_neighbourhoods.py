"""The tutorial of neighbourhoods, run as it stands: each command answers with the lines that the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from pypdf import PdfReader

import totalplace as tp
from tests.integration.test_align import run
from totalplace.demo.geography import write_geography

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial-neighbourhoods.md"
BLOCK = re.compile(r"```(text|toml bridges|csv reasons|python)\n(.*?)```", re.DOTALL)
BLANKS = re.compile(r" +")


def asked(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with the lines that are shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in text.strip().splitlines():
        if line.startswith("$ totalplace "):
            found.append((line.removeprefix("$ totalplace "), []))
        elif found:
            found[-1][1].append(line)
    return found


def test_the_tutorial_comes_out_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in write_geography(2010).items():
        (tmp_path / "demo" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "demo" / name).write_text(text, "utf-8", newline="")
    monkeypatch.chdir(tmp_path)
    assert run("new", "larkhampton", "--name", "Larkhampton").code == 0
    monkeypatch.chdir(tmp_path / "larkhampton")
    commands = 0
    for kind, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "toml bridges":
            with Path("geography.toml").open("a", encoding="utf-8") as file:
                file.write(f"\n{text}")
        elif kind == "csv reasons":
            Path("reasons.txt").write_text(text, "utf-8")
        elif kind == "python":  # from the folder that the tutorial has gone into, as its commands are
            exec(compile(text, PAGE.name, "exec"), {})
        for command, shown in asked(text):
            done = run(*shlex.split(command))
            said = BLANKS.sub(" ", done.out + done.err)
            assert done.code == 0, (command, done.err)
            for line in shown:
                assert BLANKS.sub(" ", line.strip()) in said, (command, line, said)
            commands += 1
    assert commands > 14
    assert len(tp.open("../larkhampton").geography.declared.proposals) == 2
    paper = PdfReader("six.pdf")
    assert len(paper.pages) == 2
    assert "31% of people would change area" in " ".join(paper.pages[0].extract_text().split())
