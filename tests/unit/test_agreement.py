"""Documents as PDF, and the agreement sheet: what it says, how it is tagged, and that no text becomes markup."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from totalplace.errors import DataError, UsageError
from totalplace.reports.agreement import MOST_PAGES, agreement, laid_out
from totalplace.reports.pdf import compiled, legible, pages, render

HEAD = b'#let data = json(bytes(sys.inputs.data))\n#set document(title: data.title)\n#set text(lang: "en")\n'


def case(**changes: Any) -> dict[str, Any]:
    """A small case: the council pays it all, the police gain as much as it does."""
    return {
        "place": "Anytown",
        "title": "Families together",
        "proposal": "A key worker for each of 120 families for a year.",
        "years": ["2025-26", "2026-27"],
        "parties": [{"agency": "Anytown Council", "role": "pays"}, {"agency": "Anyshire Police", "role": "gains"}],
        "pays": [{"agency": "Anytown Council", "amounts": [10_000_050, 5_000_000]}],
        "gains": [
            {"agency": "Anytown Council", "amounts": [0, 20_000_000], "cashable": [0, 8_000_000]},
            {"agency": "Anyshire Police", "amounts": [5_000_000, 15_000_000], "cashable": [0, 0]},
        ],
        "figures": [
            {"name": "Net present budget impact", "value": -24_123_400, "says": "negative is a saving"},
            {"name": "Public value return on investment", "value": None},
        ],
        "basis": [{"what": "Prices", "is": "2025-26"}, {"what": "Discounting", "is": "green-book-2022"}],
        **changes,
    }


FULL = case(
    option="Key workers",
    certainty={"chance": "0.874", "says": ["10,000 draws, seed 42."]},
    unverified=["Confidence grades: recalled"],
    others=["Leaflets"],
    benefits=[{"says": "Nights away avoided: 94.5 in all, nights", "from": "unit cost X1; prices of 2023-24"}],
    assumptions=[{"says": "55% of families stay", "sure": "grade 3"}],
    conditions=["Each party reports every quarter.", "Half of what is cashed is pooled."],
    checked={"by": "R. Example, finance director", "on": "1 May 2025", "version": "3f9a"},
    made="Total Place 0.1.0",
)


def read(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


def words(document: bytes) -> str:
    """The text of all pages with single blanks."""
    return " ".join(" ".join(page.extract_text() for page in read(document).pages).split())


def test_the_sheet_says_who_pays_who_gains_and_who_signs() -> None:
    text = words(agreement(FULL))
    for said in (
        "Families together",
        "Option: Key workers. The case has other options that this sheet is not of: Leaflets.",
        "Nights away avoided: 94.5 in all, nights unit cost X1; prices of 2023-24",
        "−£241,234",
        "negative is a saving",
        "cannot be calculated",
        "The chance that it pays back is 87%",
        "10,000 draws, seed 42.",
        "Confidence grades: recalled",
        "1. Each party reports every quarter.",
        "2. Half of what is cashed is pooled.",
        "Checked by R. Example, finance director on 1 May 2025, version 3f9a.",
        "Page 1 of",
        "Total Place 0.1.0",
        "For Name and office Signature Date",
    ):
        assert said in text, said
    assert "Anytown Council 100,000 50,000 150,000" in text
    assert "of it cashable 0 80,000 80,000" in text
    assert "All 50,000 350,000 400,000" in text


def test_agencies_stand_beside_each_other_with_what_they_gain_less_what_they_pay() -> None:
    shown = laid_out(case())
    rows = {row["name"]: [row[key] for key in ("pays", "gains", "cashable", "net")] for row in shown["agencies"]}
    assert rows == {
        "Anytown Council": ["150,000", "200,000", "80,000", "50,000"],
        "Anyshire Police": ["0", "200,000", "0", "200,000"],
    }
    assert shown["agencies_all"] == ["All", "150,000", "", "400,000", "", "80,000", "250,000"]


def test_the_distance_from_who_pays_to_who_gains() -> None:
    # The council pays all and gains a half: half of the gain would have to move.
    assert laid_out(case())["distance"].startswith("50% of the gain would have to pass to another agency")
    alike = case(gains=[{"agency": "Anytown Council", "amounts": [1, 1], "cashable": [0, 0]}])
    assert laid_out(alike)["distance"].startswith("0% of the gain")
    assert "cannot be told" in laid_out(case(pays=[]))["distance"]
    assert laid_out(case(distance="Far."))["distance"] == "Far."


def test_it_is_tagged_for_screen_readers() -> None:
    root = read(agreement(FULL)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en-GB"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    kinds: list[str] = []
    left = [root["/StructTreeRoot"]]
    while left:
        node = left.pop().get_object()
        if isinstance(node, dict):
            kinds.append(str(node.get("/S", "")))
            children = node.get("/K", [])
            left += [
                one for one in (children if isinstance(children, list) else [children]) if hasattr(one, "get_object")
            ]
    assert kinds.count("/Table") == 8 + 1, "each table, and that of the signatures"
    assert {"/H1", "/H2", "/TH", "/TD", "/P", "/LI"} <= set(kinds)
    assert read(agreement(FULL)).metadata.title == "Investment agreement: Families together"


def test_the_same_figures_make_the_same_bytes() -> None:
    assert agreement(FULL) == agreement(dict(reversed(FULL.items())))


def test_every_font_is_inside() -> None:
    fonts = set()
    for page in read(agreement(FULL)).pages:
        for font in page["/Resources"]["/Font"].values():
            (kind,) = font.get_object().get("/DescendantFonts", [font])
            descriptor = kind.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            fonts.add(descriptor["/FontName"].partition("+")[2])
    assert fonts
    assert all(name.startswith("LibertinusSerif") for name in fonts)


HOSTILE = (
    '#panic("x")',
    '"] #read("/etc/passwd") ["',
    "$ x^2 $ \\ \\# \\u{41}",
    "[*bold*] _it_ `raw` <label> @ref // no comment /* none */",
    "#{1+1} = Heading",
    "O'Neill & Sons “Ltd” — £5 {{ x }} %s {0}",
    "#sys.inputs",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    made = case(
        title=text,
        place=text,
        proposal=text,
        conditions=[text],
        unverified=[text],
        parties=[{"agency": text, "role": text}],
        pays=[{"agency": text, "amounts": [1, 2]}],
        checked={"by": text, "on": text},
        made=text,
    )
    found = words(agreement(made))
    assert found.replace(" ", "").count(text.replace(" ", "")) >= 8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("漢字 Ltd", "[U+6F22][U+5B57] Ltd"),
        ("smile \N{GRINNING FACE}", "smile [U+1F600]"),
        ("a\x00b\tc\nd\u2028e", "a b c d e"),
        ("pay \u202eedis tcerroc\u202c", "pay edis tcerroc"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "é"),
        ("\ud800 \ue000", "[U+D800] [U+E000]"),
        ("Łódź, Ŵ, Ñ, Ω, Ж, ½, →, ≤", "Łódź, Ŵ, Ñ, Ω, Ж, ½, →, ≤"),
    ],
)
def test_letters_that_no_font_has_stand_as_their_number(text: str, shown: str) -> None:
    assert legible(text) == shown
    assert agreement(case(title=text)).startswith(b"%PDF-")


def test_a_picture_without_words_for_it_is_refused() -> None:
    picture = b"#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\"), format: \"svg\""
    with pytest.raises(DataError, match=r"the document cannot be made: .*alt"):
        compiled({"main.typ": HEAD + picture + b")"}, {"title": "x"})
    assert compiled({"main.typ": HEAD + picture + b', alt: "A picture")'}, {"title": "x"}).startswith(b"%PDF-")


def test_templates_fetch_nothing_and_run_no_text() -> None:
    for file in files("totalplace.reports").joinpath("documents").iterdir():
        text = file.read_text("utf-8")
        assert not re.search(r"@(preview|local)|\beval\(|\bread\(|\bplugin\(|https?:", text), file.name
        assert set(re.findall(r'#import "([^"]+)"', text)) <= {"look.typ"}
        assert text.count("sys.inputs") == (1 if file.name == "look.typ" else 0)


def large(agencies: int, **changes: Any) -> dict[str, Any]:
    """A case of many agencies and years."""
    years = [f"{start}-{(start + 1) % 100:02d}" for start in range(2025, 2045)]
    names = [f"Agency of a rather long name, number {n}" for n in range(agencies)]
    flows = [{"agency": name, "amounts": [123_456_789] * 20} for name in names]
    return {
        **FULL,
        "years": years,
        "parties": [{"agency": name, "role": "pays and gains"} for name in names],
        "pays": flows,
        "gains": [{**flow, "cashable": [1] * 20} for flow in flows],
        "assumptions": [{"says": f"Assumption {n}", "sure": "grade 6"} for n in range(30)],
        "unverified": [f"Thing {n}" for n in range(30)],
        **changes,
    }


@pytest.mark.parametrize("agencies", [1, 4, 8])
def test_it_goes_on_two_pages(agencies: int) -> None:
    document = agreement(large(agencies))
    assert len(read(document).pages) <= MOST_PAGES
    text = words(document)
    assert "2032-33 to 2044-45" in text
    assert "and 22 more, in the result" in text
    assert "22 more are named in the result" in text


def test_what_does_not_go_on_two_pages_is_refused() -> None:
    with pytest.raises(DataError, match=r"does not go on two pages: .*\(4 of them, 90 conditions\)"):
        agreement(large(4, conditions=["A condition of a line or so, which each of them agrees to."] * 90))


def test_large_money_is_in_thousands() -> None:
    big = case(pays=[{"agency": "Anytown Council", "amounts": [1_234_567_890_00, -50_000_00]}])
    shown = laid_out(big)
    assert (shown["unit"], shown["rounding"][:30]) == ("£ thousand", "Rounded to the thousand pounds")
    assert shown["pays"] == [["Anytown Council", "1,234,568", "−50", "1,234,518"]]


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0, "under 1%"), ("0.001", "under 1%"), (0.5, "50%"), ("0.9999", "over 99%"), (1, "over 99%"), ("0.874", "87%")],
)
def test_a_chance_is_not_rounded_to_a_certainty(chance: object, said: str) -> None:
    assert laid_out(case(certainty={"chance": chance}))["certainty"][0].startswith(
        f"The chance that it pays back is {said}"
    )


def test_a_chance_that_cannot_be_calculated_is_said() -> None:
    assert laid_out(case(certainty={"chance": None}))["certainty"] == [
        "The chance that it pays back cannot be calculated."
    ]
    assert laid_out(case())["certainty"] == []


def test_a_draft_and_a_void_check_say_so() -> None:
    assert "Draft: not checked" in words(agreement(case()))
    assert "Nobody has stamped this case as checked" in words(agreement(case()))
    void = words(agreement({**FULL, "void": "the cost of a key worker was changed."}))
    assert "The check is void" in void
    assert "not to be signed: the cost of a key worker was changed." in void


WRONG: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda c: c.update(titel="x"), "did you mean 'title'"),
    (lambda c: c.pop("years"), "an agreement sheet lacks years"),
    (lambda c: c.update(years=[]), "of no year"),
    (lambda c: c.update(years=["2025"]), "not a financial year"),
    (lambda c: c["pays"][0].update(amounts=[1]), "whole pence for each of the 2 years"),
    (lambda c: c["pays"][0].update(amounts=[1.5, 2]), "the amounts of 'Anytown Council' must be whole pence"),
    (lambda c: c["gains"][0].pop("cashable"), "row 1 of 'gains' lacks cashable"),
    (lambda c: c["gains"].append(c["gains"][0]), "'Anytown Council' stands twice"),
    (lambda c: c["parties"].append("x"), "row 3 of 'parties' is 'x'"),
    (lambda c: c.update(certainty={"chance": 87}), "a share from 0 to 1"),
    (lambda c: c.update(certainty={"chance": "likely"}), "a share from 0 to 1"),
    (lambda c: c.update(checked={"by": "x"}), "'checked' lacks on"),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_case_at_fault_is_refused_by_name(change: Callable[[dict[str, Any]], object], said: str) -> None:
    made = case()
    change(made)
    with pytest.raises(UsageError, match=re.escape(said)):
        agreement(made)


def test_a_document_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="there is no document 'agreemen'; known: agreement"):
        render("agreemen", {})
    with pytest.raises(UsageError, match="there is no document 'look'"):
        pages("look", {})


@pytest.mark.parametrize("value", [float("nan"), object(), "x" * 5_000_000])
def test_figures_that_json_cannot_hold(value: object) -> None:
    with pytest.raises(UsageError, match=r"JSON can hold|too long"):
        render("agreement", {"title": value})
    with pytest.raises(DataError, match="the document cannot be made"):
        render("agreement", {"title": "no other figures"})


def test_the_worked_example_of_the_page_comes_out() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "methods" / "agreement-sheet.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| ([\d,]+) \| (\d+)% \| ([\d,]+) \| (\d+)% \| (\d+) points \|$", text, re.M)
    assert len(rows) == 3
    pays, gains = ({row[0]: int(row[i].replace(",", "")) for row in rows} for i in (1, 3))
    for name, _, paid, _, gained, apart in rows:
        assert pays[name] * 100 == int(paid) * sum(pays.values())
        assert gains[name] * 100 == int(gained) * sum(gains.values())
        assert abs(int(paid) - int(gained)) == int(apart)
    shown = laid_out(
        case(
            pays=[{"agency": name, "amounts": [100 * n, 0]} for name, n in pays.items() if n],
            gains=[{"agency": name, "amounts": [0, 100 * n], "cashable": [0, 0]} for name, n in gains.items()],
        )
    )
    assert f"**{shown['distance']}**" in " ".join(text.split())
