"""Files and folders made into passages and the questions that they answer."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.training.calibration import TrainingPassage, TrainingQuery
from ingest.text.language import words
from kb.errors import Invalid, NotFound
from kb.evaluation.training_texts import TrainingTexts, gather, version_key
from kb.vocabulary.thesaurus import Concept, Thesaurus, names_of
from tests.conftest import ROOT
from tests.support.beir_set import write_villages
from tests.support.encoder import WordEncoder

ENGLISH = (
    "The village had no ice plant at all. Half of the catch spoiled on the way to town. "
    "The fishers bought a solar plant together. Today nothing spoils any more."
)
THAI = (
    "หมู่บ้านนี้ไม่มีโรงน้ำแข็งเลย\n\nปลาครึ่งหนึ่งเน่าเสียระหว่างทางเข้าเมือง\n\nชาวประมงซื้อโรงน้ำแข็งพลังงานแสงอาทิตย์ร่วมกัน\n\n"
    "วันนี้ไม่มีปลาเน่าเสียอีกแล้ว"
)
NO_NAMES = Thesaurus(())


def read(*paths: Path) -> TrainingTexts:
    return gather(paths, WordEncoder().count_tokens, NO_NAMES)


def queries(found: TrainingTexts) -> list[TrainingQuery]:
    return [query for one in found.sets for query in one.queries]


def passages(found: TrainingTexts) -> list[TrainingPassage]:
    return [passage for one in found.sets for passage in one.passages]


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("english", "thai"),
    [
        ("x.en", "x.th"),
        ("x.EN", "x.TH"),
        ("x_en", "x_th"),
        ("en-000", "th-000"),
        ("rows#en-1", "rows#th-1"),
        ("en/x", "th/x"),
        ("eng/x.eng", "tha/x.tha"),
        ("x.en-GB", "x.th-TH"),
        ("a/x (en)", "a/x (th)"),
    ],
)
def test_versions_are_told_by_their_names(english: str, thai: str) -> None:
    one, other = version_key(english), version_key(thai)
    assert one is not None
    assert other is not None
    assert (one[1], other[1]) == ("en", "th")
    assert one[0].casefold() == other[0].casefold()


@pytest.mark.parametrize("name", ["x", "then", "tenth", "women/x", "en/x.th", "x.en-th", "x.english", "9th"])
def test_names_that_tell_no_language(name: str) -> None:
    assert version_key(name) is None


def test_versions_of_other_documents_are_told_apart() -> None:
    keys = {version_key(name) for name in ("a.en", "b.en", "en/a", "a", "a/x.en")}
    assert len(keys) == 5


def test_a_heading_and_a_sentence_ask(tmp_path: Path) -> None:
    found = read(put(tmp_path, {"ice.en.md": f"# Fishers keep their catch on ice\n\n{ENGLISH}\n"}))
    assert {one.text for one in queries(found)} == {
        "Fishers keep their catch on ice",
        "The fishers bought a solar plant together.",
    }
    (passage,) = passages(found)
    assert passage.text == (
        "The village had no ice plant at all. Half of the catch spoiled on the way to town. "
        "Today nothing spoils any more."
    )
    assert list(passage.terms) == [word.term for word in words(passage.text)]
    for query in queries(found):
        assert query.answers == {passage.document: 2}
        assert list(query.terms) == [word.term for word in words(query.text)]
    assert (found.answered("en"), found.answered("th"), found.pairs("en", "th")) == (2, 0, 0)


def test_a_title_that_a_page_repeats_goes_everywhere(tmp_path: Path) -> None:
    title = "Fishers keep their catch on ice"
    article = f"<h1>{title}</h1><p>{title}</p><p>{ENGLISH}</p><h2>{title}</h2>"
    page = f"<html><body><article>{article}</article></body></html>"
    found = read(put(tmp_path, {"ice.html": page}))
    assert title in {one.text for one in queries(found)}
    assert not any(title in one.text for one in passages(found))


def test_only_a_heading_asks_for_the_other_version(tmp_path: Path) -> None:
    files = {
        "ice.en.md": f"# Fishers keep their catch on ice\n\n{ENGLISH}",
        "ice.th.txt": f"ชาวประมงแช่ปลาในน้ำแข็งของหมู่บ้าน\n\n{THAI}",
        "lone.en.md": f"# A village that nobody translated\n\n{ENGLISH}",
    }
    found = read(put(tmp_path, files))
    assert found.pairs("en", "th") == 1
    assert (found.answered("en", "th"), found.answered("th", "en")) == (1, 1)
    for query in queries(found):
        both = query.answers.keys() & found.documents("en") and query.answers.keys() & found.documents("th")
        assert bool(both) == query.text.startswith(("Fishers keep", "ชาวประมงแช่ปลา"))


def test_folders_tell_versions_wherever_they_lie(tmp_path: Path) -> None:
    """Marks above what all texts share, as in a user's home folder, say nothing of them."""
    home = tmp_path / "th"
    put(home, {"en/ice.md": f"# Fishers keep their catch on ice\n\n{ENGLISH}"})
    put(home, {"th/ice.md": f"# ชาวประมงแช่ปลาในน้ำแข็งของหมู่บ้าน\n\n{THAI}"})
    assert read(home).pairs("en", "th") == 1
    assert read(home / "en", home / "th").pairs("en", "th") == 1
    assert read(home / "en").pairs("en", "th") == 0


