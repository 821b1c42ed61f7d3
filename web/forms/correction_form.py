"""What an editor typed on the forms of facts, as changes of the facts; and what changes would make of a document.

Values are words, a tuple for each fact, empty for one that is not known; so one-valued facts and lists are alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kb.editorial.corrections import CheckedChanges
from kb.editorial.models import FACT_NAMES, LISTS, FactChanges, FactName
from kb.models import DocumentSummary

Values = tuple[str, ...]
RELEASE = "release"  # the name of the fields with facts that are to go back to what the text says


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A fact of a document before and after; `after` is None where only saving will tell."""

    name: FactName
    before: Values
    after: Values | None


def values_of(summary: DocumentSummary) -> dict[FactName, Values]:
    """The facts of a document, as its form shows them."""
    return {name: _values(getattr(summary, name)) for name in FACT_NAMES}


def typed(form: MultiDict[str, str]) -> dict[FactName, Values]:
    """The facts that a form has fields for; several values of a list are in several fields or lines."""
    found: dict[FactName, Values] = {}
    for name in FACT_NAMES:
        if name in form:
            lines = (line for field in form.getlist(name) for line in field.splitlines())
            found[name] = tuple(dict.fromkeys(words for line in lines if (words := line.strip())))
    if "sample" in found:
        found["sample"] = ("true",) if "true" in found["sample"] else ("false",)
    return found


def differing(before: Mapping[FactName, Values], after: Mapping[FactName, Values]) -> tuple[FactName, ...]:
    """The facts of `after` that are not as before. In which order the values of a list stand is no difference."""
    return tuple(name for name, values in after.items() if sorted(values) != sorted(before[name]))


def changes(
    before: Mapping[FactName, Values], after: Mapping[FactName, Values], released: Sequence[str] = ()
) -> FactChanges:
    """What to change, so that the facts become as they were typed; those that are to be released are not set."""
    setting = {name: after[name] for name in differing(before, after) if name not in released}
    return FactChanges(
        set={name: values if name in LISTS else " ".join(values) for name, values in setting.items() if values},
        clear=tuple(name for name, values in setting.items() if not values),
        release=tuple(name for name in FACT_NAMES if name in released),
    )


def bulk_changes(form: MultiDict[str, str]) -> FactChanges:
    """What the form for many documents asks for: for each fact NAME a field `do-NAME` says what to do with it."""
    wishes: dict[str, dict[str, Values]] = {"set": {}, "add": {}, "take": {}, "clear": {}, "release": {}}
    words = typed(form)
    for name in FACT_NAMES:
        wish = wishes.get(form.get(f"do-{name}", ""))
        if wish is not None:
            wish[name] = words.get(name, ())
    return FactChanges(
        set={name: values if name in LISTS else " ".join(values) for name, values in wishes["set"].items()},
        add=wishes["add"],
        take=wishes["take"],
        clear=tuple(wishes["clear"]),
        release=tuple(wishes["release"]),
    )


def foreseen(summary: DocumentSummary, wanted: CheckedChanges) -> tuple[Foreseen, ...]:
    """The facts of a document that would change; of those that are to be released only saving will tell."""
    found = []
    for name, before in values_of(summary).items():
        after = before
        if name in wanted.set:
            after = _values(wanted.set[name])
        after = (*after, *(one for one in wanted.add.get(name, ()) if one not in after))
        after = tuple(one for one in after if one not in wanted.take.get(name, ()))
        if name in wanted.release:
            found.append(Foreseen(name, before, None))
        elif sorted(after) != sorted(before):
            found.append(Foreseen(name, before, after))
    return tuple(found)


def _values(value: object) -> Values:
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return () if value is None else (str(value),)
