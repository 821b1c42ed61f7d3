"""Reads a bilingual retrieval set in the BEIR layout (Thakur et al., 2021), with `lang` on every line."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import BadEvaluationSet


@dataclass(frozen=True, slots=True)
class Item:
    """A document or a query."""

    id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the answer to a query stands: characters `start` up to `end` of the text of document `document`."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Documents, queries, which documents answer which query, and where, if the set says so."""

    name: str
    documents: dict[str, Item]
    queries: dict[str, Item]
    relevant: dict[str, frozenset[str]]
    answers: dict[str, Answer]

    def relevant_in(self, query: str, language: str) -> frozenset[str]:
        """The documents in one language that answer a query."""
        return frozenset(one for one in self.relevant[query] if self.documents[one].language == language)


def load(folder: Path) -> EvaluationSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`. Raises `BadEvaluationSet`."""
    try:
        documents = _lines(folder / "corpus.jsonl")
        queries = _lines(folder / "queries.jsonl")
        relevant: dict[str, set[str]] = {}
        with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if int(row["score"]) > 0:
                    relevant.setdefault(row["query-id"], set()).add(row["corpus-id"])
        asked = {line["_id"]: line for line in queries if line["_id"] in relevant}
        return EvaluationSet(
            name=folder.resolve().name,
            documents={line["_id"]: _item(line) for line in documents},
            queries={key: _item(line) for key, line in asked.items()},
            relevant={key: frozenset(relevant[key]) for key in asked},
            answers={key: _answer(line) for key, line in asked.items() if line.get("answer")},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BadEvaluationSet(path=folder, reason=reason) from error


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _item(line: dict[str, Any]) -> Item:
    text = "\n\n".join(part for part in (line.get("title"), line["text"]) if part)
    return Item(line["_id"], text, line["lang"])


def _answer(line: dict[str, Any]) -> Answer:
    start = int(line["answer_start"])
    return Answer(line["passage"], start, start + len(line["answer"]))
