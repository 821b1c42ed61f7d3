"""Each fact of a document beside the places in its text that give it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.metadata.dates import dates_in
from ingest.metadata.economies import economies_in
from ingest.metadata.extract import describe
from ingest.metadata.organisations import find_organisation, organisations_in
from ingest.metadata.provenance import MOST_PLACES, Basis, Provenance, TracedValue, provenance_of
from ingest.metadata.themes import all_themes, terms_in
from ingest.models import Block, BlockRole, Description, Kind, Manuscript, ParsedDocument, StatedMetadata
from ingest.parsers.registry import read
from ingest.text.language import words
from ingest.text.normalise import compose
from kb.cases import case_of
from kb.models import Document, DocumentSummary

ROOT = Path(__file__).parents[3]
SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLES = sorted(
    path
    for path in (ROOT / "samples").rglob("*")
    if path.is_file() and path.suffix != ".yaml" and path.name != "README.md"
)
FOUND, GUESSED, STATED = Basis
NOTHING = StatedMetadata()


@cache
def parsed(path: Path) -> tuple[tuple[Manuscript, ParsedDocument], ...]:
    """The documents of a file, with nothing stated of them."""
    documents = read(path.read_bytes(), path.name)
    return tuple((compose(one.blocks), replace(one, stated=NOTHING)) for one in documents)


def described(*blocks: Block | str, format_: str = "text", **stated: Any) -> tuple[Manuscript, Description, Provenance]:
    made = tuple(block if isinstance(block, Block) else Block(block) for block in blocks)
    manuscript = compose(made)
    facts = replace(NOTHING, **stated)
    description = describe(manuscript, ParsedDocument(format_, made), words(manuscript.text), facts)
    return manuscript, description, provenance_of(manuscript, description, format_)


def each(places: Provenance) -> Iterator[tuple[str, TracedValue]]:
    for field in fields(places):
        value = getattr(places, field.name)
        for one in value if isinstance(value, tuple) else [value] if value else []:
            yield field.name, one


def texts(manuscript: Manuscript, traced: TracedValue | None) -> list[str]:
    assert traced
    return [manuscript.text[place.start : place.end] for place in traced.places]


def check(manuscript: Manuscript, description: Description, places: Provenance) -> None:
    """What holds whatever the document."""
    for _, one in each(places):
        assert all(0 <= place.start < place.end <= len(manuscript.text) for place in one.places)
        assert all(before.end <= after.start for before, after in pairwise(one.places))
        assert len(one.places) == min(one.count, MOST_PLACES)
        assert one.places or one.basis is not FOUND
    assert (places.title.value, places.kind.value) == (description.title, description.kind)
    for name in ("date", "event", "source"):
        one = getattr(places, name)
        assert (one.value if one else None) == getattr(description, name)
    for name in ("languages", "economies", "organisations", "themes"):
        assert tuple(one.value for one in getattr(places, name)) == getattr(description, name)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_what_was_found_in_a_sample_has_its_places_there(path: Path) -> None:
    for manuscript, one in parsed(path):
        said = words(manuscript.text)
        description = describe(manuscript, one, said)
        places = provenance_of(manuscript, description, one.format)
        check(manuscript, description, places)
        assert {traced.basis for _, traced in each(places)} <= {FOUND, GUESSED}
        names_what_it_is_said_to(manuscript, places)


def names_what_it_is_said_to(manuscript: Manuscript, places: Provenance) -> None:
    """The words at each place are what the fact says, by the functions that read such words."""
    (title,) = texts(manuscript, places.title)
    assert places.title.basis is GUESSED or title == places.title.value
    if places.date:
        values = {one.value for text in texts(manuscript, places.date) for one in dates_in(text)}
        assert places.date.value in values or any(value.startswith("--") for value in values)
    for economy in places.economies:
        for place, text in zip(economy.places, texts(manuscript, economy), strict=True):
            told_by = next((one.speaker for one in manuscript.blocks if one.start == place.start), "")
            names = {one.economy for one in (*economies_in(text), *economies_in(told_by or ""))}
            assert economy.value in names
    for organisation in places.organisations:
        for text in texts(manuscript, organisation):
            named = {find_organisation(text), *(one.name for one in organisations_in(text))}
            assert organisation.value in named
    for theme in places.themes:
        for text in texts(manuscript, theme):
            assert theme.value in {term.theme for term in terms_in(words(text))}
    if places.source:
        assert texts(manuscript, places.source) == [places.source.value]
    for speaker in places.speakers:
        turns = {one.start for one in manuscript.blocks if one.speaker == speaker.value}
        assert {place.start for place in speaker.places} <= turns
        assert speaker.count == len(turns)


def test_makati_seed() -> None:
    manuscript, places = seed("release-makati-2019.en.txt")
    assert [name for name, traced in each(places) if traced.basis is not FOUND] == ["kind"]
    assert len(texts(manuscript, places.date)) in (1, 2)
    assert any("October" in text for text in texts(manuscript, places.date))
    assert any("International Reach" in text for text in texts(manuscript, places.event))
    assert texts(manuscript, places.source) == ["SMEA"]


def test_bangkok_seed() -> None:
    """Its only date is what a conversion left: "วันที่ .. 62"."""
    manuscript, places = seed("release-bangkok-2019.th.txt")
    assert [name for name, traced in each(places) if traced.basis is not FOUND] == ["kind"]
    assert all("62" in text for text in texts(manuscript, places.date))
    assert any("ไต้หวัน" in text for one in places.economies for text in texts(manuscript, one))


def seed(name: str) -> tuple[Manuscript, Provenance]:
    if not (SEEDS / name).exists():
        pytest.skip("the seeds are not beside the checkout (../shared/seeds)")
    lines = (SEEDS / name).read_text(encoding="utf-8").splitlines()
    manuscript, description, places = described(*lines)
    check(manuscript, description, places)
    names_what_it_is_said_to(manuscript, places)
    return manuscript, places


def test_what_somebody_stated_is_told_from_what_the_text_gives() -> None:
    manuscript, _, places = described(
        "Ice for fishers",
        "The room opened on 2 August 2019 in Lima, Peru. Ice for many. A village helps, and so does OSMEP.",
        title="ICE FOR  MANY",
        kind=Kind.REPORT,
        date="2019-08",
        event="Fair of ice",
        economies=("Peru", "Chile"),
        organisations=("A village", "OSMEP", "Nobody"),
        themes=("fishers", "Digital tools for small producers"),
        source="https://example.org/ice",
    )
    assert (places.title.basis, texts(manuscript, places.title)) == (STATED, ["Ice for many"])
    assert (places.kind.basis, places.kind.count) == (STATED, 0)
    assert places.date
    assert (places.date.basis, texts(manuscript, places.date)) == (STATED, ["2 August 2019"])
    peru, chile = places.economies
    assert (peru.basis, texts(manuscript, peru)) == (FOUND, ["Lima", "Peru"])
    assert (chile.basis, chile.places) == (STATED, ())
    assert [one.basis for one in places.organisations] == [STATED, FOUND, STATED]
    assert [texts(manuscript, one) for one in places.organisations] == [["A village"], ["OSMEP"], []]
    assert [one.basis for one in places.themes] == [STATED, STATED]
    assert texts(manuscript, places.themes[0]) == ["fishers"]
    assert places.source
    assert places.event
    assert (places.source.basis, places.event.basis) == (STATED, STATED)


def test_what_somebody_stated_is_found_when_the_text_says_the_same() -> None:
    _, _, places = described(
        "เปิดห้องเย็นชุมชน",
        "ห้องเย็นเปิดเมื่อวันที่ ๒ สิงหาคม ๒๕๖๒ ที่กรุงลิมา ประเทศเปรู",
        "ที่มา: สสว.",
        title="เปิดห้องเย็นชุมชน",
        date="2019-08-02",
        economies=("Peru",),
        source="สสว.",
    )
    stated = (places.title, places.date, *places.economies, places.source)
    assert [one and one.basis for one in stated] == [FOUND] * 4


def test_a_stated_day_is_found_where_the_text_leaves_its_year_out() -> None:
    manuscript, _, places = described("Ice", "It opened on 29 October, and again on 30 October.", date="2019-10-29")
    assert places.date
    assert (places.date.basis, texts(manuscript, places.date)) == (STATED, ["29 October"])


def test_guesses_are_told_as_guesses() -> None:
    manuscript, description, places = described("word " * 60)
    assert places.title.basis is places.kind.basis is GUESSED
    assert texts(manuscript, places.title)[0] == description.title.rstrip("…")
    filler = "Growers share one cold room, and the room pays for itself. " * 20
    manuscript, _, places = described("Cold rooms", filler + "It stands in Chile.")
    assert places.kind.basis is GUESSED
    (chile,) = places.economies
    assert (chile.basis, texts(manuscript, chile)) == (GUESSED, ["Chile"])
    assert [one.basis for one in described("2562 : 12/8")[2].languages] == [GUESSED]


@pytest.mark.parametrize(
    ("blocks", "kind", "telling"),
    [
        (("ข่าวประชาสัมพันธ์", "เปิดศูนย์", "ข้อความ"), Kind.RELEASE, ["ข่าวประชาสัมพันธ์"]),
        ((Block("Case study: ice", BlockRole.HEADING), "Text."), Kind.CASE, ["Case study"]),
        ((Block("บันทึกการให้คำปรึกษา: ผึ้ง", BlockRole.HEADING), "ข้อความ"), Kind.MENTORING, ["คำปรึกษา"]),
        ((Block("Yes.", BlockRole.TURN, speaker="A"), Block("No.", BlockRole.TURN)), Kind.TRANSCRIPT, ["Yes.", "No."]),
    ],
)
def test_a_kind_is_where_the_text_tells_it(blocks: tuple[Block | str, ...], kind: Kind, telling: list[str]) -> None:
    manuscript, description, places = described(*blocks)
    assert (description.kind, places.kind.basis) == (kind, FOUND)
    assert texts(manuscript, places.kind) == telling


@pytest.mark.parametrize(
    ("text", "name", "basis", "telling"),
    [
        (
            "They met: “Revitalise Local Development through the\nNetworking of Innovation Ecosystem”.",
            None,
            FOUND,
            ["Revitalise Local Development through the\nNetworking of Innovation Ecosystem"],
        ),
        (
            "การประชุมระบบนิเวศนวัตกรรมท้องถิ่น จัดที่กรุงไทเป ไต้หวัน เดือนมิถุนายน ๒๕๖๒",
            None,
            FOUND,
            ["ระบบนิเวศนวัตกรรมท้องถิ่น", "ไทเป"],
        ),
        ("Rice was sold. So it was at Bangkok 2019, as before.", "กรุงเทพ 2562", STATED, ["Bangkok 2019"]),
        ("Rice was sold at the SME Week, yesterday.", "SME week", STATED, ["SME Week"]),
    ],
)
def test_an_event_is_where_the_text_tells_it(text: str, name: str | None, basis: Basis, telling: list[str]) -> None:
    manuscript, _, places = described("Of rice", text, event=name)
    assert places.event
    assert (places.event.basis, texts(manuscript, places.event)) == (basis, telling)


def test_an_event_that_only_a_stated_title_tells_is_a_guess_with_no_place() -> None:
    _, _, places = described(
        "Of rice",
        "It was sold.",
        title="Enhancing Local Industry Clustering and Social Innovation with International Reach",
    )
    assert places.event
    assert (places.event.basis, places.event.places) == (GUESSED, ())


def test_each_language_is_where_it_is_written() -> None:
    thai, english = "เกษตรกรใช้ห้องเย็นร่วมกันและแบ่งค่าไฟ", "Growers share one cold room and its bill."
    manuscript, _, places = described(english, thai, english + " It pays.")
    told = {one.value: texts(manuscript, one) for one in places.languages}
    assert told == {"en": [english, english + " It pays."], "th": [thai]}
    mixed = "Growers share ห้องเย็นของชุมชน and its bill."
    manuscript, _, places = described(mixed)
    assert {one.value: texts(manuscript, one) for one in places.languages} == {"en": [mixed], "th": ["ห้องเย็นของชุมชน"]}


def test_an_economy_named_only_as_a_speakers_is_at_its_turns() -> None:
    turns = [Block(f"We share it {time}.", BlockRole.TURN, speaker="Panellist, Viet Nam") for time in ("now", "still")]
    manuscript, _, places = described(Block("Good day.", BlockRole.TURN, speaker="Moderator"), *turns)
    (economy,) = places.economies
    assert texts(manuscript, economy) == ["We share it now.", "We share it still."]
    assert [(one.value, one.count) for one in places.speakers] == [("Moderator", 1), ("Panellist, Viet Nam", 2)]


def test_many_places_are_counted_and_the_first_given() -> None:
    _, _, places = described("Ice of Peru", "Peru has ice. " * 70)
    (peru,) = places.economies
    assert (len(peru.places), peru.count) == (MOST_PLACES, 71)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_parts_of_a_case_are_those_of_its_card(path: Path) -> None:
    """`kb.cases` reads the card from a stored document, this from the text: they must not tell different parts."""
    for manuscript, one in parsed(path):
        description = replace(describe(manuscript, one, words(manuscript.text)), kind=Kind.CASE)
        told = {part.value: part.places for part in provenance_of(manuscript, description, one.format).parts}
        card = case_of(stored(manuscript, description))
        parts = {part.name: part.blocks for part in card.parts if part.blocks} if card else {}
        if card or len(told) >= 2:
            assert {name: [place.start for place in places] for name, places in told.items()} == {
                name: [block.start for block in blocks] for name, blocks in parts.items()
            }


def stored(manuscript: Manuscript, description: Description) -> Document:
    known = {field.name: getattr(description, field.name) for field in fields(description)}
    summary = DocumentSummary(
        **{**known, "source": ""},
        id="d",
        version=1,
        language="en",
        format="text",
        sample=True,
        added_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return Document(summary, manuscript.text, manuscript.blocks, ())


SOME_WORDS = (
    "Thailand ไทย กรุงเทพ Makati สสว. DTI 2562 29/10/2562 October ข่าว Source: report ปี social innovation "
    "นวัตกรรม ท้องถิ่น ไทเป Ministry of Trade , . : é İß “ ” challenge"
)
WORDS = st.sampled_from([*SOME_WORDS.split(), "\n"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Block,
            st.lists(WORDS, min_size=1, max_size=12).map(lambda some: "x" + " ".join(some)),
            st.sampled_from(BlockRole),
            st.sampled_from([None, "results"]),
            st.sampled_from([None, "Panellist, Chile"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_the_blocks(blocks: list[Block]) -> None:
    manuscript, description, places = described(*blocks)
    check(manuscript, description, places)
    assert STATED not in {traced.basis for _, traced in each(places)}
    names_what_it_is_said_to(manuscript, places)


def test_it_is_quick_enough_for_a_page() -> None:
    """Ten thousand characters of the samples, as described and with all facts stated; prints the median of five."""
    stated = Description(
        title="Of rice and ice",
        kind=Kind.CASE,
        languages=("en", "th"),
        date="2018-01-02",
        event="Fair of ice",
        economies=("Peru", "Chile", "Canada", "Viet Nam"),
        organisations=("A village", "Another village"),
        themes=tuple(theme.name for theme in all_themes()),
        source="https://example.org/ice",
    )
    for language in ("en", "th"):
        bodies = [one.text for path in SAMPLES if f".{language}." in path.name for one, _ in parsed(path)]
        manuscript, description, _ = described(*"\n\n".join(bodies)[:10_000].split("\n\n"))
        for case in (description, stated):
            took = []
            for _ in range(5):
                before = time.process_time()
                provenance_of(manuscript, case, "text")
                took.append(1000 * (time.process_time() - before))
            print(f"{language}: {len(manuscript.text)} characters, {statistics.median(took):.0f} ms")
            assert min(took) < 100
