"""Brings one web address for the desk, and lets nobody use it to look inside.

The name is resolved once; all addresses that it has must be of the public internet, and the connection goes to
one of these very addresses, while the header Host, SNI and the certificate go by the name. Each redirect is
an address like the first. Neither proxies nor passwords are taken from the environment.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse
from io import BufferedReader, RawIOBase
from threading import Thread
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote_to_bytes

import certifi

from ingest.parsers import registry
from kb.errors import N_, AddressUnreachable, Invalid, TooMuch
from kb.uploads.filenames import decoded, file_name, shown
from kb.uploads.url_validation import Address, is_outside, parse, sent_on

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SECONDS = 30.0  # for all of it: name, connections, redirects, body
MOST_REDIRECTS = 5
USER_AGENT = "Saphan (knowledge base; fetches single pages that an editor names)"
_CONNECT_SECONDS = 5.0  # for one of several addresses of a host
_AROUND = 1 << 20  # bytes that may come beside the body: headers, the frames of a chunked one
_PIECE = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GIVEN = frozenset({200, 203})


_BROKEN_ANSWER = N_(
    "The answer of {host} is incomplete or invalid. Try again later, or save the page in "
    "your browser and import the file."
)


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What an address gave. `address` is where it was in the end, in ASCII; `content_type` as declared, or ""."""

    address: str
    data: bytes
    name: str
    content_type: str


class Network(Protocol):
    """The ways out: what tells the internet from a street of houses built for a test."""

    def resolve(self, host: str) -> tuple[str, ...]:
        """The IP addresses of a name, in the order to try them. Raises `OSError`."""

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """A connection to an IP address. Raises `OSError`."""

    def trust(self) -> ssl.SSLContext:
        """Whose certificates are believed, and that names are checked."""


class Internet:
    """The network of the machine."""

    def resolve(self, host: str) -> tuple[str, ...]:
        """The system's answer."""
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(str(place[0]) for *_, place in found))

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """A TCP connection; `address` is numbers, so nothing is looked up again."""
        return socket.create_connection((address, port), timeout=seconds)

    def trust(self) -> ssl.SSLContext:
        """The system's certificates and those of certifi, for a system that has none."""
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context


INTERNET = Internet()


def fetch(
    address: str, *, network: Network = INTERNET, seconds: float = SECONDS, limit: int = registry.MAX_BYTES
) -> FetchedPage:
    """What is at `address`, at most `limit` bytes, within `seconds` in all.

    Raises `BadAddress` and its kinds, `InsideAddress`, `AddressUnreachable` and its kinds, `AddressRefused` and
    its kind, `FetchTooSlow`, `FetchTooLarge`.
    """
    clock = _Clock(seconds)
    here = parse(address)
    for _ in range(1 + MOST_REDIRECTS):
        with _faults(here, clock), _connected(here, network, clock) as connected:
            answer = _ask(here, _Wire(connected, here.host, clock, limit))
            if answer.status not in _REDIRECTS or not answer.headers["Location"]:
                return _taken(here, answer, limit)
            here = sent_on(here, answer.headers["Location"])
    raise AddressUnreachable(
        N_(
            "This address redirects more than {limit} times, last to {host}. Open it in your browser "
            "and use the final address, or save the page and import the file."
        ),
        code="address_refused",
        host=here.host,
        limit=MOST_REDIRECTS,
    )


class _Clock:
    """What is left of the time for all."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, more than none. Raises `TimeoutError`."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Wire(RawIOBase):
    """A connection as `http.client` uses one; every wait on it ends when the time for all does.

    A limit on each wait alone would be none: a server could send a byte at a time for ever.
    """

    def __init__(self, connected: socket.socket, host: str, clock: _Clock, limit: int) -> None:
        self._socket = connected
        self._host = host
        self._clock = clock
        self._limit = limit
        self._coming = limit + _AROUND

    def sendall(self, data: bytes) -> None:
        """Send a request."""
        self._socket.settimeout(self._clock.left())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> BufferedReader:
        """The answer as a stream to read."""
        return BufferedReader(self)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Some bytes of the answer. Raises `TimeoutError`, `FetchTooLarge`."""
        self._socket.settimeout(self._clock.left())
        count = self._socket.recv_into(buffer)
        self._coming -= count
        if self._coming < 0:
            raise _too_large(self._host, self._limit)
        return count

    def close(self) -> None:
        """Nothing: `http.client` closes its side before the answer is read; `_connected` closes the socket."""


