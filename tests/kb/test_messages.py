"""Whatever a user is told exists in English and in Thai, with the same values in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import index.errors
import ingest.errors
import kb.desk_errors
import kb.errors
from index.errors import IndexingError, ModelUnavailable
from ingest.errors import BadRow, EmptyFile, IngestError, RowNotJson
from kb.cli import output
from kb.cli.messages import MESSAGES, say
from kb.errors import BadWords, KbError, NotAdded, Unusable
from kb.models import Strength

KB = Path(kb.errors.__file__).parent
THAI = re.compile("[ก-๙]")


def subclasses(root: type[Exception]) -> Iterator[type[Exception]]:
    for one in root.__subclasses__():
        yield one
        yield from subclasses(one)


ROOTS = (KbError, IngestError, IndexingError)
# Where errors are defined, and the root of those that are defined there.
MODULES = {
    "kb.errors": KbError,
    "kb.desk_errors": KbError,
    "ingest.errors": IngestError,
    "index.errors": IndexingError,
}
ERRORS = {
    f"{root.__name__}-{one.__name__}": one
    for root in ROOTS
    for one in subclasses(root)
    if not one.__name__.startswith("_") and one.__module__ in MODULES
}
WRAPPING = (BadWords, NotAdded, Unusable)  # they speak in the words of what they wrap
TEMPLATES = {
    **{name: (one.en, one.th) for name, one in ERRORS.items() if one not in WRAPPING},  # type: ignore[attr-defined]
    **{f"message-{key}": both for key, both in MESSAGES.items()},
}


def places(template: str) -> set[str]:
    """The names of the values that a template takes; a Thai name of a thing stands for the thing."""
    return {name.removesuffix("_th") for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_there_is_something_to_check() -> None:
    assert len(ERRORS) > 30
    assert len(MESSAGES) > 20


@pytest.mark.parametrize("name", TEMPLATES)
def test_english_and_thai_say_it_with_the_same_values(name: str) -> None:
    english, thai = TEMPLATES[name]
    assert places(english) == places(thai)
    assert "" not in places(english)
    assert THAI.search(thai)
    assert not THAI.search(english)
    for text in (english, thai):
        assert text == text.strip()
        assert "\n" not in text
        assert "  " not in text


@pytest.mark.parametrize("name", [name for name in ERRORS if ERRORS[name] not in WRAPPING])
def test_every_error_can_be_told(name: str) -> None:
    error = ERRORS[name]
    template = error.en + error.th  # type: ignore[attr-defined]
    names = {place for _, place, _, _ in Formatter().parse(template) if place is not None}
    told = error(**{place: f"<{place}>" for place in names})
    assert isinstance(told, KbError | IngestError | IndexingError)
    assert str(told) == told.message("en")
    for place in names:
        assert f"<{place}>" in told.message("en") + told.message("th")
    for language in ("en", "th"):
        assert not re.search(r"[{}]", told.message(language))


def test_a_wrapped_error_speaks_its_own_words() -> None:
    wrapped = NotAdded(EmptyFile())
    assert (wrapped.message("en"), wrapped.message("th")) == (EmptyFile.en, EmptyFile.th)
    fault = ModelUnavailable(model="m", reason="r")
    assert Unusable(fault).message("th") == fault.message("th")
    row = NotAdded(BadRow(line=3, cause=RowNotJson()))
    assert RowNotJson.th in row.message("th")
    assert RowNotJson.en in row.message("en")


def test_codes_tell_errors_apart() -> None:
    own = [one.__dict__["code"] for one in subclasses(KbError) if "code" in one.__dict__]
    assert len(own) == len(set(own))
    assert all(re.fullmatch("[a-z_]+", code) for code in own)
    named = [one for name, one in ERRORS.items() if name.startswith("KbError-")]
    assert all(hasattr(one, "code") for one in named)


@pytest.mark.parametrize(
    "module", [kb.errors, kb.desk_errors, ingest.errors, index.errors], ids=lambda module: module.__name__
)
def test_the_tree_in_the_docstring_is_the_tree(module: object) -> None:
    where = getattr(module, "__name__", "")
    root = MODULES[where]
    tree = re.findall(
        r"^([│ ├└─]*)(\w+)(?=  |$)", str(module.__doc__).split("\n\n", 1)[1].rstrip(), re.MULTILINE
    )
    drawn, above = {}, {}
    for indent, name in tree:
        depth = len(indent) // 4
        above[depth] = name
        drawn[name] = above.get(depth - 1)
    real: dict[str, str | None] = {root.__name__: None}
    for one in subclasses(root):
        if one.__module__ == where and not one.__name__.startswith("_"):
            parents = [base for base in one.__mro__[1:] if not base.__name__.startswith("_")]
            real[one.__name__] = parents[0].__name__
    assert drawn == real


def test_every_message_that_is_said_exists_and_every_one_is_said() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in KB.rglob("*.py"))
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', code)) | set(
        re.findall(r'\bIntegrityProblem\(\s*"(\w+)"', code)
    )
    said |= set(output.OUTCOMES) | set(get_args(Strength))
    assert said == MESSAGES.keys()


def test_say_fills_in_the_values() -> None:
    assert say("removed", "en", id="abc") == "Removed abc."
    assert say("removed", "th", id="abc") == "นำ abc ออกแล้ว"
    with pytest.raises(KeyError):
        say("removed", "en")
