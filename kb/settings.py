"""The settings, in one table. Only the edges (`kb.cli`, tests) read the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How a knowledge base runs. `HELP` describes each one; `from_environment` reads KB_HOME, KB_MODEL, …"""

    home: Path = Path("var")
    model: str = "bundled"
    cache: Path = Path("~/.cache/saphan")
    calibration: str = ""
    language: str = "en"


HELP: dict[str, str] = {
    "home": "folder of the knowledge base",
    "model": "`bundled`, the folder of a sentence-transformers model, or a hub name such as `BAAI/bge-m3`",
    "cache": "folder where the bundled model is unpacked, once for all knowledge bases of a user (470 MB)",
    "calibration": "calibration file of the model; empty: the one in the home, else the one that ships",
    "language": "language of the commands' messages, `en` or `th`; not set: that of the locale (LANG)",
}


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings with the values of KB_HOME, KB_MODEL and so on, where these are given and not empty."""
    given: dict[str, str] = {}
    for field in fields(Settings):
        value = environment.get(f"KB_{field.name.upper()}", "")
        if value:
            given[field.name] = value
    default = Settings()
    return Settings(
        home=Path(given.get("home", default.home)).expanduser(),
        model=given.get("model", default.model),
        cache=Path(given.get("cache", default.cache)).expanduser(),
        calibration=given.get("calibration", default.calibration),
        language=_language(given.get("language") or environment.get("LANG", "")),
    )


def _language(given: str) -> str:
    """ "th" for "th" and Thai locales such as "th_TH.UTF-8", otherwise "en"."""
    return "th" if given.lower().startswith("th") else "en"
