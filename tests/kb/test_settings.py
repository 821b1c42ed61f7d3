"""The settings: their defaults, what the environment says, and that each is described."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kb.errors import BadSetting
from kb.settings import HELP, Settings, from_environment

ROOT = Path(__file__).resolve().parents[2]
NAMES = [field.name for field in fields(Settings)]


def test_every_setting_has_help_and_nothing_else_has() -> None:
    assert list(HELP) == NAMES
    assert all(len(HELP[name]) > 20 for name in NAMES)


def test_every_setting_is_documented() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    there = [path for path in documents if path.is_file()]
    if not there:
        pytest.skip("there is neither README.md nor docs/*.md yet")
    told = "\n".join(path.read_text(encoding="utf-8") for path in there)
    assert [name for name in NAMES if f"KB_{name.upper()}" not in told] == []


def test_defaults_where_nothing_is_said() -> None:
    found = from_environment({})
    assert (found.home, found.model, found.calibration, found.language) == (Path("var"), "bundled", "", "en")
    assert found.cache == Path("~/.cache/saphan").expanduser()


def test_every_setting_can_be_given() -> None:
    given = {
        "KB_HOME": "~/library",
        "KB_MODEL": "BAAI/bge-m3",
        "KB_CACHE": "/srv/cache",
        "KB_CALIBRATION": "/srv/c.npz",
        "KB_LANGUAGE": "th",
        "KB_CLOSED": "Yes",
        "KB_ADDRESS": "https://saphan.example.org/",
        "KB_PROXY": "127.0.0.1",
        "KB_GAPS": "off",
        "UNRELATED": "x",
    }
    assert {f"KB_{name.upper()}" for name in NAMES} < given.keys()
    assert from_environment(given) == Settings(
        home=Path("~/library").expanduser(),
        model="BAAI/bge-m3",
        cache=Path("/srv/cache"),
        calibration="/srv/c.npz",
        language="th",
        closed=True,
        address="https://saphan.example.org",
        proxy="127.0.0.1",
        gaps=False,
    )


def test_a_site_is_not_opened_by_a_typing_error() -> None:
    with pytest.raises(BadSetting, match="KB_CLOSED"):
        from_environment({"KB_CLOSED": "yess"})


def test_an_empty_value_is_none() -> None:
    assert from_environment({f"KB_{name.upper()}": "" for name in NAMES}) == from_environment({})


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "th_TH.UTF-8"}, "th"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "th_TH.UTF-8", "KB_LANGUAGE": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "KB_LANGUAGE": "TH"}, "th"),
    ],
)
def test_the_language_of_messages(environment: dict[str, str], language: str) -> None:
    assert from_environment(environment).language == language


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError):
        Settings().model = "other"  # type: ignore[misc]
