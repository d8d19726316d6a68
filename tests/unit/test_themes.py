"""Themes as they are read: what a file can say, what words are, and shares that add up to the penny."""

from __future__ import annotations

import re
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import ThemeError, UsageError
from totalplace.folder import Folder, comment, quoted
from totalplace.themes import shares
from totalplace.themes.answers import EXAMPLES, example
from totalplace.themes.reading import KEYS, read_theme, theme_of
from totalplace.themes.theme import CONDITIONS, UNIT, Words, share_text
from totalplace.themes.words import fold, folded, found

RULE = '[[rule]]\nwords = ["nursery"]\n'


def read(text: str) -> ThemeError:
    with pytest.raises(ThemeError) as caught:
        read_theme("mine", text.encode())
    assert str(caught.value).startswith("themes/mine.toml")
    return caught.value


# --- what a file can say


def test_a_theme_is_read() -> None:
    text = """
    [theme]
    title = " Early years "
    why = "w"
    owner = "o"
    [[rule]]
    name = "First"
    service = "children"
    year = ["2023-24", "2024-25", "2023-24"]
    supplier = ["Ben & Co, Ltd"]
    words = ["Nursery"]
    not_words = ["plant nursery"]
    share = "0.25"
    reason = "r"
    [[rule]]
    body = ["council"]
    """
    theme = read_theme("mine", text.encode())
    assert (theme.name, theme.title, theme.why, theme.owner) == ("mine", "Early years", "w", "o")
    first, second = theme.rules
    assert dict(first.where) == {
        "service": ("children",), "supplier": ("Ben & Co, Ltd",), "year": ("2023-24", "2024-25"),
    }  # fmt: skip
    assert (first.name, first.words, first.not_words) == ("First", ("Nursery",), ("plant nursery",))
    assert (first.share, first.reason) == (250_000, "r")
    assert (second.name, second.share) == ("Rule 2", UNIT)
    assert hash(theme) == hash(read_theme("mine", text.encode()))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no \\[\\[rule\\]\\]"),
        ("[theme]\ntitel = 'x'\n" + RULE, "unknown key 'titel'; did you mean 'title'"),
        ("[themes]\n" + RULE, "unknown key 'themes'; did you mean 'theme'"),
        ("theme = 3\n" + RULE, r"\[theme\] must be a table"),
        ("rule = 3", "with two brackets"),
        ("rule = [3]", r"\[\[rule\]\] 1 must be a table"),
        ("[[rule]]\nname = 'all'", "would take all the money"),
        (RULE + "share = '1.5'\nreason = 'r'", "share is 1.5; it must be from 0 to 1"),
        (RULE + "share = 50\nreason = 'r'", "is it 50%\\? Write 0.5"),
        (RULE + "share = -0.1\nreason = 'r'", "must be from 0 to 1"),
        (RULE + "share = '0.1234567'\nreason = 'r'", "six decimals"),
        (RULE + "share = nan\nreason = 'r'", "must be from 0 to 1"),
        (RULE + "share = inf\nreason = 'r'", "must be from 0 to 1"),
        (RULE + "share = true\nreason = 'r'", "must be (from|a number from) 0 to 1"),
        (RULE + "share = 'half'\nreason = 'r'", "must be a number from 0 to 1"),
        (RULE + "share = ['1']\nreason = 'r'", "must be a number from 0 to 1"),
        (RULE + "share = '0.5'", "its share has no reason"),
        (RULE + "reason = 3", "must be text in quotation marks"),
        ("[[rule]]\nword = ['x']", "unknown key 'word'; did you mean 'words'"),
        ("[[rule]]\nwords = []", "words is an empty list"),
        ("[[rule]]\nservice = []", "service is an empty list"),
        ("[[rule]]\nwords = [3]", "must be a list of texts"),
        ("[[rule]]\nwords = ['']", "'' has no letter or figure"),
        ("[[rule]]\nwords = ['nursery', ' .*?- ']", "no letter or figure"),
        ("[[rule]]\nnot_words = ['\u200b']", "no letter or figure"),
        (f"[[rule]]\nwords = ['{'x' * 201}']", "201 letters"),
        (f"[[rule]]\nwords = {[f'w{n}' for n in range(501)]}", "501 values, and at most 500"),
        (RULE * 1_000, "1,000 rules, and at most 100"),
        ("[[rule]]\nservice = ['chidlren']", r"\[\[rule\]\] 1: 'chidlren' is not a service; did you mean 'children'"),
        ("[[rule]]\nkind = ['x']", "'x' is not a kind of payment"),
        ("[[rule]]\nsubjective = ['staff']", "'staff' is not what is bought"),
        (RULE + "[[rule]]\nyear = ['2023']", r"\[\[rule\]\] 2: '2023' is not a financial year"),
        ("rule = [", "is not valid TOML"),
        ("x = " + "[" * 5_000, "is not valid TOML"),
        ("# " + "x" * 1_000_001, "Is it another file"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(text: str, words: str) -> None:
    assert re.search(words, str(read(text))), str(read(text))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ThemeError, match="is not valid TOML"):
        read_theme("mine", b"\xff\xfe\x00")


