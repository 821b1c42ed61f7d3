"""Messages in English and Thai: English is the id, Thai stands in the gettext catalogue in `kb/locale`."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

_LOCALE = Path(__file__).with_name("locale")


class Message(Protocol):
    """A message with fields for `str.format`, and what fills them; errors are messages."""

    @property
    def template(self) -> str:
        """The message, in English."""

    @property
    def values(self) -> dict[str, object]:
        """What fills its fields; may be messages themselves."""


def N_(message: str) -> str:  # noqa: N802 - the usual name of gettext's marker
    """Mark a message for translation."""
    return message


def translate(message: str, language: str, /, **values: object) -> str:
    """A message in `language`, "en" or "th", with its fields filled."""
    found = _thai().gettext(message) if language == "th" and message else message
    return found.format(**{name: _shown(value, language) for name, value in values.items()})


def render(message: Message, language: str) -> str:
    """A message that has its values, such as an error, in `language`."""
    return translate(message.template, language, **message.values)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it is kept, to be shown in any language later. `code` is that of the error that it was."""

    code: str
    template: str
    values: dict[str, object]
    thai: str | None = None  # as version 0.1 kept it: shown, instead of made

    def message(self, language: str) -> str:
        """The text in `language`, "en" or "th"."""
        return self.thai if self.thai is not None and language == "th" else render(self, language)

    def as_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {"code": self.code, **_as_json(self)}


def stored(code: str, message: Message) -> StoredMessage:
    """An error with that code as it is kept."""
    return from_json({"code": code, **_as_json(message)})


def from_json(kept: dict[str, Any]) -> StoredMessage:
    """From what `StoredMessage.as_json` gives, or what version 0.1 kept."""
    if "en" in kept:
        return StoredMessage(kept["code"], "{text}", {"text": kept["en"]}, kept["th"])
    values = {name: _from_json(value) for name, value in kept["values"].items()}
    return StoredMessage(kept["code"], kept["template"], values)


def _as_json(message: Message) -> dict[str, Any]:
    return {"template": message.template, "values": {k: _plain(value) for k, value in message.values.items()}}


def _plain(value: Any) -> object:
    if _is_message(value):
        return _as_json(value)
    return value if isinstance(value, int | float) else str(value)


def _from_json(value: Any) -> object:
    return from_json({"code": "", **value}) if isinstance(value, dict) else value


def _is_message(value: object) -> bool:
    return isinstance(getattr(value, "template", None), str)


def _shown(value: Any, language: str) -> object:
    if _is_message(value):
        return render(value, language)
    return value


@cache
def _thai() -> gettext.NullTranslations:
    return gettext.translation("kb", _LOCALE, ["th"])
