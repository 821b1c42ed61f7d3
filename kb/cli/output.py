"""What the commands print: results, documents and reports as text for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.spelling.suggest import SpellingHint
from kb.errors import KbError
from kb.evaluation.evaluate import Report
from kb.i18n import N_, translate
from kb.models import Document, DocumentSummary, IngestOutcome, PassageHit, ResultPage, Span

OUTCOMES = {
    "added": N_("{count} added"),
    "updated": N_("{count} updated"),
    "unchanged": N_("{count} unchanged"),
    "failed": N_("{count} failed"),
}
VERDICTS = {"strong": N_("strong"), "possible": N_("possible"), "weak": N_("weak")}
# What `verify` finds, by code.
PROBLEMS = {
    "no_vectors": N_("passage {where} has no vectors"),
    "changed_vectors": N_("the checksum of the vectors of passage {where} does not match"),
    "changed_text": N_("the text of passage {where} is not the one that was encoded"),
    "damaged_database": N_("the database is damaged: {where}"),
    "not_indexed": N_("passage {where} is not in the index"),
    "indexed_only": N_("passage {where} is in the index but not in the database"),
    "index_parts_differ": N_("the parts of the index disagree on {where}"),
}


def as_json(found: object) -> str:
    """One line of JSON, Thai as Thai."""
    return json.dumps(found, ensure_ascii=False, default=str)


def added(path: str, one: IngestOutcome) -> str:
    """A line of `ingest --json` for a document that went in, or was there."""
    return as_json(
        {"path": path, "status": one.status, "document_id": one.document_id, "passages": one.passages, "error": None}
    )


def failed(path: str, error: KbError) -> str:
    """A line of `ingest --json` for a file that did not go in."""
    message = {"code": error.code, "message": error.message("en"), "message_th": error.message("th")}
    return as_json({"path": path, "status": "failed", "document_id": None, "passages": 0, "error": message})


def page_text(page: ResultPage, hint: SpellingHint | None, language: str) -> str:
    """Results: strength, title, facts, the best sentence with its matching words in brackets."""
    lines = [translate(N_("Did you mean “{text}”?"), language, text=hint.text), ""] if hint else []
    if not page.results:
        return "\n".join(
            [*lines, translate(N_("No document answers this question. Try other words or fewer filters."), language)]
        )
    if page.results[0].verdict == "weak" and page.query.offset == 0:
        if page.missing:
            lines.append(translate(N_("No document here mentions: {words}"), language, words=", ".join(page.missing)))
        lines += [translate(N_("No document answers this question well. These are the closest ones."), language), ""]
    for rank, result in enumerate(page.results, start=page.query.offset + 1):
        verdict = translate(VERDICTS[result.verdict], language)
        lines.append(f"{rank}. {result.document.title}  [{verdict} {result.strength:.2f}]")
        lines.append(f"   {summary_facts(result.document)}")
        if result.passages:
            lines.append(f"   {_marked(result.passages[0])}")
            lines += [
                f"      {pair.query_word} ~ {_cut(result.passages[0], pair.passage_word)}  {pair.similarity:.2f}"
                for pair in result.passages[0].evidence.pairs
            ]
        lines.append("")
    return "\n".join(lines).rstrip()


def _marked(hit: PassageHit) -> str:
    """The best sentence of a passage, its matching words in brackets."""
    sentence = hit.evidence.sentence
    text, at = "", sentence.start
    for word in hit.evidence.highlights:
        if sentence.start <= word.start and word.end <= sentence.end:
            text += _cut(hit, Span(at, word.start)) + f"[{_cut(hit, word)}]"
            at = word.end
    return (text + _cut(hit, Span(at, sentence.end))).replace("\n", " ")


def _cut(hit: PassageHit, span: Span) -> str:
    """Characters of the document, out of the passage's text."""
    start = hit.passage.start
    return hit.passage.text[span.start - start : span.end - start]


def summary_facts(document: DocumentSummary) -> str:
    """What is known of a document, on one line."""
    facts = (
        document.id,
        "+".join(document.languages),
        document.kind.value,
        document.date,
        document.event,
        ", ".join(document.economies),
        ", ".join(document.themes),
    )
    return " · ".join(fact for fact in facts if fact)


def summary_text(document: DocumentSummary) -> str:
    """A document on two lines."""
    return f"{document.title}\n   {summary_facts(document)}"


def document_text(document: Document) -> str:
    """A whole document."""
    return f"{summary_text(document.summary)}\n   {document.summary.source}\n\n{document.text}"


def fields_text(found: Mapping[str, Any]) -> str:
    """Names and values, one pair a line."""
    width = max(len(name) for name in found)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in found.items())


MEASURES = {
    "pair_map": "pair mAP",
    "only_other_mrr10": "only-other MRR@10",
    "only_same_mrr10": "only-same MRR@10",
    "cross_r1": "cross R@1",
    "same_r1": "same R@1",
    "no_answer_auroc": "no-answer AUROC",
    "sentence_hit": "sentence hit",
    "ndcg10": "nDCG@10",
    "first_place": "first place",
    "strong_right": "strong when right",
    "weak_right": "weak when right",
    "strong_wrong": "strong when wrong",
    "strong_none": "strong when nothing answers",
    "possible_none": "possible when nothing answers",
}


def report_text(report: Report) -> str:
    """The measures of an evaluation as a Markdown table, with 95 % intervals."""
    lines = ["| measure | value | 95 % interval | queries |", "|---|---|---|---|"]
    for measure, name in MEASURES.items():
        for key, one in report.measures.get(measure, {}).items():
            direction = key.replace("-", "→")
            interval = f"{one.low:.3f} – {one.high:.3f}"
            lines.append(f"| {name}, {direction} | {one.value:.3f} | {interval} | {one.queries} |")
    return "\n".join(lines)


def verdicts_text(report: Report) -> str:
    """A Markdown table of what the first result is called, with the answer in the pool and without it."""
    names = next(iter(report.verdicts.values()))
    lines = [f"| question, answer | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for (language, answered), shares in report.verdicts.items():
        cells = " | ".join(f"{share:.2f}" for share in shares.values())
        lines.append(f"| {language}, {'there' if answered else 'taken out'} | {cells} |")
    return "\n".join(lines)


def steps_text(steps: Sequence[Report]) -> str:
    """A Markdown table with a row for each step and a column for each measure, its languages one after the other."""
    present = [measure for measure in MEASURES if steps[0].measures.get(measure)]
    heads = [f"{MEASURES[one]} ({', '.join(steps[0].measures[one]).replace('-', '→')})" for one in present]
    lines = [f"| step | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for step in steps:
        cells = [", ".join(f"{one.value:.3f}" for one in step.measures[name].values()) for name in present]
        lines.append(f"| {step.name} | {' | '.join(cells)} |")
    return "\n".join(lines)