def test_a_draft_may_lack_what_a_file_may_not() -> None:
    assert theme_of("mine", {"rule": [{"words": ["x"], "share": "0.5"}]}, draft=True).rules[0].share == 500_000
    assert theme_of("mine", {}, draft=True).rules == ()
    assert theme_of("mine", {"rule": [{"name": "empty"}]}, draft=True).rules[0].where == ()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                        ["theme", "rule", "title", "share", "words", "body", "year", "reason"]), inner, max_size=4),
                    max_leaves=12))  # fmt: skip
def test_whatever_tables_say_is_a_theme_or_an_error_that_says_where(value: object) -> None:
    try:
        theme = theme_of("mine", value if isinstance(value, dict) else {"rule": value})
        said = "themes/mine.toml"
    except ThemeError as error:
        theme, said = theme_of("mine", {}, draft=True), str(error)
    assert said.startswith("themes/mine.toml")
    assert all(0 <= rule.share <= UNIT for rule in theme.rules)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_can_be_read_and_say_what_they_are(name: str) -> None:
    text = example(name)
    theme = read_theme(name, text.encode())
    assert theme.rules
    assert theme.why
    assert "a starting point of ours, not a definition that anybody published" in text
    assert not theme.owner
    for rule in theme.rules:
        assert len(rule.words) == len(set(folded(rule.words))), f"{rule.name}: a word that is there twice"


def test_an_example_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="did you mean 'alcohol'"):
        example("alcohols")


def test_the_help_in_a_new_theme_names_all_that_can_be_asked() -> None:
    text = files("totalplace.themes").joinpath("blank.toml").read_text("utf-8")
    for key in (*KEYS["theme"], *KEYS["rule"]):
        assert re.search(rf"\b{key}\b", text), key
    assert all(f"#   {name} " in text for name in CONDITIONS)


# --- words


def holds(text: str, *words: str, none_of: tuple[str, ...] = ()) -> bool:
    frame = pl.DataFrame({"payee": ["other"], "department": [text], "category": [""], "purpose": [None]})
    frame = frame.with_columns(pl.col("purpose").cast(pl.String), pl.col("category").cast(pl.Categorical))
    (marks,) = found(frame, [Words(tuple(folded(words)), tuple(folded(none_of)))])
    return bool(marks[0])


@pytest.mark.parametrize(
    ("text", "word", "there"),
    [
        ("DAY NURSERY FEES", "nursery", True),
        ("Nurseryman", "nursery", False),
        ("nursery", "Nursery", True),
        ("Early-Years_grant", "early years", True),
        ("SOCIAL CARE  : Nursing", "care nursing", True),
        ("years early", "early years", False),
        ("Children\N{RIGHT SINGLE QUOTATION MARK}s centre", "children's centre", True),
        ("a+b (c)", ".*", None),
        ("axb", "a.b", False),
        ("a.b", "a.b", True),
        ("a (b", "a (b", True),
        ("100% [of]", "100% [of]", True),
        ("Crèche", "CRÈCHE", True),
        ("Cre\u0300che", "crèche", True),
        ("Creche", "crèche", False),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{FULLWIDTH LATIN CAPITAL LETTER B} ltd", "ab", True),
        ("ДЕТСКИЙ сад", "детский", True),
        ("детскийсад", "детский", False),
        ("\u0928\u0930\u094d\u0938\u0930\u0940 \u0936", "\u0928\u0930\u094d\u0938\u0930\u0940", True),
        ("\u0928\u0930\u094d\u0938\u0930\u0940", "\u0928\u0930\u094d", False),
        ("\u0645\u062f\u0631\u0633\u0629", "\u0645\u062f\u0631\u0633\u0629", True),
        ("0-19 service", "0-19", True),
        ("10-19", "0-19", False),
    ],
)  # fmt: skip
def test_words_are_whole_in_any_case_and_script(text: str, word: str, there: bool | None) -> None:
    if there is None:
        assert not folded([word])[0].strip()
    else:
        assert holds(text, word) is there


