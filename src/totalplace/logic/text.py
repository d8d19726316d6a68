"""A logic model as text that other tools draw: Mermaid and Graphviz. Names are escaped, whatever they hold."""

from __future__ import annotations

import re

from totalplace.logic.model import LogicModel
from totalplace.logic.step import KINDS, Step

_PLAIN = " ,'£"
"""What Mermaid takes as it is besides letters and figures."""
_INSIDE = ".-"
"""And these after a letter: at the start of a line they would make a list."""


def mermaid(model: LogicModel) -> str:
    """The model as a Mermaid flowchart: a group a kind, a box a step; dis-benefits and faults of links as dashes."""
    lines = ["flowchart LR"]
    for kind, words in KINDS.items():
        if steps := model.of_kind(kind):
            lines.append(f'  subgraph kind_{kind}["{words}"]')
            lines += [f'    {_node(step.id)}["{_mermaid_label(step)}"]' for step in steps]
            lines.append("  end")
    lines += [f"  {_node(start)} --> {_node(end)}" for start, end in model.links]
    if unwanted := [_node(step.id) for step in model.steps if step.dis_benefit]:
        lines.append("  classDef unwanted stroke-dasharray: 5 3")
        lines.append(f"  class {','.join(unwanted)} unwanted")
    return "\n".join(lines) + "\n"


def _node(id: str) -> str:
    """An id that is no word of Mermaid's: `end` is one. No two ids fall together, for none holds an underscore."""
    return "s_" + id.replace("-", "_")


def _mermaid_label(step: Step) -> str:
    return "<br/>".join(_mermaid_text(line) for line in _lines(label(step)))


def _mermaid_text(line: str) -> str:
    out, lettered = [], False
    for letter in line:
        lettered = lettered or letter.isalpha()
        plain = letter.isalnum() or letter in _PLAIN or (letter in _INSIDE and lettered)
        out.append(letter if plain else f"#{ord(letter)};")
    return "".join(out)


def graphviz(model: LogicModel, name: str = "logic model") -> str:
    """The model in the DOT language of Graphviz: a cluster a kind, a box a step; dis-benefits dashed."""
    lines = [f"digraph {_dot(name)} {{", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for kind, words in KINDS.items():
        if steps := model.of_kind(kind):
            lines.append(f"  subgraph cluster_{kind} {{")
            lines.append(f"    label={_dot(words)};")
            lines += [f"    {_dot(step.id)} [label={_dot(label(step))}{_dashed(step)}];" for step in steps]
            lines.append("  }")
    lines += [f"  {_dot(start)} -> {_dot(end)};" for start, end in model.links]
    return "\n".join([*lines, "}"]) + "\n"


def _dashed(step: Step) -> str:
    return ", style=dashed" if step.dis_benefit else ""


def _dot(text: str) -> str:
    """A quoted text of DOT: backslashes are no escapes of ours, and ampersands begin no entity."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return '"' + "\\n".join(_lines(escaped)) + '"'


def label(step: Step) -> str:
    """The words of a step's box: its name, and whether it is unwanted."""
    return f"{step.name.strip()} (not wanted)" if step.dis_benefit else step.name.strip()


def _lines(text: str) -> list[str]:
    """The lines of a text, with one space for any run of others."""
    return [" ".join(line.split()) for line in re.split(r"[\n\u2028\u2029\x85]+", text)] or [""]
