"""Reads a bilingual retrieval set in the BEIR layout (Thakur et al., 2021), with `lang` on every line."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb.errors import N_, Invalid
from kb.models import LANGUAGES

NOTHING = "none"  # the kind of a query that nothing answers


@dataclass(frozen=True, slots=True)
class EvaluationText:
    """A document or a query; the text of a document begins at character `body`, after its title."""

    id: str
    text: str
    language: str
    body: int


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """Where the answer to a query stands: characters `start` up to `end` of the text of document `document`."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Documents, queries, which documents answer which query, and where, if the set says so.

    `grades` has for each query the documents that answer it: 2 directly, 1 usefully. `kinds` says of queries what sort
    they are ("keyword", "question", …; "none" for those that nothing answers), `topics` which belong together.
    """

    name: str
    documents: dict[str, EvaluationText]
    queries: dict[str, EvaluationText]
    grades: dict[str, dict[str, int]]
    answers: dict[str, AnswerSpan]
    kinds: dict[str, str]
    topics: dict[str, str]

    def answering(self, query: str) -> frozenset[str]:
        """The documents that answer a query directly."""
        return frozenset(one for one, grade in self.grades[query].items() if grade == 2)

    def answering_in(self, query: str, language: str) -> frozenset[str]:
        """Those in one language."""
        return frozenset(one for one in self.answering(query) if self.documents[one].language == language)


def load(folder: Path) -> EvaluationSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv` or `qrels.tsv`. Raises `BadEvaluationSet`.

    Where a set knows one grade only, its documents answer directly.
    """
    try:
        documents = {line["_id"]: _item(line) for line in _lines(folder / "corpus.jsonl")}
        queries = _lines(folder / "queries.jsonl")
        grades: dict[str, dict[str, int]] = {}
        path = folder / "qrels" / "test.tsv"
        with (path if path.exists() else folder / "qrels.tsv").open(encoding="utf-8") as file:
            for query, document, grade in list(csv.reader(file, delimiter="\t"))[1:]:
                if int(grade) > 0:
                    grades.setdefault(query, {})[document] = min(int(grade), 2)
        if unknown := {one for those in grades.values() for one in those} - documents.keys():
            raise ValueError(f"the judgements name {min(unknown)}, which is not in corpus.jsonl")
        if all(grade == 1 for those in grades.values() for grade in those.values()):
            grades = {query: dict.fromkeys(those, 2) for query, those in grades.items()}
        asked = {line["_id"]: line for line in queries if line["_id"] in grades or line.get("type") == NOTHING}
        if not grades.keys() & asked.keys():
            raise ValueError("no query has a document that answers it")
        return EvaluationSet(
            name=folder.resolve().name,
            documents=documents,
            queries={key: _item(line) for key, line in asked.items()},
            grades={key: grades.get(key, {}) for key in asked},
            answers={key: _answer(line, documents) for key, line in asked.items() if line.get("answer")},
            kinds={key: str(line["type"]) for key, line in asked.items() if "type" in line},
            topics={key: str(line["topic"]) for key, line in asked.items() if "topic" in line},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise Invalid(
            N_(
                "{path} cannot be used for evaluation: {reason}. It needs corpus.jsonl, queries.jsonl (each "
                "line with _id, text and lang) and qrels/test.tsv."
            ),
            code="bad_evaluation_set",
            path=folder,
            reason=reason,
        ) from error


def every(data: EvaluationSet, step: int) -> EvaluationSet:
    """The same documents, and of the queries in each language the first and every `step`-th after it."""
    kept: dict[str, EvaluationText] = {}
    for language in LANGUAGES:
        asked = [one for one in data.queries.values() if one.language == language]
        kept.update({one.id: one for one in asked[::step]})
    return replace(data, queries=kept)


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _item(line: dict[str, Any]) -> EvaluationText:
    if line["lang"] not in LANGUAGES:
        raise ValueError(f"the lang of {line['_id']} is {line['lang']}, not en or th")
    heading = f"{line['title']}\n\n" if line.get("title") else ""
    return EvaluationText(line["_id"], heading + line["text"], line["lang"], len(heading))


def _answer(line: dict[str, Any], documents: dict[str, EvaluationText]) -> AnswerSpan:
    if line["passage"] not in documents:
        raise ValueError(f"the answer to {line['_id']} is in {line['passage']}, which is not in corpus.jsonl")
    start = documents[line["passage"]].body + int(line["answer_start"])
    return AnswerSpan(line["passage"], start, start + len(line["answer"]))
