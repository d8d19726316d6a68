"""The service of a payment: rules, words, confidence, corrections, and the same answers each time."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import DataError, UsageError
from totalplace.parameters import services as known
from totalplace.services import (
    COLUMNS,
    TEXTS,
    TOLD,
    Classifier,
    Column,
    Correction,
    Labelled,
    Model,
    classify,
    labels,
    rows_from,
    shipped_model,
    train,
)
from totalplace.services.model import Example, fit
from totalplace.services.texts import _spaced_out
from totalplace.services.words import features, is_organisation, payee_features, words


def one(corrections: tuple[Correction, ...] = (), **texts: str) -> dict[str, object]:
    """The answer to one row."""
    return classify(pl.DataFrame([texts]), corrections=corrections).row(0, named=True)


ROWS = [
    Labelled("housing", department="homeless team", category="bed and breakfast", lines=9, source="a"),
    Labelled("housing", department="homeless families", category="emergency accommodation", lines=5, source="a"),
    Labelled("highways", department="street lights", category="lamp columns", lines=7, source="a"),
    Labelled("highways", department="street lights north", category="asphalt", lines=3, source="b"),
]

# ---- words


def test_words_are_small_and_without_figures_or_empty_ones() -> None:
    assert words("The EXT D2D Children's Care & Ltd 00123/x") == ["ext", "childrens", "care"]
    assert features("Nursing home") == ("nursing", "home", "nursi~", "nursing home")
    assert features("") == features("123 - 4") == ()


@pytest.mark.parametrize("name", ["Acme Ltd", "ANYTOWN COUNCIL", "St Anne's Primary School", "Elm Care Home"])
def test_an_organisation_says_so(name: str) -> None:
    assert is_organisation(name)
    assert payee_features(name)


@pytest.mark.parametrize("name", ["A Person", "Mr B Example", "Example, Cee", "Redacted", ""])
def test_a_name_that_may_be_a_persons_is_not_read(name: str) -> None:
    assert payee_features(name) == ()


# ---- rules


def test_a_department_that_names_a_service_comes_before_proclass_and_both_before_words() -> None:
    both = one(department="Public Health", category="SOCIAL CARE : Day Care", payee="Highways Ltd")
    assert (both["service"], both["told"], both["confidence"]) == ("public-health", "department", 1.0)
    published = one(department="Highways depot", category="SOCIAL CARE : Day Care")
    assert (published["service"], published["told"], published["cofog"]) == ("adults", "proclass", "10.9")
    code = one(department="Highways depot", category="321013")
    assert code["told"] == "proclass"


def test_words_tell_where_no_label_does_and_below_the_threshold_nothing_is_said() -> None:
    told = one(department="Place", category="Street lighting columns", purpose="Highways")
    assert (told["service"], told["told"]) == ("highways", "words")
    unsure = one(department="Place", category="Miscellaneous")
    assert (unsure["service"], unsure["cofog"], unsure["told"]) == (known.NOT_CLASSIFIED, "", "nothing")
    rows = pl.DataFrame({"category": ["Street lighting columns", "Miscellaneous fees"]})
    strict, lax = classify(rows, threshold=1.0), classify(rows, threshold=0.0)
    assert set(strict["service"]) == {known.NOT_CLASSIFIED}
    assert known.NOT_CLASSIFIED not in lax["service"]


def test_texts_without_a_known_word_are_not_classified_even_at_no_threshold() -> None:
    told = classify(pl.DataFrame({"category": ["", "qqq zzz"], "payee": ["A Person", "Redacted"]}), threshold=0)
    assert set(told["service"]) == {known.NOT_CLASSIFIED}
    assert set(told["confidence"]) == {0.0}


def test_order_columns_and_missing_texts() -> None:
    rows = pl.DataFrame({"purpose": ["Refuse collection", None, "Refuse collection"], "payee": [None, "Acme Ltd", ""]})
    told = classify(rows)
    assert told.columns == ["purpose", "payee", *COLUMNS]
    assert told.select("purpose", "payee").equals(rows)
    assert told["service"][0] == told["service"][2] == "environmental"
    assert classify(rows.clear()).columns == told.columns
    assert classify(rows.clear()).height == 0


def test_wrong_columns_and_thresholds_are_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'department'"):
        classify(pl.DataFrame({"departmnt": ["x"]}))
    with pytest.raises(UsageError, match="not within 0 and 1"):
        classify(pl.DataFrame({"department": ["x"]}), threshold=70)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.text(max_size=20)] * 4), min_size=1, max_size=6))
def test_every_row_has_one_known_answer_and_repeats_and_order_change_none(rows: list[tuple[str, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(TEXTS, pl.String), orient="row")
    told = classify(frame)
    assert told.height == len(rows)
    assert set(told["service"]) <= {*known.services(), known.NOT_CLASSIFIED}
    assert set(told["told"]) <= set(TOLD)
    assert told["confidence"].is_between(0, 1).all()
    assert classify(pl.concat([frame, frame.reverse()])).head(len(rows)).equals(told)


# ---- corrections


def test_a_correction_comes_first_and_the_closer_one_before_the_wider() -> None:
    wide = Correction("planning", department="Adult Social Care")
    close = Correction("Housing", department="ADULT  social care", category="rents")
    assert one((close, wide), department="Adult Social Care", category="Rents")["service"] == "housing"
    other = one((close, wide), department="Adult Social Care", category="Fees")
    assert (other["service"], other["told"], other["confidence"]) == ("planning", "correction", 1.0)
    later = Correction("fire", department="Adult Social Care")
    assert one((wide, later), department="Adult Social Care")["service"] == "fire"


def test_a_correction_can_say_that_nothing_is_known() -> None:
    unsaid = Correction(known.NOT_CLASSIFIED, department="Adult Social Care")
    told = one((unsaid,), department="Adult Social Care")
    assert (told["service"], told["told"], told["cofog"]) == (known.NOT_CLASSIFIED, "correction", "")


def test_a_correction_of_a_person_as_payee_settles_their_payments_and_teaches_nothing() -> None:
    settled = Correction("cultural", payee="A. Person")
    assert settled.example().features == ()
    assert one((settled,), payee="A Person", category="Fees")["service"] == "cultural"


def test_corrections_teach_the_words_of_like_payments() -> None:
    text = {"department": "Wombling Unit", "category": "Miscellaneous"}
    before = one(**text)
    after = one((Correction("environmental", department="Wombling"),), **text)
    assert before["told"] == after["told"] == "nothing" or after["told"] == "words"
    assert after["likely"] == "environmental"
    assert before["likely"] != "environmental" or float(str(after["confidence"])) > float(str(before["confidence"]))


def test_corrections_that_cannot_be_are_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'housing'"):
        Correction("housin", department="x")
    with pytest.raises(UsageError, match="needs a department"):
        Correction("housing", department=" - ")


# ---- the model


def test_the_same_rows_in_any_order_make_the_same_model() -> None:
    mixed = ROWS[:]
    random.Random(3).shuffle(mixed)
    assert train(ROWS).to_bytes() == train(mixed).to_bytes()
    told = (Correction("fire", department="lamps"), Correction("fire", department="columns"))
    assert train(ROWS, told).to_bytes() == train(mixed, told[::-1]).to_bytes()
    assert train(ROWS, told).to_bytes() != train(ROWS).to_bytes()


def test_the_model_in_the_package_is_what_its_rows_make() -> None:
    shipped, made = shipped_model(), train(labels())
    assert (made.classes, made.index, made.heat) == (shipped.classes, shipped.index, shipped.heat)
    # The last bit of an exponential differs between processors: a 256th or two, no more.
    assert np.abs(made.weights.astype(int) - shipped.weights).max() <= 2
    size = files("totalplace.services").joinpath("model.npz")
    assert len(size.read_bytes()) < 1_000_000
    assert set(shipped.classes) == set(known.services())


def test_a_model_is_kept_and_read_back_the_same() -> None:
    model = train(ROWS)
    again = Model.from_bytes(model.to_bytes())
    assert again.to_bytes() == model.to_bytes()
    with pytest.raises(DataError, match="cannot be read"):
        Model.from_bytes(b"PK not a model")


def test_the_descent_learns_what_tells_classes_apart() -> None:
    rows = [Example((word, "both"), service) for word, service in [("left", "a"), ("right", "b")] for _ in range(3)]
    model = fit(rows)
    chances = model.probabilities([("left",), ("right",), ("both",)])
    assert chances[0, 0] > 0.8
    assert chances[1, 1] > 0.8
    assert chances[2, 0] == pytest.approx(0.5, abs=0.05)
    assert chances.sum(axis=1) == pytest.approx([1, 1, 1])


def test_a_model_needs_two_services() -> None:
    with pytest.raises(DataError, match="two services"):
        fit([Example(("x",), "a"), Example(("x",), "a")])


def test_labelled_rows_are_ours_to_check() -> None:
    assert rows_from([{"service": "Housing", "department": "x"}]) == [Labelled("housing", department="x")]
    with pytest.raises(DataError, match="row 1 has a column 'suplier'"):
        rows_from([{"service": "housing", "suplier": "x"}])
    with pytest.raises(UsageError, match="is no service"):
        rows_from([{"service": "hosing things"}])


def test_shipped_labels_hold_words_of_organisations_and_no_names() -> None:
    for row in labels():
        assert row.service in known.services()
        assert row.source
        assert len(row.payee.split()) <= 1, f"{row.payee}: a name, not a word"
        assert not (row.payee and row.lines < 5), f"{row.payee}: too few organisations bear it"


@pytest.mark.parametrize(
    "change",
    [
        {"bias": np.zeros(2, np.int16)},
        {"weights": np.zeros((3, 4), np.int16)},
        {"weights": np.zeros((1, 1), np.float32)},
        {"heat": float("nan")},
        {"heat": -1.0},
    ],
)
def test_a_model_whose_parts_do_not_fit_is_refused(change: dict[str, Any]) -> None:
    whole = shipped_model()
    assert Model.from_bytes(whole.to_bytes()).classes == whole.classes
    with pytest.raises(DataError, match="cannot be read"):
        Model.from_bytes(replace(whole, **change).to_bytes())


def test_words_tell_nothing_of_bodies_that_councils_words_are_not_of() -> None:
    texts = {"department": Column.of(pl.Series(["Theatres", "Adult Social Care"]))}
    classifier = Classifier(threshold=0.1)
    words_too, labels_alone = classifier.tell(texts, 2), classifier.tell(texts, 2, by_words=False)
    told = [[TOLD[at] for at in found.told.tolist()] for found in (words_too, labels_alone)]
    assert told == [["words", "department"], ["nothing", "department"]]
    assert labels_alone.confidence.tolist() == [0.0, 1.0]


SIGNS = st.lists(st.sampled_from(["a", "Z", " ", "'", "’", "&", "É", "K", "7", "-", "\n", "x"]), max_size=8).map(
    "".join
)


@given(texts=st.lists(SIGNS, max_size=6))
def test_texts_told_together_are_lettered_as_alone(texts: list[str]) -> None:
    found = _spaced_out(pl.Series(texts, dtype=pl.String))
    assert [" ".join(text.split()) for text in found] == [known.lettered(text) for text in texts]


def test_the_likeliest_is_what_the_confidences_say() -> None:
    model = shipped_model()
    scores, sizes = model.scores([features(text) for text in ("Residential care", "Bus shelters", "Gritting", "")])
    chances = model.confidence(scores.copy(), sizes)
    best, chance = model.likeliest(scores, sizes)
    assert best[:3].tolist() == chances.argmax(axis=1)[:3].tolist()
    assert chance.tolist() == chances.max(axis=1).tolist()
