"""The settings, in one table. Only the edges (`kb.cli.main`, tests) read the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address
from pathlib import Path

from kb.errors import N_, BadSetting


@dataclass(frozen=True, slots=True)
class Settings:
    """How a knowledge base runs. `HELP` describes each one; `from_environment` reads KB_HOME, KB_MODEL, …"""

    home: Path = Path("var")
    model: str = "bundled"
    cache: Path = Path("~/.cache/saphan")
    calibration: str = ""
    language: str = "en"
    closed: bool = False
    address: str = ""
    proxy: str = ""
    gaps: bool = True


HELP: dict[str, str] = {
    "home": "folder of the knowledge base",
    "model": "`bundled`, the folder of a sentence-transformers model, or a hub name such as `BAAI/bge-m3`",
    "cache": "folder where the bundled model is unpacked, once for all knowledge bases of a user (470 MB)",
    "calibration": "calibration file of the model; empty: the one in the home, else the one that ships",
    "language": "language of the commands' messages, `en` or `th`; not set: that of the locale (LANG)",
    "closed": "`yes`: only people with an account may read; `no`: everybody may",
    "address": "public address of the site, such as `https://saphan.example.org`: links in feeds and citations begin "
    "with it, requests under other names are refused, and with https cookies are sent over https only",
    "proxy": "address of the reverse proxy in front of the site, such as `127.0.0.1`, whose word on who asks is taken",
    "gaps": "`no`: do not keep questions without a good answer; `yes`: keep them, without who asked",
}


_YES_OR_NO = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings with the values of KB_HOME, KB_MODEL and so on, where these are given and not empty.

    Raises `BadSetting`.
    """
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
        closed=_yes("closed", given, default.closed),
        address=_site(given.get("address", default.address)),
        proxy=_machine(given.get("proxy", default.proxy)),
        gaps=_yes("gaps", given, default.gaps),
    )


def _yes(name: str, given: Mapping[str, str], default: bool) -> bool:
    """Raises `BadSetting` for anything but yes and no: a typing error must not open a closed site."""
    value = given.get(name, "yes" if default else "no").strip().lower()
    if value not in _YES_OR_NO:
        raise BadSetting(name=f"KB_{name.upper()}", value=value)
    return _YES_OR_NO[value]


def _site(given: str) -> str:
    """Raises `BadSiteAddress` for what cannot stand before the path of a page."""
    address = given.strip().rstrip("/").lower()
    if address and not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?", address):
        raise BadSetting(
            N_(
                "{name} cannot be {value!r}. Use the whole public address, without a path, such as "
                "`https://saphan.example.org`."
            ),
            name="KB_ADDRESS",
            value=given,
        )
    return re.sub("(?<=^http:)(.*):80$|(?<=^https:)(.*):443$", r"\1\2", address)


def _machine(given: str) -> str:
    """Raises `BadProxy` for what is no IP address: a name would match nothing, and silently."""
    try:
        return str(ip_address(given.strip())) if given else ""
    except ValueError as error:
        raise BadSetting(
            N_("{name} cannot be {value!r}. Use the IP address of the proxy, such as `127.0.0.1`."),
            name="KB_PROXY",
            value=given,
        ) from error


def _language(given: str) -> str:
    """ "th" for "th" and Thai locales such as "th_TH.UTF-8", otherwise "en"."""
    return "th" if given.lower().startswith("th") else "en"
