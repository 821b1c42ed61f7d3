from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.errors import BadSidecar, IngestError
from ingest.metadata.sidecar import KEYS, load, merge, read_economies
from ingest.models import Kind, StatedMetadata
from kb.i18n import render
from tests.support.messages import raising


def test_every_fact_can_be_stated() -> None:
    data = """
        title: "เวที: ระบบนิเวศนวัตกรรม"
        kind: release
        date: 2019-08-02
        event: Bangkok 2019
        economies: [TH, จีนไทเป, "Hong Kong, China"]
        organisations: [SMEA, สสว.]
        themes: [Women's empowerment, การเสริมพลังสตรี; Night markets]
        source: https://example.org/a
        sample: true
    """
    assert load(data.encode()) == StatedMetadata(
        title="เวที: ระบบนิเวศนวัตกรรม",
        kind=Kind.RELEASE,
        date="2019-08-02",
        event="Bangkok 2019",
        economies=("Thailand", "Chinese Taipei", "Hong Kong, China"),
        organisations=("SMEA", "สสว."),
        themes=("Women's empowerment", "การเสริมพลังสตรี", "Night markets"),
        source="https://example.org/a",
        sample=True,
    )


@pytest.mark.parametrize(
    ("written", "date"),
    [("2019", "2019"), ("2019-08", "2019-08"), ("2 สิงหาคม 2562", "2019-08-02"), ("'๒ ส.ค. ๒๕๖๒'", "2019-08-02")],
)
def test_dates_stay_as_partial_as_they_are(written: str, date: str) -> None:
    assert load(f"date: {written}".encode()).date == date


@pytest.mark.parametrize("data", ["", "# only a comment\n", "title:\neconomies: []\n", "sample: ''"])
def test_nothing_stated_is_no_facts(data: str) -> None:
    assert load(data.encode()) == StatedMetadata()


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    assert load(b"title: No").title == "No"
    assert load(b"title: 2019").title == "2019"
    assert load(b"sample: no").sample is False


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        ("tilte: x", "” is not recognised. Use one of: ", "organisations"),
        ("date: someday", "” is not understood. Write it as 2019, 2019-0", "someday"),
        ("kind: novel", "” is not recognised. Use one of: ", "transcript"),
        ("economies: [Atlantis]", "” is not an APEC economy. Write its official ", "Atlantis"),
        ("sample: maybe", "”. Write true or false.", "maybe"),
        ("title: [a, b]", "” must be text, or a list of texts where seve", "title"),
        ("organisations: {a: b}", "” must be text, or a list of texts where seve", "organisations"),
        ("organisations: [[a]]", "” must be text, or a list of texts where seve", "organisations"),
        ("- a list", BadSidecar, "key: value"),
        ("only words", BadSidecar, "key: value"),
        ("title: 'open", BadSidecar, "key: value"),
        ("a: &a [*a, *a]\nb: [" + "[" * 5000, BadSidecar, "key: value"),
    ],
)
def test_what_is_not_understood_is_named_with_what_is_allowed(data: str, error: type[IngestError], says: str) -> None:
    with raising(error) as caught:
        load(data.encode())
    assert says in str(caught.value)
    assert render(caught.value, "th") != str(caught.value)


def test_aliases_do_not_unfold() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x]\n"
    for old, new in pairwise("abcdefghijklmnop"):
        laughs += f"{new}: &{new} [{', '.join([f'*{old}'] * 8)}]\n"
    with pytest.raises(BadSidecar, match="The detail “"):
        load(laughs.encode())


def test_facts_beyond_all_measure_are_refused() -> None:
    with pytest.raises(BadSidecar):
        load(b"title: " + b"x" * 200_000)


def test_the_earlier_statement_wins_fact_by_fact() -> None:
    flags = StatedMetadata(date="2019", sample=False)
    beside = StatedMetadata(title="A", date="2018", economies=("Thailand",), sample=True)
    folder = StatedMetadata(title="B", economies=("Russia",), organisations=("DTI",))
    assert merge(flags, beside, folder) == StatedMetadata(
        title="A", date="2019", economies=("Thailand",), organisations=("DTI",), sample=False
    )
    assert merge() == StatedMetadata()


def test_keys_are_the_fields_of_facts() -> None:
    described = ("title", "kind", "date", "event", "economies", "organisations", "themes")
    assert (*described, "source", "sample") == KEYS


@pytest.mark.parametrize(
    "written",
    ["Thailand and the Philippines", "ไทย, ฟิลิปปินส์", "TH; PH", "ไทย และ ฟิลิปปินส์", "Thailand|Philippines, Thailand"],
)
def test_economies_in_one_text(written: str) -> None:
    assert read_economies(written) == ("Thailand", "The Philippines")