@contextmanager
def _faults(here: Address, clock: _Clock) -> Iterator[None]:
    """Turns what can go wrong on the way into errors that say what to do."""
    try:
        yield
    except TimeoutError as error:
        raise AddressUnreachable(
            N_(
                "{host} did not send the page within {seconds} seconds. Try again later, or save the "
                "page in your browser and import the file."
            ),
            code="fetch_too_slow",
            host=here.host,
            seconds=f"{clock.seconds:g}",
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise AddressUnreachable(
            N_(
                "The certificate of {host} does not prove that it is {host} ({reason}). Open the page in "
                "your browser; if you trust it, save it there and import the file."
            ),
            host=here.host,
            reason=shown(error.verify_message),
        ) from error
    except HTTPException as error:
        raise AddressUnreachable(_BROKEN_ANSWER, host=here.host) from error
    except OSError as error:
        raise _unreachable(here, error) from error


def _unreachable(here: Address, error: OSError) -> AddressUnreachable:
    return AddressUnreachable(host=here.host, reason=shown(error.strerror or type(error).__name__))


@contextmanager
def _connected(here: Address, network: Network, clock: _Clock) -> Iterator[socket.socket]:
    """A connection to the host, encrypted where the address says so; closed at the end."""
    with _first_that_answers(here, network, clock) as plain:
        if here.scheme == "http":
            yield plain
            return
        plain.settimeout(clock.left())
        with network.trust().wrap_socket(plain, server_hostname=here.host) as wrapped:
            yield wrapped


def _first_that_answers(here: Address, network: Network, clock: _Clock) -> socket.socket:
    addresses = (here.host,) if here.literal else _resolved(here, network, clock)
    # One address of the inside among others would be enough for whoever owns the name.
    if not all(map(is_outside, addresses)):
        raise Invalid(
            N_(
                "{host} is on an internal network or has no public address; only public web pages can be "
                "downloaded. Save the page in your browser and import the file."
            ),
            code="inside_address",
            host=here.host,
        )
    fault = OSError("no address")
    for address in addresses:
        try:
            return network.connect(address, here.port, min(clock.left(), _CONNECT_SECONDS))
        except OSError as error:
            fault = error
    clock.left()  # if it is the time for all that is over, that is the fault
    raise _unreachable(here, fault) from fault


def _resolved(here: Address, network: Network, clock: _Clock) -> tuple[str, ...]:
    """The addresses of the host, looked up aside since a lookup cannot be told to end in time."""
    answer: Future[tuple[str, ...]] = Future()

    def look_up() -> None:
        try:
            answer.set_result(network.resolve(here.host))
        except Exception as error:  # handed over to whoever waits
            answer.set_exception(error)

    Thread(target=look_up, daemon=True).start()
    try:
        return answer.result(clock.left())
    except (socket.gaierror, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            raise _unreachable(here, error) from error
        raise AddressUnreachable(
            N_(
                "No site named {host} was found. Check the spelling of the address; if it is right, "
                "check whether Saphan's server can reach the internet."
            ),
            host=here.host,
        ) from error


def _ask(here: Address, wire: _Wire) -> HTTPResponse:
    """The answer up to its body."""
    connection = HTTPConnection(here.host, here.port)
    connection.sock = wire
    headers = {
        "Host": here.authority,
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",  # what is packed could be a bomb
        "Connection": "close",
    }
    connection.request("GET", here.target, headers=headers)
    return connection.getresponse()


def _taken(here: Address, answer: HTTPResponse, limit: int) -> FetchedPage:
    if answer.status not in _GIVEN:
        raise AddressUnreachable(
            N_(
                "{host} answers with status {status} instead of the page. Check the address in your "
                "browser; if the page shows there, save it and import the file."
            ),
            code="address_refused",
            host=here.host,
            status=answer.status,
        )
    packing = (answer.headers["Content-Encoding"] or "identity").strip().lower()
    if packing != "identity":
        raise AddressUnreachable(
            N_(
                "{host} sends its page compressed ({packing}) although asked not to. Save the page in "
                "your browser and import the file."
            ),
            host=here.host,
            packing=shown(packing, 40),
        )
    data = _body(here, answer, limit)
    declared = shown(str(answer.headers["Content-Type"] or ""), 200)
    return FetchedPage(here.text, data, _name(here, answer.headers), declared)


def _body(here: Address, answer: HTTPResponse, limit: int) -> bytes:
    data = bytearray()
    if (answer.length or 0) > limit:
        raise _too_large(here.host, limit)
    while piece := answer.read(_PIECE):
        data += piece
        if len(data) > limit:
            raise _too_large(here.host, limit)
    if answer.length:  # what is still to come of the length that was declared
        raise AddressUnreachable(_BROKEN_ANSWER, host=here.host)
    return bytes(data)


def _too_large(host: str, limit: int) -> TooMuch:
    return TooMuch(
        N_(
            "{host} sends more than {limit} MB. Save the file yourself, split it or remove its "
            "pictures, and import that."
        ),
        code="fetch_too_large",
        host=host,
        limit=f"{limit / (1 << 20):g}",
    )


def _name(here: Address, headers: Message) -> str:
    """What the server calls the file, else the end of the path, else the host."""
    try:
        given = headers.get_filename("")
    except Exception:  # whatever `email` makes of a hostile header
        given = ""
    # Servers send a name that is not ASCII as its bare bytes, or quoted as in an address.
    bare = given.encode("latin-1") if all(letter <= "\xff" for letter in given) else given.encode(errors="replace")
    path = here.target.partition("?")[0]
    ways = (decoded(unquote_to_bytes(bare), "latin-1"), decoded(unquote_to_bytes(path), "latin-1"))
    return next(filter(None, map(file_name, ways)), here.host)
