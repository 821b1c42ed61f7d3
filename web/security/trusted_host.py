"""The public address of a site: its name in links, and the only name that it answers to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PORTS = {"http": "80", "https": "443"}
_ANY_NAME = "/healthz"  # is asked by the machine itself, and tells no addresses


class Hosted:
    """A WSGI application under one address, such as "https://saphan.example.org".

    Requests under another name are refused, so that nobody can put his own into links and redirects; what is
    asked under the right one takes scheme and name from the address.
    """

    def __init__(self, inner: WSGIApplication, address: str) -> None:
        parts = urlsplit(address)
        self._inner, self._address = inner, address
        self._scheme, self._name = parts.scheme, parts.netloc.lower()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer, or say where the site is."""
        asked = environ.get("HTTP_HOST", "").lower().removesuffix(f":{_PORTS[self._scheme]}")
        if asked != self._name and environ.get("PATH_INFO") != _ANY_NAME:
            text = f"This site is at {self._address}/\nเว็บไซต์นี้อยู่ที่ {self._address}/\n".encode()
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
            start("421 Misdirected Request", [*headers, ("X-Content-Type-Options", "nosniff")])
            return [text]
        return self._inner({**environ, "wsgi.url_scheme": self._scheme, "HTTP_HOST": self._name}, start)
