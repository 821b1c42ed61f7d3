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
    "user.add": lazy_gettext("Created the account"),
    "user.role": lazy_gettext("Changed the role"),
    "user.password": lazy_gettext("Changed the password"),
    "user.deactivate": lazy_gettext("Deactivated the account"),
    "user.activate": lazy_gettext("Reactivated the account"),
    "user.log_in": lazy_gettext("Logged in"),
    "user.log_out": lazy_gettext("Logged out"),
    "key.add": lazy_gettext("Created the key"),
    "key.revoke": lazy_gettext("Revoked the key"),
    "document.add": lazy_gettext("Imported"),
    "document.update": lazy_gettext("Imported a new version"),
    "document.publish": lazy_gettext("Published"),
    "document.discard": lazy_gettext("Discarded the draft"),
    "document.correct": lazy_gettext("Edited details"),
    "document.text": lazy_gettext("Edited the text"),
    "document.go_back": lazy_gettext("Restored an earlier version"),
    "document.remove": lazy_gettext("Moved to trash"),
    "document.undo": lazy_gettext("Restored"),
    "document.purge": lazy_gettext("Deleted permanently"),
    "event.add": lazy_gettext("Created the event"),
    "event.change": lazy_gettext("Changed the event"),
    "event.merge": lazy_gettext("Merged another event into it"),
    "event.delete": lazy_gettext("Deleted the event"),
    "gaps.forget": lazy_gettext("Deleted an unanswered question"),
    "gaps.clear": lazy_gettext("Deleted all unanswered questions"),
    "batch.receive": lazy_gettext("Uploaded"),
    "batch.cancel": lazy_gettext("Stopped the batch"),
    "item.retry": lazy_gettext("Tried again"),
    "item.replace": lazy_gettext("Replaced the file"),
    "item.accept": lazy_gettext("Confirmed the import"),
    "item.leave_out": lazy_gettext("Skipped the item"),
    "glossary.save": lazy_gettext("Changed the glossary"),
    "words.save": lazy_gettext("Changed the custom dictionary"),
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
    "role": lazy_gettext("Role"),
    "before": lazy_gettext("Before"),
    "after": lazy_gettext("After"),
    "name": lazy_gettext("Name"),
    "was": lazy_gettext("Previous name"),
    "merged": lazy_gettext("Merged from"),
    "thai": lazy_gettext("Thai name"),
    "economy": lazy_gettext("Economy"),
    "scopes": lazy_gettext("Permissions"),
    "batch": lazy_gettext("Batch"),
    "item": lazy_gettext("Item"),
    "items": lazy_gettext("Number"),
    "count": lazy_gettext("Number"),
    "publish": lazy_gettext("Published immediately"),
    "version": lazy_gettext("Version"),
    "to": lazy_gettext("Version"),
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
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
