"""Whatever a user is told exists in English and in Thai, with the same values in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from index.errors import IndexingError, ModelUnavailable
from ingest.errors import BadRow, BadTable, IngestError, NoText, Phrase
from kb.cli import output
from kb.errors import BadWords, KbError, NotAdded, Unusable
from kb.i18n import from_json, render, stored, translate
from kb.models import Strength

ROOT = Path(__file__).parents[2]
THAI = ROOT / "kb" / "locale" / "th" / "LC_MESSAGES"
LETTERS = re.compile("[ก-๙]")
EMPTY = "The file is empty. Check that it was saved or copied completely, then import it again."


def subclasses(root: type[Exception]) -> Iterator[type[Exception]]:
    for one in root.__subclasses__():
        yield one
        yield from subclasses(one)


def messages_in_the_code() -> set[str]:
    found: set[str] = set()
    for package in ("kb", "ingest", "index", "web"):
        extracted = extract_from_dir(ROOT / package, [("**.py", "python")], keywords={"N_": None})
        found |= {str(message) for _, _, message, _, _ in extracted}
    return found


def catalogue() -> Catalog:
    with (THAI / "kb.po").open("rb") as file:
        return read_po(file, locale="th")


TRANSLATED = {str(message.id): str(message.string) for message in catalogue() if message.id}


def places(template: str) -> set[str]:
    """The names of the values that a template takes."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_message_is_translated_and_no_translation_is_left_over() -> None:
    wanted = messages_in_the_code()
    assert len(wanted) > 200
    assert wanted - TRANSLATED.keys() == set()
    assert TRANSLATED.keys() - wanted == set()
    assert not any(message.fuzzy for message in catalogue())


@pytest.mark.parametrize("english", TRANSLATED)
def test_english_and_thai_say_it_with_the_same_values(english: str) -> None:
    thai = TRANSLATED[english]
    assert places(english) == places(thai)
    assert "" not in places(english)
    assert LETTERS.search(thai)
    assert not LETTERS.search(english)
    for text in (english, thai):
        assert text == text.strip()
        assert "\n" not in text
        assert "  " not in text
    values = {place: f"<{place}>" for place in places(english)}
    for language in ("en", "th"):
        told = translate(english, language, **values)
        assert all(value in told for value in values.values())
        assert not re.search(r"[{}]", told.replace("{…}", ""))


def test_the_compiled_catalogue_is_not_stale() -> None:
    with (THAI / "kb.mo").open("rb") as file:
        compiled = {str(message.id): str(message.string) for message in read_mo(file) if message.id}
    assert compiled == TRANSLATED


def test_errors_of_lower_layers_are_told_in_the_same_language() -> None:
    wrapped = NotAdded(cause=NoText(EMPTY))
    assert (str(wrapped), wrapped.message("en"), wrapped.message("th")) == (EMPTY, EMPTY, TRANSLATED[EMPTY])
    fault = ModelUnavailable(model="m", reason="r")
    assert Unusable(cause=fault).message("th") == render(fault, "th") != str(fault)
    cause = next(one for one in TRANSLATED if one.startswith("this is not one JSON object"))
    row = NotAdded(cause=BadRow(line=3, cause=BadTable(cause)))
    assert TRANSLATED[cause] in row.message("th")
    assert cause in row.message("en")
    what = BadRow(line=1, cause=Phrase("a video"))
    assert "ไฟล์วิดีโอ" in render(what, "th")


def test_a_message_is_kept_as_values_and_told_later() -> None:
    cause = next(one for one in TRANSLATED if one.startswith("this is not one JSON object"))
    error = NotAdded(cause=BadRow(line=3, cause=BadTable(cause)))
    kept = json.loads(json.dumps(stored(error.code, error).as_json()))
    assert TRANSLATED[cause] not in str(kept)
    for language in ("en", "th"):
        assert from_json(kept).message(language) == error.message(language)
    assert from_json(kept).code == "not_added"


def test_codes_tell_errors_apart() -> None:
    own = [one.__dict__["code"] for one in subclasses(KbError) if "code" in one.__dict__]
    assert len(own) == len(set(own))
    assert all(re.fullmatch("[a-z_]+", code) for code in own)


def test_every_class_with_one_message_has_it() -> None:
    for root in (KbError, IngestError, IndexingError):
        for one in subclasses(root):
            template = one.template  # type: ignore[attr-defined]
            assert one in (BadWords, NotAdded, Unusable) or template in {*TRANSLATED, "{cause}"}, one


def test_what_verify_and_searches_tell_has_words() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "kb").rglob("*.py"))
    assert set(re.findall(r'\bIntegrityProblem\(\s*"(\w+)"', code)) == output.PROBLEMS.keys()
    assert output.VERDICTS.keys() == set(get_args(Strength))
