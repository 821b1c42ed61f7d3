"""What an editor wants changed, read and applied to the facts of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from ingest.errors import IngestError
from ingest.metadata.events import find_event
from ingest.metadata.organisations import find_organisation
from ingest.metadata.sidecar import facts_of
from ingest.metadata.themes import find_theme
from ingest.models import Description, StatedMetadata
from kb.editorial.models import CLEARABLE, FACT_NAMES, LISTS, FactChanges
from kb.errors import N_, BadCorrection, NotAdded
from kb.models import DocumentSummary
from kb.storage.records import DocumentRevision, IncomingDocument

Values = Mapping[str, Any]  # facts by name, typed as in `StatedMetadata`
Release = Callable[[DocumentRevision, str], IncomingDocument]  # a draft that has a fact as it was without an editor


@dataclass(frozen=True, slots=True)
class CheckedChanges:
    """`FactChanges` that were read and found good."""

    set: Values  # None or () for what is not known
    add: Mapping[str, tuple[str, ...]]
    take: Mapping[str, tuple[str, ...]]
    release: tuple[str, ...]


def read(changes: FactChanges, first: DocumentSummary, event_called: Callable[[str], str]) -> CheckedChanges:
    """Read what was typed; an error names `first`, the first of the documents that it is for.

    `event_called` gives the name that an event has now. Raises `BadCorrection`.
    """
    for name in (*changes.set, *changes.add, *changes.take, *changes.clear, *changes.release):
        if name not in FACT_NAMES:
            raise BadCorrection(
                N_("“{field}” is not a detail that can be edited. Use one of: {allowed}."),
                field=name,
                allowed=", ".join(FACT_NAMES),
            )
    for name in (*changes.add, *changes.take):
        if name not in LISTS:
            raise BadCorrection(
                N_("The detail “{field}” has one value. Replace it instead of adding or removing values."), field=name
            )

    def value(name: str, typed: str | Sequence[str]) -> Any:
        return _canonical(name, _value(name, typed, first), event_called)

    wanted = {name: value(name, typed) for name, typed in changes.set.items()}
    wanted |= {name: getattr(StatedMetadata(), name) for name in changes.clear}
    for name, told in wanted.items():
        if told in (None, ()) and name not in CLEARABLE:
            raise BadCorrection(
                N_("Every document needs a {field}. Enter one, or revert to the value in the text."), field=name
            )
    return CheckedChanges(
        set=wanted,
        add={name: value(name, typed) for name, typed in changes.add.items()},
        take={name: value(name, typed) for name, typed in changes.take.items()},
        release=changes.release,
    )


def _value(name: str, typed: str | Sequence[str], first: DocumentSummary) -> Any:
    if not isinstance(typed, str):
        typed = list(typed)
    try:
        return getattr(facts_of({name: typed}), name)
    except IngestError as error:
        raise BadCorrection(field=name, id=first.id, title=first.title, cause=NotAdded(cause=error)) from error


def _canonical(name: str, value: Any, event_called: Callable[[str], str]) -> Any:
    """The value as `ingest.metadata.extract` stores it."""
    if name == "title" and value:
        return " ".join(value.split())
    if name == "event" and value:
        return event_called(find_event("", stated=value) or value)
    if name == "organisations":
        return tuple(dict.fromkeys(map(find_organisation, value)))
    if name == "themes":
        return tuple(dict.fromkeys(map(find_theme, value)))
    return value


def applied(stored: DocumentRevision, wanted: CheckedChanges, release: Release) -> DocumentRevision:
    """The document with what is wanted; the same where that changes nothing."""
    draft = stored.draft
    for name in wanted.release:
        if name in draft.corrected.names:
            draft = _released(draft, name, release(stored, name))
    for name, value in wanted.set.items():
        draft = _settled(draft, name, value)
    for name in LISTS:
        before: tuple[str, ...] = getattr(draft.description, name)
        gone = wanted.take.get(name, ())
        after = tuple(dict.fromkeys(one for one in (*before, *wanted.add.get(name, ())) if one not in gone))
        if after != before:
            draft = _settled(draft, name, after)
    return replace(stored, draft=draft)


def values_of(draft: IncomingDocument) -> Values:
    """The facts that a draft has, by name."""
    told = {one.name: getattr(draft.description, one.name) for one in fields(Description)}
    return {name: draft.sample if name == "sample" else told[name] for name in FACT_NAMES}


def differences(before: IncomingDocument, after: IncomingDocument) -> dict[str, list[Any]]:
    """The facts that are others, or newly settled or not, as [before, after]; for the audit log."""
    found: dict[str, list[Any]] = {}
    old, new = values_of(before), values_of(after)
    for name in FACT_NAMES:
        if old[name] != new[name] or (name in before.corrected.names) != (name in after.corrected.names):
            found[name] = [old[name], new[name]]
    return found


def _settled(draft: IncomingDocument, name: str, value: Any) -> IncomingDocument:
    corrected = draft.corrected
    stated = replace(corrected.stated, **{name: value})
    others = (one for one in corrected.cleared if one != name)
    cleared = tuple(sorted([*others, name])) if value in (None, ()) else tuple(others)
    return _with(replace(draft, corrected=replace(corrected, stated=stated, cleared=cleared)), name, value)


def _released(draft: IncomingDocument, name: str, as_before: IncomingDocument) -> IncomingDocument:
    corrected = draft.corrected
    stated = replace(corrected.stated, **{name: getattr(StatedMetadata(), name)})
    cleared = tuple(one for one in corrected.cleared if one != name)
    freed = replace(draft, corrected=replace(corrected, stated=stated, cleared=cleared))
    if name == "source":
        freed = replace(freed, source=as_before.source)
    return _with(freed, name, values_of(as_before)[name])


def _with(draft: IncomingDocument, name: str, value: Any) -> IncomingDocument:
    if name == "sample":
        return replace(draft, sample=cast(bool, value))
    if name == "source" and value:
        draft = replace(draft, source=value)
    return replace(draft, description=replace(draft.description, **{name: value}))


def changed(
    before: Sequence[DocumentRevision], after: Sequence[DocumentRevision]
) -> Iterator[tuple[DocumentRevision, DocumentRevision]]:
    """Those pairs that differ."""
    return ((old, new) for old, new in zip(before, after, strict=True) if old != new)
