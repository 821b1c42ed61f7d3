"""Fetching one address: what comes back, and that no server can hold it up, flood it or be taken for another."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import AddressUnreachable, Invalid, KbError, TooMuch
from kb.uploads.filenames import UNSEEN
from kb.uploads.url_fetcher import FetchedPage, Internet, fetch
from kb.uploads.url_validation import parse
from tests.support.http_servers import (
    AUTHORITY,
    OUTSIDE,
    OUTSIDE_TOO,
    Answer,
    House,
    Says,
    Street,
    got,
    moved,
    page,
    street,
)

# ---- what comes back


def test_a_page_comes_back_with_what_is_declared_of_it() -> None:
    with street({"/news/a.html?id=1": page(b"<p>hi", "Content-Type: text/html; charset=tis-620")}) as (network, house):
        found = fetch(" http://Forum.Example./news/a.html?id=1#part ", network=network)
    assert found == FetchedPage(
        "http://forum.example/news/a.html?id=1", b"<p>hi", "a.html", "text/html; charset=tis-620"
    )
    (head,) = house.asked
    assert head.startswith("GET /news/a.html?id=1 HTTP/1.1\r\n")
    assert "\r\nHost: forum.example\r\n" in head
    assert "\r\nAccept-Encoding: identity\r\n" in head
    assert "\r\nUser-Agent: Saphan " in head
    assert "Authorization" not in head
    assert network.visited == [(OUTSIDE, 80)]


def test_a_page_without_a_length_and_one_in_chunks() -> None:
    assert got(b"HTTP/1.0 200 OK\r\n\r\nto the end").data == b"to the end"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert got(chunked).data == b"abcde"
    assert got(page(b"")).data == b""


def test_thai_addresses_are_asked_for_as_browsers_do() -> None:
    host, path = (
        "xn--12cn4frcvb5f.xn--o3cw4h",
        "/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7.pdf?q=%E0%B8%99%E0%B9%89%E0%B8%B3%201",
    )
    with street({path: page()}, host) as (network, house):
        found = fetch("http://รู้จัก.ไทย/ข่าว.pdf?q=น้ำ%201", network=network)
    assert (found.address, found.name) == (f"http://{host}{path}", "ข่าว.pdf")
    assert f"\r\nHost: {host}\r\n" in house.asked[0]
    assert parse("HTTP://ｆｏｒｕｍ。example/%e0").text == "http://forum.example/%e0"


@pytest.mark.parametrize(
    ("target", "headers", "name"),
    [
        ("/", (), "forum.example"),
        ("/a/b/", (), "forum.example"),
        ("/a/b.pdf?x=/c.txt", (), "b.pdf"),
        ("/download", ('Content-Disposition: attachment; filename="report 1.pdf"',), "report 1.pdf"),
        ("/download", ("Content-Disposition: attachment; filename*=UTF-8''%E0%B8%81%E0%B8%B2.pdf",), "กา.pdf"),
        ("/download", ('Content-Disposition: attachment; filename="กา.pdf"',), "กา.pdf"),
        ("/download", ('Content-Disposition: attachment; filename="%E0%B8%81%E0%B8%B2.pdf"',), "กา.pdf"),
        ("/download", ('Content-Disposition: inline; filename="../../etc/passwd"',), "passwd"),
        ("/download", ('Content-Disposition: inline; filename="C:\\\\up\\\\.htaccess"',), "htaccess"),
        ("/download", (f'Content-Disposition: inline; filename="{"ก" * 300}.pdf"',), "ก" * 146 + ".pdf"),
        ("/%2e%2e%2fa%00%0d.txt", (), "a.txt"),
        ("/%A1%D2%C3.txt", (), "การ.txt"),
    ],
)
def test_the_name_of_the_file(target: str, headers: tuple[str, ...], name: str) -> None:
    assert got(page(b"x", *headers), target).name == name


def test_redirects_are_followed() -> None:
    answers: dict[str, Answer] = {
        "/1": moved("/2", "301 Moved"),
        "/2": moved("3?x", "303 See"),
        "/3?x": moved("//other.example:80/ข่าว", "307 Again"),
        "/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7": moved("http://forum.example/end#there", "308 For ever"),
        "/end": page(b"the end"),
    }
    with street(answers, "forum.example", "other.example") as (network, _):
        found = fetch("http://forum.example/1", network=network)
    assert (found.address, found.data) == ("http://forum.example/end", b"the end")


# ---- servers that are not there, or not as they should be


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(AddressUnreachable, match=r"forum\.example"):
        fetch("http://forum.example/", network=Street())


def test_a_name_without_an_answer_for_now_and_one_without_addresses() -> None:
    class Unsure(Street):
        def resolve(self, host: str) -> tuple[str, ...]:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(AddressUnreachable, match="Temporary failure"):
        fetch("http://forum.example/", network=Unsure())
    with pytest.raises(AddressUnreachable):
        fetch("http://forum.example/", network=Street({"forum.example": [()]}))


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with street({"/": page(b"here")}) as (network, _):
        network.names["forum.example"] = iter([(OUTSIDE_TOO, OUTSIDE)])
        assert fetch("http://forum.example/", network=network).data == b"here"
        assert network.visited == [(OUTSIDE_TOO, 80), (OUTSIDE, 80)]
        network.houses.clear()
        network.names["forum.example"] = iter([(OUTSIDE_TOO, OUTSIDE)])
        with pytest.raises(AddressUnreachable, match="Connection refused"):
            fetch("http://forum.example/", network=network)


@pytest.mark.parametrize(
    "status", ["404 Not Found", "403 Forbidden", "500 Oops", "204 Nothing", "206 Part", "304 Same"]
)
def test_an_answer_that_is_not_the_page(status: str) -> None:
    with pytest.raises(AddressUnreachable, match=status[:3]):
        got(page(b"x", status=status))


def test_a_redirect_that_leads_nowhere() -> None:
    with pytest.raises(AddressUnreachable, match="302"):
        got(page(b"x", status="302 Found"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        page(b"short", length=100),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc",
        page(b"x", *(f"X-{number}: y" for number in range(200))),
        page(b"x", "X-Long: " + "y" * 70_000),
        b"HTTP/1.1 " + b"2" * 70_000,
    ],
)
def test_an_answer_that_breaks_off_or_is_not_http(answer: bytes) -> None:
    with pytest.raises(AddressUnreachable, match="The answer of "):
        got(answer)


@pytest.mark.parametrize("packing", ["gzip", "br", "x-gzip, identity", "deflate"])
def test_packed_answers_are_not_unpacked(packing: str) -> None:
    with pytest.raises(AddressUnreachable, match=packing):
        got(page(b"\x1f\x8b", f"Content-Encoding: {packing}"))
    assert got(page(b"x", "Content-Encoding: Identity")).data == b"x"


# ---- too large, too slow


def drip(piece: bytes, first: bytes = b"", pause: float = 0.05) -> Callable[[socket.socket], None]:
    def answer(visitor: socket.socket) -> None:
        visitor.sendall(first)
        while True:
            visitor.sendall(piece)
            time.sleep(pause)

    return answer


def flood(piece: bytes, first: bytes) -> Callable[[socket.socket], None]:
    return drip(piece, first, pause=0)


def test_as_much_as_the_limit_comes_back_and_no_more() -> None:
    assert len(got(page(b"x" * 1000)).data) == 1000
    for answer in (page(b"x" * 1001), b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1001):
        with pytest.raises(TooMuch, match=" MB\\. Save the file yourself, split it or"):
            got(answer)


@pytest.mark.parametrize(
    "answer",
    [
        page(b"x", length=10**12),  # nothing more comes, and nothing more is waited for
        flood(b"x" * 65536, b"HTTP/1.1 200 OK\r\n\r\n"),
        flood(b"ffff\r\n" + b"x" * 65535 + b"\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        flood(b"x" * 65536, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"),
        flood(b"X: y\r\n" * 10_000, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"),
        flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, b""),
    ],
    ids=["declared", "endless", "chunks", "negative chunk", "trailers", "continue"],
)
def test_an_answer_without_end_is_cut_off(answer: Answer) -> None:
    with pytest.raises(TooMuch, match=" MB\\. Save the file yourself, split it or"):
        got(answer, seconds=20)


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"", b""),
        drip(b"H", b"HTTP/1.1 200 "),
        drip(b"X", b"HTTP/1.1 200 OK\r\nX: "),
        drip(b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"),
        drip(b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ],
    ids=["silent", "status", "header", "body", "chunks"],
)
def test_a_server_that_drips_does_not_hold_up(answer: Answer) -> None:
    begun = time.monotonic()
    with pytest.raises(AddressUnreachable, match=r"0\.4 seconds"):
        got(answer, seconds=0.4)
    assert 0.3 < time.monotonic() - begun < 2


def test_the_time_is_for_all_redirects_together() -> None:
    def late(visitor: socket.socket) -> None:
        time.sleep(0.2)
        visitor.sendall(moved("/"))

    begun = time.monotonic()
    with (
        street({"/": late}) as (network, _),
        pytest.raises(AddressUnreachable, match=" seconds\\. Try again later, or save the p"),
    ):
        fetch("http://forum.example/", network=network, seconds=0.5)
    assert time.monotonic() - begun < 2


def test_a_name_that_is_looked_up_for_ever_does_not_hold_up() -> None:
    released = threading.Event()

    class Slow(Street):
        def resolve(self, host: str) -> tuple[str, ...]:
            released.wait(20)
            return (OUTSIDE,)

    begun = time.monotonic()
    with pytest.raises(AddressUnreachable, match=" seconds\\. Try again later, or save the p"):
        fetch("http://forum.example/", network=Slow(), seconds=0.3)
    assert time.monotonic() - begun < 2
    released.set()


# ---- encrypted


@pytest.fixture(scope="module")
def secure() -> Iterator[tuple[Street, House, list[str]]]:
    """A house at port 443 whose certificate is of forum.example, of a Thai name and of an address."""
    network = Street(
        {host: [(OUTSIDE,)] * 9 for host in ("forum.example", "other.example", "xn--12cn4frcvb5f.example")}
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = ("forum.example", "xn--12cn4frcvb5f.example", OUTSIDE_TOO)
    AUTHORITY.issue_cert(*names).configure_cert(context)
    called: list[str] = []
    context.sni_callback = lambda _, name, __: called.append(name)
    house = House({"/": page(b"sealed"), "/down": moved("http://127.0.0.1/")}, context)
    network.houses[OUTSIDE, 443] = network.houses[OUTSIDE_TOO, 443] = house.place
    yield network, house, called
    house.close()


def test_the_certificate_and_sni_go_by_the_name(secure: tuple[Street, House, list[str]]) -> None:
    network, house, called = secure
    assert fetch("https://forum.example/", network=network).data == b"sealed"
    assert fetch("https://รู้จัก.example/", network=network).data == b"sealed"
    assert fetch(f"https://[{OUTSIDE_TOO}]/", network=network).data == b"sealed"
    assert called[:2] == ["forum.example", "xn--12cn4frcvb5f.example"]
    assert f"\r\nHost: [{OUTSIDE_TOO}]\r\n" in house.asked[-1]


def test_a_certificate_of_another_name_or_of_nobody_known_is_not_trusted(
    secure: tuple[Street, House, list[str]],
) -> None:
    network, house, _ = secure
    before = len(house.asked)
    for host in ("other.example", OUTSIDE):
        with pytest.raises(AddressUnreachable, match="The certificate of "):
            fetch(f"https://{host}/", network=network)

    class Stranger(Street):
        def trust(self) -> ssl.SSLContext:
            return Internet().trust()

    stranger = Stranger({"forum.example": [(OUTSIDE,)]})
    stranger.houses = network.houses
    with pytest.raises(AddressUnreachable, match="The certificate of "):
        fetch("https://forum.example/", network=stranger)
    assert len(house.asked) == before


def test_what_is_not_encrypted_is_not_taken_for_it() -> None:
    with pytest.raises(AddressUnreachable):
        fetch("https://forum.example/", network=Says(page()), seconds=5)


def test_a_redirect_from_an_encrypted_page_is_checked_too(secure: tuple[Street, House, list[str]]) -> None:
    with pytest.raises(Invalid, match=" is on an internal network or has no pub"):
        fetch("https://forum.example/down", network=secure[0])


def test_a_server_that_is_silent_when_encryption_begins_does_not_hold_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        network = Street({"forum.example": [(OUTSIDE,)]})
        network.houses[OUTSIDE, 443] = silent.getsockname()
        begun = time.monotonic()
        with pytest.raises(AddressUnreachable, match=" seconds\\. Try again later, or save the p"):
            fetch("https://forum.example/", network=network, seconds=0.4)
        assert time.monotonic() - begun < 2


# ---- the network of this machine


def test_the_real_network_looks_up_connects_and_checks_certificates() -> None:
    internet = Internet()
    assert set(internet.resolve("localhost")) <= {"127.0.0.1", "::1"}
    with (
        socket.create_server(("127.0.0.1", 0)) as here,
        internet.connect("127.0.0.1", here.getsockname()[1], 2) as connected,
    ):
        assert connected.getpeername() == here.getsockname()
    context = internet.trust()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.cert_store_stats()["x509_ca"] > 50


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with street({"/": page(b"straight")}) as (network, _), street({}) as (_, proxy):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://{}:{}".format(*proxy.place))
        assert fetch("http://forum.example/", network=network).data == b"straight"
    assert proxy.asked == []


# ---- anything at all

HEADS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: ",
        b"Content-Length: ",
        b"Content-Encoding: ",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Disposition: attachment; filename=",
        b"Content-Disposition: attachment; filename*=UTF-8''",
        b"Content-Disposition: attachment; filename*0*=",
        b"Content-Type: ",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"5\r\n",
        b"-1",
        b"999999999999",
        "ก".encode(),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(HEADS, HEADS, st.binary(max_size=20)), max_size=10).map(b"".join), st.booleans())
def test_of_odd_answers_only_pages_or_our_errors_come_out(said: bytes, from_the_start: bool) -> None:
    if not from_the_start:
        said = b"HTTP/1.1 200 OK\r\n" + said
    try:
        found = fetch("http://forum.example/", network=Says(said), seconds=5)
    except KbError:
        return
    assert found.data in said or b"chunked" in said
    assert found.name
    assert not UNSEEN.search(found.name)
