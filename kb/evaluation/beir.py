"""Reads a bilingual retrieval set in the BEIR layout (Thakur et al., 2021), with `lang` on every line."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb.errors import N_, Invalid
from kb.models import LANGUAGES


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
    """Documents, queries, which documents answer which query, and where, if the set says so."""

    name: str
    documents: dict[str, EvaluationText]
    queries: dict[str, EvaluationText]
    relevant: dict[str, frozenset[str]]
    answers: dict[str, AnswerSpan]

    def relevant_in(self, query: str, language: str) -> frozenset[str]:
        """The documents in one language that answer a query."""
        return frozenset(one for one in self.relevant[query] if self.documents[one].language == language)


def load(folder: Path) -> EvaluationSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`. Raises `BadEvaluationSet`."""
    try:
        documents = {line["_id"]: _item(line) for line in _lines(folder / "corpus.jsonl")}
        queries = _lines(folder / "queries.jsonl")
        relevant: dict[str, set[str]] = {}
        with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if int(row["score"]) > 0:
                    relevant.setdefault(row["query-id"], set()).add(row["corpus-id"])
        if unknown := set().union(*relevant.values()) - documents.keys():
            raise ValueError(f"qrels/test.tsv names {min(unknown)}, which is not in corpus.jsonl")
        asked = {line["_id"]: line for line in queries if line["_id"] in relevant}
        if not asked:
            raise ValueError("no query has a document that answers it")
        return EvaluationSet(
            name=folder.resolve().name,
            documents=documents,
            queries={key: _item(line) for key, line in asked.items()},
            relevant={key: frozenset(relevant[key]) for key in asked},
            answers={key: _answer(line, documents) for key, line in asked.items() if line.get("answer")},
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
