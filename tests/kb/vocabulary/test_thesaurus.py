"""The thesaurus: what it makes of a question, and that the files that ship are as a librarian would have them."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from ingest.text.language import words
from kb.vocabulary.thesaurus import BETWEEN, BROADER, COLUMNS, FOLDER, NARROWER, Concept, Thesaurus, names_of, shipped

FILES = sorted(FOLDER.glob("*.csv"))


def concept(en: str, th: str, broader: str = "") -> Concept:
    """A concept whose cells are written as in a file."""
    written = [(name, "en") for name in en.split(BETWEEN)] + [(name, "th") for name in th.split(BETWEEN)]
    return Concept(en.split(BETWEEN)[0], names_of(written), broader)


SEAFOOD = Thesaurus(
    [
        concept("seafood", "อาหารทะเล"),
        concept("crab", "ปู", "seafood"),
        concept("blue swimming crab", "ปูม้า", "crab"),
        concept("guava", "ฝรั่ง"),
        concept("foreigner", "ชาวต่างชาติ|ฝรั่ง"),
        concept("cooperative|co-op", "สหกรณ์"),
        concept("can (tin)", "กระป๋อง"),
    ]
)


def alternatives(text: str) -> dict[str, float]:
    return {" ".join(one.terms): one.weight for one in SEAFOOD.alternatives(text, words(text))}


def translated(text: str, language: str) -> tuple[str, float] | None:
    put = SEAFOOD.translated(text, words(text), language)
    return (put.text, round(put.share, 2)) if put else None


def test_narrower_and_broader_concepts_stand_for_a_name_at_less_weight() -> None:
    found = alternatives("crab")
    assert found == {"ปู": 1.0, "blue swim crab": NARROWER, "ปูม้า": NARROWER, "seafood": BROADER, "อาหารทะเล": BROADER}
    assert alternatives("seafood")["ปูม้า"] == NARROWER
    assert alternatives("ปูม้า")["seafood"] == pytest.approx(BROADER**2)


def test_all_senses_of_a_word_stand_for_it() -> None:
    assert {"guava", "foreign"} <= {one for one, weight in alternatives("ฝรั่ง").items() if weight == 1}
    assert [one.label for _, those in SEAFOOD.named("ฝรั่ง", words("ฝรั่ง")) for one in those] == ["guava", "foreigner"]


def test_a_question_is_put_in_the_other_language_word_by_word() -> None:
    assert translated("How can a blue swimming crab co-op sell in Nan?", "th") == ("ปูม้า สหกรณ์ sell Nan", 0.71)
    assert translated("สหกรณ์ปูม้าขายอย่างไร", "en") == ("cooperative blue swimming crab", 0.67)
    assert translated("crab 2019", "th") == ("ปู 2019", 1.0)
    assert translated("can we can crab", "th") == ("ปู", 1.0)
    assert alternatives("can") == {"กระป๋อง": 1.0}


@pytest.mark.parametrize("text", ["", "?!", "how can we", "unheard of"])
def test_what_it_does_not_know_is_not_translated(text: str) -> None:
    assert translated(text, "th") is None
    assert alternatives(text) == {}


def test_a_qualifier_tells_concepts_apart_and_is_no_part_of_a_name() -> None:
    found = names_of([("bank (river)", "en"), ("SME", "en"), ("ตลิ่ง", "th")])
    assert [one.written for one in found] == ["bank", "SME", "SMEs", "ตลิ่ง"]
    assert [one.capitals for one in found] == [False, True, True, False]


# ---- what ships


def rows(path: str) -> list[dict[str, str]]:
    with (FOLDER / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_a_file_is_well_formed(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.splitlines()[0] == ",".join(COLUMNS)
    for row in rows(name):
        assert None not in row, row
        assert row["en"], row
        assert row["th"], row
        for column in COLUMNS[:4]:
            for cell in row[column].split(BETWEEN) if row[column] else []:
                assert cell == cell.strip() != "", row
                assert bool(re.search("[ก-ฮ]", cell)) == column.startswith("th"), row
        assert BETWEEN not in row["en"] + row["th"], row


def test_concepts_are_told_apart_and_broader_ones_are_there() -> None:
    labels = Counter(one.label.casefold() for one in shipped())
    assert [label for label, count in labels.items() if count > 1] == []
    above = {one.label: one.broader for one in shipped()}
    assert {broader for broader in above.values() if broader} <= above.keys()
    for label in above:
        seen, at = {label}, above[label]
        while at:
            assert at not in seen, f"{label} is broader than itself"
            seen.add(at)
            at = above[at]


def test_a_concept_has_each_name_once() -> None:
    for name in (path.name for path in FILES):
        for row in rows(name):
            for language in ("en", "th"):
                written = [row[language], *filter(None, row[f"{language}_alt"].split(BETWEEN))]
                folded = [re.sub(r" \(.*\)$", "", one).casefold() for one in written]
                assert len(set(folded)) == len(folded), row


def test_names_that_were_in_the_glossary_before_are_still_known() -> None:
    thesaurus = Thesaurus(shipped())
    for text, other in (("สสว.", "osmep"), ("APEC forum", "เอเปค"), ("Chinese Taipei", "ไต้หวัน")):
        assert other in {" ".join(one.terms) for one in thesaurus.alternatives(text, words(text))}
