"""Files and folders made into what a calibration is learnt from: passages, and questions that they answer.

A folder in the BEIR layout has questions. Other texts give their own: the heading of a document, taken off, asks
for the document, and one sentence taken out of each passage asks for the rest of it (the inverse cloze task:
Lee, Chang & Toutanova, "Latent Retrieval for Weakly Supervised Open Domain Question Answering", ACL 2019).
A heading also asks for the version of its document in the other language, told by its name. A sentence does not:
its translation still stands there, which would make the other language look the easier one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePath

from index.training.calibration import TrainingPassage, TrainingQuery, TrainingSet
from ingest.chunking.passages import split
from ingest.errors import IngestError
from ingest.models import Block, BlockRole, Manuscript, ParsedDocument, PassageSpan, Span, Word
from ingest.parsers import registry
from ingest.text.language import asked_in, words
from ingest.text.normalise import compose, normalise
from kb.errors import N_, KbError, NotAdded, NotFound
from kb.evaluation import beir
from kb.evaluation.beir import EvaluationSet
from kb.models import LANGUAGES
from kb.pipeline import file_discovery
from kb.pipeline.file_discovery import FileToIngest
from kb.search.results import content_of
from kb.vocabulary.thesaurus import Thesaurus

CountTokens = Callable[[Sequence[str]], Sequence[int]]

# Marks of language in names: `x.en.html` and `x.th.html`, rows `en-000` and `th-000`, folders `en` and `th`.
_MARK = re.compile(r"(?<![a-z0-9])(?:(?P<en>en(?:[-_](?:us|gb))?|eng)|th(?:[-_]th)?|tha)(?![a-z0-9])", re.IGNORECASE)
_FEWEST_SENTENCES = 3  # in a passage that gives one away
MOST_QUERIES = 300  # of an evaluation set in each language, so that none outweighs the others
_FEWEST_WORDS = 4  # in a heading or a sentence that asks


@dataclass(frozen=True, slots=True)
class TrainingTexts:
    """What was read, as `index.training.calibration` takes it; and the files that could not be, with the reasons."""

    name: str
    sets: tuple[TrainingSet, ...]
    skipped: tuple[tuple[str, KbError], ...] = ()

    def documents(self, language: str) -> frozenset[str]:
        """The documents in a language; one that is written in both counts as one in each."""
        return frozenset(one.document for each in self.sets for one in each.passages if one.language == language)

    def answered(self, *languages: str) -> int:
        """How many queries, asked in the first of `languages`, have an answer in each of them."""
        there = [self.documents(language) for language in languages]
        asked = (one.answers.keys() for each in self.sets for one in each.queries if one.language == languages[0])
        return sum(all(answers & one for one in there) for answers in asked)

    def pairs(self, *languages: str) -> int:
        """How many documents are known to be there in each of `languages`."""
        there = [self.documents(language) for language in languages]
        answers = {frozenset(one.answers) for each in self.sets for one in each.queries}
        return sum(all(those & one for one in there) for those in answers)


@dataclass(frozen=True, slots=True)
class _Text:
    """A document that was read; `place` is where, with its row's key, and `version` its `version_key`.

    `heading` is empty where there is none that can ask; otherwise `body` is without it.
    """

    place: str
    version: tuple[str, str] | None
    heading: str
    body: Manuscript


def gather(paths: Sequence[Path], count_tokens: CountTokens, thesaurus: Thesaurus) -> TrainingTexts:
    """Read files and folders of any format that can be read, and folders in the BEIR layout.

    A file that cannot be read is left out and told of in `skipped`. Raises `NothingThere` for a path that does
    not exist and `BadEvaluationSet` for a damaged BEIR folder.
    """
    for path in paths:
        if not path.exists():
            raise NotFound(
                N_("There is no file or folder at {path}. Check the spelling."), code="nothing_there", path=path
            )
    folders = [path for path in paths if _is_beir(path)]
    plain = [path for path in paths if path not in folders]
    sets = [from_evaluation_set(beir.load(path), count_tokens, thesaurus) for path in folders]
    skipped: tuple[tuple[str, KbError], ...] = ()
    if plain:
        made, skipped = _from_files(plain, count_tokens, thesaurus)
        sets.append(made)
    return TrainingTexts(", ".join(path.resolve().name for path in paths), tuple(sets), skipped)


def version_key(place: str) -> tuple[str, str] | None:
    """What the names of a document's versions have in common, and the language of this one's.

    None for a name without a mark of a language, or with marks of both.
    """
    marks = {"en" if found["en"] else "th" for found in _MARK.finditer(place)}
    return (_MARK.sub("*", place), marks.pop()) if len(marks) == 1 else None


def _is_beir(path: Path) -> bool:
    judgements = ("qrels", "qrels.tsv")
    return all((path / name).exists() for name in ("corpus.jsonl", "queries.jsonl")) and any(
        (path / name).exists() for name in judgements
    )


def from_evaluation_set(data: EvaluationSet, count_tokens: CountTokens, thesaurus: Thesaurus) -> TrainingSet:
    """The documents of an evaluation set, cut, and of its queries no more than `MOST_QUERIES` in each language."""
    passages = []
    for key, item in data.documents.items():
        manuscript = compose(Block(part) for part in item.text.split("\n"))
        for passage in split(manuscript, words(manuscript.text), count_tokens):
            text = manuscript.text[passage.start : passage.end]
            passages.append(_passage(text, passage.language, key, passage.words))
    queries = []
    for language in LANGUAGES:
        asked = [one for one in data.queries.values() if one.language == language]
        for item in asked[:: max(1, -(-len(asked) // MOST_QUERIES))]:
            text = normalise(item.text)
            queries.append(_query(text, words(text), data.grades[item.id], thesaurus))
    return TrainingSet(tuple(passages), tuple(queries))


def _from_files(
    paths: Sequence[Path], count_tokens: CountTokens, thesaurus: Thesaurus
) -> tuple[TrainingSet, tuple[tuple[str, KbError], ...]]:
    above = Path(os.path.commonpath([path.resolve() if path.is_dir() else path.resolve().parent for path in paths]))
    texts: list[_Text] = []
    skipped: list[tuple[str, KbError]] = []
    for found in file_discovery.find(map(str, paths)):
        try:
            texts += _read(found, above)
        except KbError as error:
            skipped.append((found.shown if isinstance(found, FileToIngest) else found[0], error))
    versions = _versions(texts)
    passages: list[TrainingPassage] = []
    queries: list[TrainingQuery] = []
    for text in texts:
        known = versions.get(text.version[0] if text.version else "", frozenset())
        answers, asking = _asked(text, known, count_tokens, thesaurus)
        passages += answers
        queries += asking
    return TrainingSet(tuple(passages), tuple(queries)), tuple(skipped)


def _read(found: FileToIngest | tuple[str, KbError], above: Path) -> list[_Text]:
    """The documents of a file. Raises a `KbError`."""
    if not isinstance(found, FileToIngest):
        raise found[1]
    place = PurePath(os.path.relpath(found.origin, above))
    bare = place if version_key(place.suffix) else place.with_suffix("")  # versions may differ in format
    try:
        return [
            _Text(f"{found.origin}#{one.key}", version_key(f"{bare}#{one.key or ''}"), *_without_heading(one))
            for one in registry.read(found.read(), found.name)
        ]
    except IngestError as error:
        raise NotAdded(cause=error) from error


def _without_heading(parsed: ParsedDocument) -> tuple[str, Manuscript]:
    """The heading of a document and the rest of it; no heading and all of it, where there is none that can ask."""
    whole = compose(parsed.blocks)
    first = next((block for block in whole.blocks if block.role is BlockRole.HEADING), None)
    heading = whole.text[first.start : first.end] if first else ""
    # Saved pages repeat their titles, so every block that says the same goes.
    rest = [block for block in parsed.blocks if normalise(block.text) != heading]
    if len(words(heading)) < _FEWEST_WORDS or not any(any(map(str.isalnum, block.text)) for block in rest):
        return "", whole
    return heading, compose(rest)


def _versions(texts: Iterable[_Text]) -> dict[str, frozenset[str]]:
    """What is there in both languages: for what its versions' names have in common, these as documents."""
    groups: dict[str, dict[str, set[str]]] = {}
    for text in texts:
        if text.version:
            shared, mark = text.version
            groups.setdefault(shared, {}).setdefault(mark, set()).add(_document(text.place, mark))
    return {
        shared: frozenset(chain.from_iterable(group.values())) for shared, group in groups.items() if len(group) > 1
    }


