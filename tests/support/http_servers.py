"""Servers on this machine that stand for machines of the internet.

A `Street` says which public address each of them has: the rules for addresses are those of the running site, and
none of them can be switched off.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import trustme

from kb.uploads.url_fetcher import FetchedPage, Internet, fetch

OUTSIDE, OUTSIDE_TOO = "93.184.216.34", "2606:2800:220:1::1946"
AUTHORITY = trustme.CA()

Answer = bytes | Callable[[socket.socket], None]


def page(body: bytes = b"hello", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def moved(to: str, status: str = "302 Found") -> bytes:
    return page(b"", f"Location: {to}", status=status)


class House:
    """A server on this machine that answers each target in its own way, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Answer], context: ssl.SSLContext | None = None) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.place = self._listening.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._receive, args=(visitor,), daemon=True).start()

    def _receive(self, visitor: socket.socket) -> None:
        try:
            with visitor if self._context is None else self._context.wrap_socket(visitor, server_side=True) as open_:
                head = b""
                while b"\r\n\r\n" not in head and (piece := open_.recv(65536)):
                    head += piece
                self.asked.append(head.decode())
                answer = self.answers[head.split()[1].decode()]
                if callable(answer):
                    answer(open_)
                else:
                    open_.sendall(answer)
        except OSError:  # the visitor has gone
            pass


class Street:
    """A network of houses: names to addresses, one answer after the other, and addresses to what stands there."""

    def __init__(self, names: dict[str, list[tuple[str, ...]]] | None = None) -> None:
        self.names = {name: iter(answers) for name, answers in (names or {}).items()}
        self.houses: dict[tuple[str, int], tuple[str, int]] = {}
        self.looked_up: list[str] = []
        self.visited: list[tuple[str, int]] = []

    def resolve(self, host: str) -> tuple[str, ...]:
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return next(self.names[host])

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.visited.append((address, port))
        if (address, port) not in self.houses:
            raise ConnectionRefusedError(111, "Connection refused")
        return socket.create_connection(self.houses[address, port], timeout=seconds)

    def trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        AUTHORITY.configure_trust(context)
        return context


class Says(Street):
    """A network in which whoever is visited says the same, and hangs up."""

    def __init__(self, said: bytes) -> None:
        super().__init__()
        self.said = said

    def trust(self) -> ssl.SSLContext:
        return Internet().trust()

    def resolve(self, host: str) -> tuple[str, ...]:
        return (OUTSIDE,)

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            theirs.sendall(self.said)
            theirs.shutdown(socket.SHUT_WR)
            threading.Thread(target=theirs.dup().recv, args=(65536,), daemon=True).start()
        return ours


@contextmanager
def street(answers: dict[str, Answer], *hosts: str) -> Iterator[tuple[Street, House]]:
    """One house at `OUTSIDE`, port 80, that has each of these names (forum.example, if none is given)."""
    where = Street({host: [(OUTSIDE,)] * 20 for host in hosts or ("forum.example",)})
    house = House(answers)
    where.houses[OUTSIDE, 80] = house.place
    try:
        yield where, house
    finally:
        house.close()


def got(answer: Answer, target: str = "/", *, seconds: float = 5, limit: int = 1000) -> FetchedPage:
    with street({target: answer}) as (network, _):
        return fetch("http://forum.example" + target, network=network, seconds=seconds, limit=limit)
