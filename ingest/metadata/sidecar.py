"""Facts that somebody stated beside a document, in YAML: `NAME.EXT.yaml`, or `facts.yaml` for a whole folder.

    title: Local Innovation Ecosystem Forum
    kind: release                # release, transcript, case, mentoring, report
    date: 2019-08-02             # or 2019-08, 2019, "2 สิงหาคม 2562"
    event: Bangkok 2019
    economies: [Thailand, Chinese Taipei]
    organisations: [OSMEP]
    themes: [Women's empowerment, การท่องเที่ยวเชิงอนุรักษ์]
    source: https://example.org/release
    sample: false

The same values stand in the front matter of Markdown and in the columns of a table of cases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace

import yaml

from ingest.errors import N_, BadFact, BadSidecar
from ingest.metadata.dates import parse_date
from ingest.metadata.economies import find_economy
from ingest.models import Kind, StatedMetadata
from ingest.text.encoding import decode
from ingest.text.normalise import normalise

KEYS = tuple(field.name for field in fields(StatedMetadata))
_ALLOWED = ", ".join(KEYS)

_KINDS = {
    **{kind.value: kind for kind in Kind},
    "press release": Kind.RELEASE,
    "news": Kind.RELEASE,
    "ข่าว": Kind.RELEASE,
    "ข่าวประชาสัมพันธ์": Kind.RELEASE,
    "ข่าวแจก": Kind.RELEASE,
    "บันทึกการเสวนา": Kind.TRANSCRIPT,
    "บทถอดเสียง": Kind.TRANSCRIPT,
    "ถอดเทป": Kind.TRANSCRIPT,
    "best practice": Kind.CASE,
    "case study": Kind.CASE,
    "กรณีศึกษา": Kind.CASE,
    "แนวปฏิบัติที่ดี": Kind.CASE,
    "mentoring note": Kind.MENTORING,
    "บันทึกการให้คำปรึกษา": Kind.MENTORING,
    "รายงาน": Kind.REPORT,
}
_LONGEST = 100_000  # characters: facts are a few lines
_YES = frozenset({"true", "yes", "1", "ใช่"})
_NO = frozenset({"false", "no", "0", "ไม่", "ไม่ใช่"})
_BETWEEN_NAMES = re.compile(r"\s*[;|\n]\s*")
_BETWEEN_ECONOMIES = re.compile(r"\s*(?:[;|,\n、]|\band\b|และ)\s*", re.IGNORECASE)


_NO_TEXT = N_("The detail “{key}” must be text, or a list of texts where several are allowed. Correct its value.")


def load(data: bytes) -> StatedMetadata:
    """The facts of a sidecar file.

    Raises `UnknownFact` for a key that is none of `KEYS`, a `BadFact` for a value that is not understood,
    `BadSidecar` when the file is not a YAML mapping and `UnknownEncoding` when it is not text.
    """
    values = read_mapping(decode(data))
    for key in values:
        if key not in KEYS:
            raise BadSidecar(
                N_("The detail “{key}” is not recognised. Use one of: {allowed}."), key=key, allowed=_ALLOWED
            )
    return facts_of(values)


def read_mapping(text: str) -> dict[str, object]:
    """The keys and values of a YAML mapping; scalars stay words, so that 2019-08 or "no" is what was written.

    An empty text gives an empty mapping. Raises `BadSidecar` for anything but a mapping.
    """
    if len(text) > _LONGEST:
        raise BadSidecar(allowed=_ALLOWED)
    try:
        values = yaml.load(text, Loader=yaml.BaseLoader)  # builds words, lists and mappings only
    except (yaml.YAMLError, RecursionError) as error:
        raise BadSidecar(allowed=_ALLOWED) from error
    if values is None or values == "":
        return {}
    if not isinstance(values, dict):
        raise BadSidecar(allowed=_ALLOWED)
    return {str(key): value for key, value in values.items()}


def facts_of(values: Mapping[str, object]) -> StatedMetadata:
    """The facts among `values`, whose keys are those of `KEYS`; other keys are passed over.

    Raises `BadDate`, `BadEconomy`, `BadKind`, `BadYesNo` or `BadValue`.
    """
    kind = _words("kind", values)
    date = _words("date", values)
    return StatedMetadata(
        title=_words("title", values),
        kind=None if kind is None else read_kind(kind),
        date=None if date is None else read_date(date),
        event=_words("event", values),
        economies=_economies(values),
        organisations=_names("organisations", values),
        themes=_names("themes", values),
        source=_words("source", values),
        sample=_yes_or_no("sample", values),
    )


def merge(*facts: StatedMetadata) -> StatedMetadata:
    """One `StatedMetadata` of many, field by field: what an earlier one states wins over a later one."""
    merged = StatedMetadata()
    for stated in reversed(facts):
        told = {key: value for key in KEYS if (value := getattr(stated, key)) not in (None, ())}
        merged = replace(merged, **told)
    return merged


def read_kind(text: str) -> Kind:
    """The kind that an English or Thai word names. Raises `BadKind`."""
    if (kind := _KINDS.get(normalise(text).casefold())) is None:
        raise BadFact(
            N_("The kind “{value}” is not recognised. Use one of: {allowed}."), value=text, allowed=", ".join(Kind)
        )
    return kind


def read_date(text: str) -> str:
    """Partial ISO 8601 of any English or Thai way to write a date. Raises `BadDate`."""
    if (date := parse_date(text)) is None:
        raise BadFact(N_("The date “{value}” is not understood. Write it as 2019, 2019-08 or 2019-08-02."), value=text)
    return date


def read_economies(text: str) -> tuple[str, ...]:
    """Official names of the economies listed in `text` in either language. Raises `BadEconomy`."""
    found: list[str] = []
    for name in _BETWEEN_NAMES.split(text):
        # A whole name first: "Hong Kong, China" is one economy.
        whole = find_economy(name) if name else None
        parts = [whole] if whole else [part for part in _BETWEEN_ECONOMIES.split(name) if part]
        for part in parts:
            if (economy := find_economy(part)) is None:
                raise BadFact(
                    N_(
                        "“{value}” is not an APEC economy. Write its official name, such as Chinese Taipei or Thailand."
                    ),
                    value=part,
                )
            found.append(economy)
    return tuple(dict.fromkeys(found))


def _words(key: str, values: Mapping[str, object]) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadFact(_NO_TEXT, key=key)
    return normalise(value) or None


def _list(key: str, values: Mapping[str, object]) -> list[str]:
    value = values.get(key)
    listed = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise BadFact(_NO_TEXT, key=key)
    return [text for item in listed if (text := normalise(item))]


def _names(key: str, values: Mapping[str, object]) -> tuple[str, ...]:
    split = (name for item in _list(key, values) for name in _BETWEEN_NAMES.split(item))
    return tuple(dict.fromkeys(name for name in split if name))


def _economies(values: Mapping[str, object]) -> tuple[str, ...]:
    found = (name for item in _list("economies", values) for name in read_economies(item))
    return tuple(dict.fromkeys(found))


def _yes_or_no(key: str, values: Mapping[str, object]) -> bool | None:
    text = _words(key, values)
    if text is None:
        return None
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise BadFact(N_("The detail “{key}” is yes or no, not “{value}”. Write true or false."), key=key, value=text)