def test_rows_of_tables_are_documents(tmp_path: Path) -> None:
    rows = [
        {"id": "en-1", "title": "Fishers keep their catch on ice", "text": ENGLISH},
        {"id": "th-1", "title": "ชาวประมงแช่ปลาในน้ำแข็งของหมู่บ้าน", "text": THAI},
    ]
    table = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    found = read(put(tmp_path, {"rows.jsonl": table}))
    assert (len(found.documents("en")), len(found.documents("th")), found.pairs("en", "th")) == (1, 1, 1)


def test_parts_in_two_languages_are_two_documents(tmp_path: Path) -> None:
    found = read(put(tmp_path, {"both.txt": f"{ENGLISH * 4}\n\n{THAI * 4}"}))
    assert found.documents("en")
    assert found.documents("th")
    assert not found.documents("en") & found.documents("th")


def test_what_cannot_be_read_is_left_out_and_told_of(tmp_path: Path) -> None:
    put(tmp_path, {"ice.txt": ENGLISH, "empty.txt": ""})
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    found = read(tmp_path)
    assert [Path(path).name for path, _ in found.skipped] == ["empty.txt", "gone.txt", "photo.png"]
    assert len(passages(found)) == 1


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file or folder at "):
        read(put(tmp_path, {"ice.txt": ENGLISH}), tmp_path / "nowhere")


def test_a_beir_folder_has_questions_of_its_own(tmp_path: Path) -> None:
    folder = write_villages(tmp_path / "villages")
    found = read(folder)
    assert (len(found.documents("en")), len(found.documents("th"))) == (5, 5)
    assert len(queries(found)) == 10
    assert (found.answered("en", "th"), found.answered("th", "en"), found.pairs("en", "th")) == (5, 5, 5)
    assert any("Forty women now learn to weave silk there every winter." in one.text for one in passages(found))
    more = read(folder, put(tmp_path / "more", {"ice.txt": ENGLISH}))
    assert len(more.documents("en")) == 6
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(Invalid, match="\\. It needs corpus\\.jsonl, queries\\.jsonl \\("):
        read(folder)


def test_questions_know_what_the_thesaurus_knows(tmp_path: Path) -> None:
    ice = Concept("ice", names_of([("ice", "en"), ("น้ำแข็ง", "th")]))
    folder = put(tmp_path, {"ice.md": f"# Fishers keep their catch on ice\n\n{ENGLISH}"})
    (made,) = gather([folder], WordEncoder().count_tokens, Thesaurus([ice])).sets
    query = next(one for one in made.queries if one.text.startswith("Fishers"))
    assert query.content == ("fisher", "keep", "catch", "ice")
    assert [one.terms for one in query.alternatives] == [("น้ำแข็ง",)]
    assert query.translations == {"th": ("Fishers keep catch น้ำแข็ง", pytest.approx(1 / 4))}


def test_the_samples_give_questions_in_both_languages() -> None:
    found = read(ROOT / "samples")
    assert not found.skipped
    assert found.pairs("en", "th") >= 4
    for language in ("en", "th"):
        assert found.answered(language) > 40
    for query in queries(found):
        assert query.answers.keys() & (found.documents("en") | found.documents("th"))


SENTENCES = st.lists(
    st.sampled_from(
        [
            "Coffee farmers on the mountain share one roaster.",
            "It rains.",
            "A university maps old temples for visitors every year.",
            "ผู้หญิงสี่สิบคนเรียนทอผ้าไหมที่นั่นทุกฤดูหนาว",
            "นักเรียนในท้องถิ่นมีรายได้จากการเป็นมัคคุเทศก์",
        ]
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(SENTENCES, st.sampled_from([" ", "\n\n"]))
def test_what_asks_is_taken_out_and_nothing_else(sentences: list[str], between: str) -> None:
    """The words of the passages and of the questions are together those of the text."""
    text = between.join(sentences)
    with tempfile.TemporaryDirectory() as folder:
        found = read(put(Path(folder), {"x.md": f"# A heading of its own asks first\n\n{text}"}))
    asked = [one for one in queries(found) if one.text != "A heading of its own asks first"]
    assert len(queries(found)) - len(asked) == 1
    terms = Counter(term for one in [*passages(found), *asked] for term in one.terms)
    # Blocks that repeat the one before are not read twice.
    blocks = [one for n, one in enumerate(text.split("\n\n")) if [one] != text.split("\n\n")[n - 1 : n] or n == 0]
    assert terms == Counter(word.term for block in blocks for word in words(block))
    assert all(one.terms for one in asked)
