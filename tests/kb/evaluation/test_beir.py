"""Reading evaluation sets: what goes in, and one clear error for a folder that is not laid out so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.errors import Invalid
from kb.evaluation.beir import AnswerSpan, EvaluationText, every, load
from tests.support.beir_set import write_villages

CORPUS = [
    {"_id": "en-1", "title": "", "text": "Ice from sunlight keeps fish cold.", "lang": "en"},
    {"_id": "th-1", "title": "น้ำแข็ง", "text": "น้ำแข็งจากแสงแดดเก็บปลา", "lang": "th"},
    {"_id": "en-2", "text": "A weaving hall trains forty women.", "lang": "en"},
]
QUERIES = [
    {
        "_id": "en-q",
        "text": "What keeps fish cold?",
        "lang": "en",
        "answer": "Ice",
        "answer_start": 0,
        "passage": "en-1",
    },
    {"_id": "th-q", "text": "อะไรเก็บปลา", "lang": "th", "answer": "น้ำแข็ง", "answer_start": 0, "passage": "th-1"},
    {"_id": "en-unanswered", "text": "Who drives the bus?", "lang": "en"},
]
QRELS = "query-id\tcorpus-id\tscore\nen-q\ten-1\t1\nen-q\tth-1\t1\nen-q\ten-2\t0\nth-q\tth-1\t2\n"


def write(
    folder: Path, corpus: list[object] | None = None, queries: list[object] | None = None, qrels: str = QRELS
) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, lines in (("corpus", corpus or list(CORPUS)), ("queries", queries or list(QUERIES))):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_a_set(tmp_path: Path) -> None:
    data = load(write(tmp_path / "villages"))
    assert data.name == "villages"
    assert list(data.documents) == ["en-1", "th-1", "en-2"]
    assert data.documents["en-1"] == EvaluationText("en-1", "Ice from sunlight keeps fish cold.", "en", 0)
    assert data.documents["th-1"].text == "น้ำแข็ง\n\nน้ำแข็งจากแสงแดดเก็บปลา"
    assert list(data.queries) == ["en-q", "th-q"]  # no document answers the third
    assert data.grades == {"en-q": {"en-1": 1, "th-1": 1}, "th-q": {"th-1": 2}}  # a score of 0 is no answer
    assert data.answering("en-q") == frozenset()
    assert data.answering_in("th-q", "th") == {"th-1"}
    assert data.answering_in("th-q", "en") == frozenset()


def test_a_set_of_one_grade_answers_directly(tmp_path: Path) -> None:
    data = load(write(tmp_path / "villages", qrels=QRELS.replace("\t2\n", "\t1\n")))
    assert data.grades == {"en-q": {"en-1": 2, "th-1": 2}, "th-q": {"th-1": 2}}


def test_kinds_topics_and_questions_that_nothing_answers(tmp_path: Path) -> None:
    queries = [{**QUERIES[0], "type": "question", "topic": 7}, {**QUERIES[2], "type": "none", "topic": 8}]
    folder = write(tmp_path / "villages", queries=queries)
    (folder / "qrels" / "test.tsv").rename(folder / "qrels.tsv")
    data = load(folder)
    assert data.kinds == {"en-q": "question", "en-unanswered": "none"}
    assert data.topics == {"en-q": "7", "en-unanswered": "8"}
    assert data.grades["en-unanswered"] == {}


def test_an_answer_is_in_its_place_after_the_title(tmp_path: Path) -> None:
    data = load(write(tmp_path / "villages"))
    assert data.answers["en-q"] == AnswerSpan("en-1", 0, 3)
    answer = data.answers["th-q"]
    assert answer.start == len("น้ำแข็ง\n\n")
    assert data.documents["th-1"].text[answer.start : answer.end] == "น้ำแข็ง"


def test_the_name_of_a_folder_given_as_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path / "villages"))
    assert load(Path(".")).name == "villages"


def without(line: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in line.items() if name != key}


@pytest.mark.parametrize(
    ("corpus", "queries", "qrels", "reason"),
    [
        ([without(CORPUS[0], "text")], None, QRELS, "text"),
        ([without(CORPUS[0], "lang")], None, QRELS, "lang"),
        ([{**CORPUS[0], "lang": "fr"}, *CORPUS[1:]], None, QRELS, "fr"),
        ([{**CORPUS[0], "text": None}], None, QRELS, ""),
        (["a string"], None, QRELS, ""),
        ([7], None, QRELS, ""),
        (None, [without(QUERIES[0], "_id")], QRELS, "_id"),
        (None, [without(QUERIES[0], "answer_start")], QRELS, "answer_start"),
        (None, [{**QUERIES[0], "passage": "en-9"}], QRELS, "en-9"),
        (None, [QUERIES[2]], QRELS, "no query"),
        (None, None, "query-id\tcorpus-id\nen-q\ten-1\n", "not enough values"),
        (None, None, "query-id\tcorpus-id\tscore\nen-q\ten-1\n", ""),
        (None, None, "query-id\tcorpus-id\tscore\nen-q\ten-1\tyes\n", "yes"),
        (None, None, QRELS + "en-q\ten-404\t1\n", "en-404"),
        (None, None, "", "no query"),
    ],
)
def test_a_folder_that_is_not_laid_out_so(
    tmp_path: Path, corpus: list[object] | None, queries: list[object] | None, qrels: str, reason: str
) -> None:
    folder = write(tmp_path / "villages", corpus, queries, qrels)
    with pytest.raises(Invalid, match="\\. It needs corpus\\.jsonl, queries\\.jsonl \\(") as caught:
        load(folder)
    assert reason in str(caught.value.values["reason"])
    assert str(folder) in caught.value.message("th")


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_that_is_not_there(tmp_path: Path, missing: str) -> None:
    folder = write(tmp_path / "villages")
    (folder / missing).unlink()
    with pytest.raises(Invalid, match="No such file"):
        load(folder)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"{\n", b"{}\n"])
def test_a_file_that_is_damaged(tmp_path: Path, data: bytes) -> None:
    folder = write(tmp_path / "villages")
    (folder / "corpus.jsonl").write_bytes(data)
    with pytest.raises(Invalid, match="\\. It needs corpus\\.jsonl, queries\\.jsonl \\("):
        load(folder)


def test_some_of_the_queries_over_all_of_the_documents(tmp_path: Path) -> None:
    data = load(write_villages(tmp_path / "villages"))
    some = every(data, 2)
    assert list(some.queries) == ["en-q1", "en-q3", "en-q5", "th-q1", "th-q3", "th-q5"]
    assert some.documents == data.documents
    assert some.answers == data.answers  # also those of the other language's twin are asked for
    assert every(data, 1).queries == data.queries


@pytest.mark.shared
@pytest.mark.parametrize("name", ["xquad-dev", "ntrex"])
def test_the_sets_beside_the_checkout(shared: Path, name: str) -> None:
    data = load(shared / "eval" / name)
    assert len({item.language for item in data.documents.values()}) == 2
    assert data.grades.keys() == data.queries.keys()
    assert all(data.answering(one) for one in data.queries)
    for answer in data.answers.values():
        assert 0 <= answer.start < answer.end <= len(data.documents[answer.document].text)
