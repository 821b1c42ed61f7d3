"""The audit log, for admins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import LazyString, gettext, lazy_gettext

from kb.accounts.audit_log import AuditEntry
from web.admin_context import services

blueprint = Blueprint("log", __name__)

PER_PAGE = 100
# What people did, in words; `entry.action` in the log.
ACTIONS: dict[str, LazyString] = {
    "user.add": lazy_gettext("made the account"),
    "user.role": lazy_gettext("changed the role"),
    "user.password": lazy_gettext("changed the password"),
    "user.deactivate": lazy_gettext("closed the account"),
    "user.activate": lazy_gettext("opened the account"),
    "user.log_in": lazy_gettext("logged in"),
    "user.log_out": lazy_gettext("logged out"),
    "key.add": lazy_gettext("made the key"),
    "key.revoke": lazy_gettext("revoked the key"),
    "document.add": lazy_gettext("brought in"),
    "document.update": lazy_gettext("brought in a new version"),
    "document.publish": lazy_gettext("published"),
    "document.discard": lazy_gettext("discarded the draft"),
    "document.correct": lazy_gettext("corrected facts"),
    "document.text": lazy_gettext("corrected the text"),
    "document.go_back": lazy_gettext("went back to an earlier version"),
    "document.remove": lazy_gettext("removed"),
    "document.undo": lazy_gettext("brought back"),
    "document.purge": lazy_gettext("deleted for good"),
    "event.add": lazy_gettext("made the event"),
    "event.change": lazy_gettext("changed the event"),
    "event.merge": lazy_gettext("merged an event into it"),
    "event.delete": lazy_gettext("deleted the event"),
    "gaps.forget": lazy_gettext("deleted a question of readers"),
    "gaps.clear": lazy_gettext("deleted all questions of readers"),
    "batch.receive": lazy_gettext("sent in"),
    "batch.cancel": lazy_gettext("cancelled the batch"),
    "item.retry": lazy_gettext("tried again"),
    "item.replace": lazy_gettext("sent another file for"),
    "item.accept": lazy_gettext("brought in all the same"),
    "item.leave_out": lazy_gettext("left out"),
    "glossary.save": lazy_gettext("changed the glossary"),
    "words.save": lazy_gettext("changed the Thai words"),
}


# Of what `entry.details` tell, in words.
DETAILS: dict[str, LazyString] = {
    "title": lazy_gettext("Title"),
    "kind": lazy_gettext("Kind"),
    "date": lazy_gettext("Date"),
    "event": lazy_gettext("Event"),
    "economies": lazy_gettext("Economies"),
    "organisations": lazy_gettext("Organisations"),
    "themes": lazy_gettext("Themes"),
    "source": lazy_gettext("Source"),
    "sample": lazy_gettext("Sample"),
    "role": lazy_gettext("role"),
    "before": lazy_gettext("before"),
    "after": lazy_gettext("after"),
    "name": lazy_gettext("name"),
    "was": lazy_gettext("was called"),
    "merged": lazy_gettext("merged"),
    "thai": lazy_gettext("Thai name"),
    "economy": lazy_gettext("Economy"),
    "scopes": lazy_gettext("scopes"),
    "batch": lazy_gettext("batch"),
    "item": lazy_gettext("line of the batch"),
    "items": lazy_gettext("number of them"),
    "count": lazy_gettext("number of them"),
    "publish": lazy_gettext("published at once"),
    "version": lazy_gettext("version"),
    "to": lazy_gettext("version"),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """What an entry tells beside the deed: a value, or how one changed."""

    name: str
    value: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class AuditLogLine:
    """An entry as it is shown; `title` is that of the document it is about, if it is there."""

    entry: AuditEntry
    title: str | None
    details: tuple[Detail, ...]


@blueprint.get("/desk/log")
def show() -> str:
    """Who did what to what, newest first; of one subject where that is asked for."""
    subject = request.args.get("subject", "").strip()
    before = request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None
    found = services().audit.entries(limit=PER_PAGE + 1, before=number, subject=subject or None)
    shown = found[:PER_PAGE]
    removed = {one.document.id: one.document.title for one in services().removal.removed()}
    there = services().review.summaries({entry.subject for entry in shown})
    titles = removed | {one.id: one.title for one in there}
    return render_template(
        "admin/log.html",
        lines=[AuditLogLine(entry, titles.get(entry.subject), tuple(_details(entry))) for entry in shown],
        actions=ACTIONS,
        names=DETAILS,
        subject=subject,
        older=found[PER_PAGE - 1].number if len(found) > PER_PAGE else None,
    )


def _details(entry: AuditEntry) -> Iterator[Detail]:
    for name, value in entry.details.items():
        if name == "changed" and isinstance(value, dict):
            for fact, (before, after) in value.items():
                yield Detail(fact, _text(after), _text(before))
        elif value not in (None, "", []):
            yield Detail(name, _text(value))


def _text(value: object) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