def _asked(
    text: _Text, versions: frozenset[str], count_tokens: CountTokens, thesaurus: Thesaurus
) -> tuple[list[TrainingPassage], list[TrainingQuery]]:
    """The passages of a document less the sentences that ask, and the queries: its heading, those sentences."""
    passages: list[TrainingPassage] = []
    queries: list[TrainingQuery] = []
    for passage in split(text.body, words(text.body.text), count_tokens):
        document = _document(text.place, passage.language)
        start, end = passage.start, passage.end
        rest, kept = text.body.text[start:end], passage.words
        if taken := _sentence(passage):
            sentence = text.body.text[taken.start : taken.end]
            queries.append(_query(sentence, words(sentence), {document: 2}, thesaurus))
            rest = f"{text.body.text[start : taken.start].rstrip()} {text.body.text[taken.end : end].lstrip()}"
            kept = tuple(word for word in kept if not taken.start <= word.start < taken.end)
        passages.append(_passage(rest, passage.language, document, kept))
    if text.heading:
        answers = versions or frozenset(one.document for one in passages)
        queries.append(_query(text.heading, words(text.heading), dict.fromkeys(answers, 2), thesaurus))
    return passages, queries


def _sentence(passage: PassageSpan) -> Span | None:
    """The middle sentence of a passage, if it has words enough to ask and leaves enough behind."""
    taken = passage.sentences[len(passage.sentences) // 2]
    size = sum(taken.start <= word.start < taken.end for word in passage.words)
    return taken if len(passage.sentences) >= _FEWEST_SENTENCES and size >= _FEWEST_WORDS else None


def _document(place: str, language: str) -> str:
    """What stands for the part of a document that is in one language: the other part may tell something else."""
    return f"{place} {language}"


def _passage(text: str, language: str, document: str, found: Iterable[Word]) -> TrainingPassage:
    return TrainingPassage(text, language, document, tuple(word.term for word in found))


def _query(text: str, found: Sequence[Word], answers: Mapping[str, int], thesaurus: Thesaurus) -> TrainingQuery:
    language = asked_in(found)
    others = (other for other in LANGUAGES if other != language)
    put = {other: one for other in others if (one := thesaurus.translated(text, found, other))}
    return TrainingQuery(
        text,
        language,
        tuple(word.term for word in found),
        answers,
        content_of(found),
        thesaurus.alternatives(text, found),
        {other: (one.text, one.share) for other, one in put.items()},
    )
