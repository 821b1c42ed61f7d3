"""Documents cut anew when the home's own Thai words change: those whose text has a word that changed, no others.

Text and versions stay. What is still to do is kept in the database (`kb.storage.dictionary_state`), so that it goes
on after a stop. Each document is one transaction with a line of the change log, which indexes follow.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

from kb.errors import NoSuchDocument
from kb.knowledge_base import KnowledgeBase
from kb.pipeline import stages
from kb.storage import dictionary_state, row_mapping, statements
from kb.storage.json_forms import text_key
from kb.storage.records import IncomingDocument


def finish(base: KnowledgeBase, seconds: float = math.inf) -> int:
    """Cut anew what is still to do, also for a list that was changed by hand; returns how many documents changed.

    Several may do so at once. After `seconds` it begins with no other document: those stay to do. Raises
    `BadWords`, `Unreadable`, `ModelMismatch`, `Unusable`.
    """
    with base.database.reading() as connection:
        changed = dictionary_state.in_force(connection) != base.dictionary.current()
    if changed:
        with base.database.writing() as connection:
            dictionary_state.take_in(
                connection, base.dictionary.current()
            )  # read here, so that nobody saves another meanwhile
    began, written = time.monotonic(), 0
    while time.monotonic() - began < seconds and (one := _next(base)) is not None:
        written += _recut(base, one)
    return written


def _next(base: KnowledgeBase) -> str | None:
    with base.database.reading() as connection:
        return dictionary_state.next_to_do(connection)


def _recut(base: KnowledgeBase, document_id: str) -> bool:
    """Cut one document with the words in force; returns whether that changed anything.

    When something else changed it or the words meanwhile, it stays to do.
    """
    base.model.require()
    with base.database.reading() as connection:
        found = dictionary_state.stored(connection, document_id)
    try:
        draft = base.reader.revision(document_id, row_mapping.ALL).draft
    except NoSuchDocument:  # purged
        with base.database.writing() as connection:
            dictionary_state.done(connection, document_id)
        return False
    draft = stages.cut(draft, base.model.encoder.count_tokens, found.own)
    same = tuple(_columns(draft)) == found.passages
    made = {} if same else base.ingestor.encode([draft])
    with base.database.writing() as connection:
        if found.version is None or dictionary_state.stored(connection, document_id) != found:
            return False
        if not dictionary_state.done(connection, document_id) or same:  # somebody else was faster, or nothing to do
            return False
        made = base.ingestor.complete(connection, [draft], made)
        statements.put_rest(connection, draft, found.version, made, base.model.name)
        return True


def _columns(draft: IncomingDocument) -> Iterator[dict[str, Any]]:
    for passage in draft.passages:
        yield {**row_mapping.from_passage(passage), "text_key": text_key(draft.text_of(passage))}
