"""`UnansweredQueries`: questions that the collection did not answer, or answered in one of its languages only.

What is kept of a question is what closes the gap and no more (docs/decisions/0020): its words, the language it was
asked in, what was missing, on how many days it was asked and the last of them. Nothing is kept of who asked, from
where, or at what time of the day; nothing of questions that look as if they told of somebody.

Searches hand their pages to `note`, which only writes into memory: it never waits and never fails. `keep` takes
what was noted to the database: from time to time, in a thread beside the searches, and at the end.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, tuple_

from ingest.text.normalise import normalise
from kb.accounts.audit_log import AuditLog
from kb.errors import HomeUnusable
from kb.knowledge_base import KnowledgeBase
from kb.models import ResultPage
from kb.search.results import narrowed
from kb.storage.schema import gaps as table

GapKind = Literal["unanswered", "only_en", "only_th"]
GAP_KINDS: tuple[GapKind, ...] = get_args(GapKind)
Key = tuple[str, str]  # a question, and the language it was asked in

LONGEST = 200  # characters; who writes more tells a story, and stories are of somebody
FORGOTTEN_AFTER = timedelta(days=180)  # on which nobody asked
MOST_KEPT = 5_000  # questions
MOST_NOTED = 500  # questions in memory, until they are taken to the database
KEPT_EVERY = 60.0  # seconds
OFTEN = 2  # days on which a question was asked, from which it is shown to all editors

# `count` is a method of rows.
_COLUMNS = (table.c.question, table.c.language, table.c.kind, table.c.count.label("days"), table.c.last_on)
_KIND_OF: dict[tuple[str, ...], GapKind] = {(): "unanswered", ("en",): "only_en", ("th",): "only_th"}
_YEAR = "(?:1[89]|20|2[45])[0-9][0-9]"
_YEARS = re.compile(rf"{_YEAR}(?:[\s/–—-]+{_YEAR})*")
_NUMBER = re.compile(r"\d(?:[\s.()/_+–—-]*\d){6,}")  # of a telephone, a person, an account, a day of birth
_ADDRESS = re.compile(r"@|://|\bwww\.|\?\S*=")  # of e-mail or the web, which may have keys in it
_SECRET = re.compile(r"(?=[a-z_+/=-]*[0-9])(?=[0-9_+/=-]*[a-z])[a-z0-9_+/=-]{24,}")  # a key, a token, a hash
_LOG = logging.getLogger(__name__)
_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


@dataclass(frozen=True, slots=True)
class UnansweredQuery:
    """A question without a good answer, or with good ones in one language only.

    `days` is on how many days it was asked: who asks again and again, or turns back to a page, counts once.
    """

    question: str
    language: str  # it was asked in
    kind: GapKind
    days: int
    last_on: date  # UTC


def question_of(text: str) -> str | None:
    """What is kept of a question: canonical text in small letters, on one line. None if it is not to be kept.

    That is so of what is too long, has no letters, or looks as if it held an address, a telephone number, a
    number of a person or an account, a date of birth, or a secret.
    """
    if len(text) > LONGEST:
        return None
    question = " ".join(normalise(text).casefold().split())
    if len(question) > LONGEST or not any(map(str.isalpha, question)):
        return None
    if _ADDRESS.search(question) or _SECRET.search(question):
        return None
    numbers = _NUMBER.findall(question.translate(_ARABIC))
    return None if any(not _YEARS.fullmatch(number) for number in numbers) else question


class UnansweredQueries:
    """Keeps the gaps of one knowledge base. Threads may share it; so may processes, each with notes of its own."""

    def __init__(self, base: KnowledgeBase, audit: AuditLog) -> None:
        self._database, self._audit = base.database, audit
        self.on = base.settings.gaps  # a setting: off, nothing is kept, and what was is deleted
        self._lock = threading.Lock()
        self._noted: dict[Key, GapKind | None] = {}  # None: it was answered well
        self._known: frozenset[Key] = frozenset()  # in the database, when it was last written
        self._kept_on: date | None = None  # before, it is not known which questions are gaps
        self._due = time.monotonic() + KEPT_EVERY

    # ---- while people search

    def note(self, page: ResultPage, *, by_reader: bool) -> None:
        """Remember the question of a search if it found a gap, or that its gap is closed.

        Only first pages without filters count, and only what readers ask: an editor who looks whether a gap is
        still there does not widen it, but closes it when it is not.
        """
        if not self.on or page.query.offset or not page.total or narrowed(page.query):
            return
        question = question_of(page.query.text)
        if question is None:
            return
        if self._noting((question, page.query_language), _KIND_OF.get(page.answered_in), by_reader):
            threading.Thread(target=self._keep_aside, name="gaps", daemon=True).start()

    def _noting(self, key: Key, kind: GapKind | None, by_reader: bool) -> bool:
        """Note it; returns whether it is time to take what was noted to the database."""
        with self._lock:
            matters = by_reader if kind else key in self._known or key in self._noted or self._kept_on is None
            if matters and (key in self._noted or len(self._noted) < MOST_NOTED):
                self._noted[key] = kind
            due = bool(self._noted) and time.monotonic() >= self._due
            if due:
                self._due = time.monotonic() + KEPT_EVERY
        return due

    def _keep_aside(self) -> None:
        try:
            self.keep()
        except HomeUnusable as error:
            _LOG.error("%s %s", error.message("en"), error.message("th"))

    # ---- from time to time

    def keep(self, today: date | None = None) -> None:
        """Take what was noted to the database, and delete what is old, or too much. Raises `HomeUnusable`.

        Waits until others have written; what could not be written stays noted. To be called before the end, and as
        a duty of the worker, so that what is old goes also where nobody searches.
        """
        today = today or datetime.now(UTC).date()
        with self._taken() as noted:
            if not noted and self._kept_on == today:
                return
            with self._database.writing() as connection:
                if self.on:
                    for key, kind in noted.items():
                        _write(connection, key, kind, today)
                    _tidy(connection, today)
                else:
                    connection.execute(delete(table))
                questions = connection.execute(select(table.c.question, table.c.language))
                known = frozenset((row.question, row.language) for row in questions)
            self._known, self._kept_on = known, today

    @contextmanager
    def _taken(self) -> Iterator[Mapping[Key, GapKind | None]]:
        """What was noted, which is put back when it could not be used; later notes are right then."""
        with self._lock:
            noted, self._noted = self._noted, {}
        try:
            yield noted
        except BaseException:
            with self._lock:
                self._noted = noted | self._noted
            raise

    # ---- for editors

    def gaps(
        self, least: int = OFTEN, kind: GapKind | None = None, offset: int = 0, limit: int = 100
    ) -> list[UnansweredQuery]:
        """The gaps that were asked for on `least` days or more, most first, then the latest, of one kind or all."""
        query = select(*_COLUMNS).where(table.c.count >= least)
        if kind is not None:
            query = query.where(table.c.kind == kind)
        order = (table.c.count.desc(), table.c.last_on.desc(), table.c.question, table.c.language)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(*order).offset(offset).limit(limit))
            return [
                UnansweredQuery(row.question, row.language, row.kind, row.days, date.fromisoformat(row.last_on))
                for row in found
            ]

    def counts(self, least: int = 1) -> dict[GapKind, int]:
        """How many gaps of each kind there are that were asked for on `least` days or more; 0 too."""
        query = select(table.c.kind, func.count()).where(table.c.count >= least).group_by(table.c.kind)
        with self._database.reading() as connection:
            found = dict(map(tuple, connection.execute(query)))
        return {kind: found.get(kind, 0) for kind in GAP_KINDS}

    def forget(self, actor: str, question: str, language: str) -> None:
        """Delete a gap, if it is there; the log does not repeat the question."""
        with self._database.writing() as connection:
            if connection.execute(delete(table).where(_is((question, language)))).rowcount:
                self._audit.note(connection, actor, "gaps.forget", "gaps")
        with self._lock:
            self._noted.pop((question, language), None)
            self._known -= {(question, language)}

    def clear(self, actor: str) -> int:
        """Delete all gaps; returns how many there were."""
        with self._lock:
            self._noted.clear()
        with self._database.writing() as connection:
            number = connection.execute(delete(table)).rowcount
            self._audit.note(connection, actor, "gaps.clear", "gaps", count=number)
        self._known = frozenset()
        return number


def _is(key: Key) -> ColumnElement[bool]:
    return and_(table.c.question == key[0], table.c.language == key[1])


def _write(connection: Connection, key: Key, kind: GapKind | None, today: date) -> None:
    """A question has one kind, the last one; the days go on counting when it changes."""
    rows = connection.execute(select(*_COLUMNS).where(_is(key))).all()
    if rows:
        connection.execute(delete(table).where(_is(key)))
    if kind is None:
        return
    days = sum(row.days for row in rows) + all(row.last_on != today.isoformat() for row in rows)
    values = {"question": key[0], "language": key[1], "kind": kind, "count": days, "last_on": today.isoformat()}
    connection.execute(insert(table).values(values))


def _tidy(connection: Connection, today: date) -> None:
    """Delete what nobody asked for long, and of what is too much that which was asked on the fewest days."""
    connection.execute(delete(table).where(table.c.last_on < (today - FORGOTTEN_AFTER).isoformat()))
    keys = (table.c.question, table.c.language, table.c.kind)
    most = (table.c.count.desc(), table.c.last_on.desc(), table.c.question, table.c.language)
    rest = select(*keys).order_by(*most).offset(MOST_KEPT)
    connection.execute(delete(table).where(tuple_(*keys).in_(rest)))