def test_a_phrase_does_not_run_from_one_text_into_the_next() -> None:
    frame = pl.DataFrame({"payee": ["early"], "department": ["years"], "category": ["early years"], "purpose": [""]})
    (marks,) = found(frame.with_columns(category=pl.lit("")), [Words((" early years ",))])
    assert not marks[0]
    assert found(frame, [Words((" early years ",))])[0][0]


def test_a_word_that_is_barred_keeps_a_payment_out() -> None:
    assert holds("tree nursery", "nursery")
    assert not holds("tree nursery", "nursery", none_of=("tree nursery",))
    assert holds("tree and nursery", "nursery", none_of=("tree nursery",))


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5), st.text(max_size=30))
def test_words_are_found_as_they_are_folded(words: list[str], text: str) -> None:
    """Held against a plain search, word by word, of the same folded text."""
    wanted = [word for word in words if folded([word])[0].strip()]
    if not wanted:
        return
    tokens = fold(pl.Series([text], dtype=pl.String))[0].split()
    phrases = [word.split() for word in folded(wanted)]
    there = any(tokens[n : n + len(p)] == p for p in phrases for n in range(len(tokens)))
    assert holds(text, *wanted) is there


# --- shares


def test_halves_of_a_penny_go_up() -> None:
    assert [shares.whole(pence, UNIT // 2) for pence in (1, -1, 3, -3, 2)] == [1, 0, 2, -1, 1]


MONEY = st.lists(st.integers(-(10**13), 10**13), max_size=40)


@given(MONEY, st.integers(0, UNIT))
def test_parts_add_up_and_are_their_quotas_rounded_up_or_down(amounts: list[int], share: int) -> None:
    total = shares.whole(sum(amounts), share)
    found = shares.parts(amounts, share, total)
    assert sum(found) == total
    for amount, got in zip(amounts, found, strict=True):
        assert abs(got - Fraction(amount * share, UNIT)) < 1
    assert abs(total - Fraction(sum(amounts) * share, UNIT)) <= Fraction(1, 2)


@given(st.lists(MONEY.filter(len), min_size=1, max_size=6), st.integers(0, UNIT))
def test_parts_of_parts_add_up_too(groups: list[list[int]], share: int) -> None:
    """As suppliers do of what a body spent on a service."""
    sums = [sum(group) for group in groups]
    pieces = shares.parts(sums, share, shares.whole(sum(sums), share))
    for group, piece in zip(groups, pieces, strict=True):
        inner = shares.parts(group, share, piece)
        assert sum(inner) == piece
        assert all(abs(got - Fraction(amount * share, UNIT)) < 1 for amount, got in zip(group, inner, strict=True))


def test_equal_remainders_go_in_order() -> None:
    assert shares.parts([1, 1, 1, 1], UNIT // 2, 2) == [1, 1, 0, 0]


@given(st.integers(0, UNIT))
def test_a_share_is_written_as_it_is_read(share: int) -> None:
    text = share_text(share)
    assert theme_of("x", {"rule": [{"words": ["x"], "share": text, "reason": "r"}]}).rules[0].share == share


# --- the folder


def test_a_folder_of_files_lists_finds_and_begins(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "themes", "theme", "theme")
    assert folder.names() == []
    with pytest.raises(UsageError, match="'totalplace theme --new NAME' begins one"):
        folder.file("early-years")
    folder.begin("early-years", "x")
    (folder.path / "Bad Name.toml").write_text("x")
    assert folder.names() == ["early-years"]
    assert folder.misnamed() == [("Bad Name.toml", "rename it: a-z, 0-9 and hyphens, such as bad-name.toml")]
    with pytest.raises(UsageError, match="did you mean 'early-years'"):
        folder.file("early-year")
    with pytest.raises(UsageError, match="is there already"):
        folder.begin("early-years", "y")
    for name in ("../x", "A", "", "x" * 81, "a.b"):
        with pytest.raises(UsageError, match="cannot be a theme's name"):
            folder.check_name(name)


def test_texts_and_comments_cannot_break_out() -> None:
    import tomllib

    assert tomllib.loads(f"x = {quoted(chr(127) + 'a' + chr(10) + chr(34))}") == {"x": chr(127) + "a\n" + chr(34)}
    assert comment("a\nb\x00c") == "a b c"
