"""Which addresses are fetched: that no address, name or redirect leads inside, however it is written."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.errors import AddressUnreachable, BadAddress, Invalid, KbError
from kb.uploads.filenames import UNSEEN
from kb.uploads.url_fetcher import MOST_REDIRECTS, fetch
from kb.uploads.url_validation import Address, is_outside, parse, sent_on
from tests.support.http_servers import OUTSIDE, OUTSIDE_TOO, Street, moved, page, street
from tests.support.messages import Told, raising, says

SPECIAL = (
    "127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 "
    "192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 "
    "255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 "
    "64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:10::1 2001:20::1 "
    "2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 "
    "fec0::1 ff02::1"
)
INSIDE = SPECIAL.split()


# ---- addresses that are not fetched


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("", BadAddress),
        ("forum", BadAddress),
        ("www.forum.example/a", BadAddress),
        ("http:", BadAddress),
        ("http://", BadAddress),
        ("http:///a", BadAddress),
        ("http:forum.example", BadAddress),
        ("http://?x", BadAddress),
        ("http://[::1", BadAddress),
        ("http://[::1]x/", BadAddress),
        ("http://[fe80::1%25eth0]/", BadAddress),
        ("http://[127.0.0.1]/", BadAddress),
        ("http://forum..example/", BadAddress),
        ("http://forum.example../", BadAddress),
        ("http://.forum.example/", BadAddress),
        ("http://2130706433/", BadAddress),
        ("http://0177.0.0.1/", BadAddress),
        ("http://0x7f.0.0.1/", BadAddress),
        ("http://0x7f000001/", BadAddress),
        ("http://127.1/", BadAddress),
        ("http://127.0.0.1.1/", BadAddress),
        ("http://1.2.3.0x/", BadAddress),
        ("http://１２７。1/", BadAddress),
        ("http://forum.example\\@127.0.0.1/", BadAddress),
        ("http:\\\\127.0.0.1\\", BadAddress),
        ("http://forum.example/a b", BadAddress),
        ("http://forum.example/\r\nHost: inside", BadAddress),
        ("http://forum.example/\x00", BadAddress),
        ("ht\ntp://127.0.0.1/", BadAddress),
        ("http://forum.exa\u200bmple\u202e/", BadAddress),
        ("http://fo%72um.example/", BadAddress),
        ("http://127.0.0.1%2f.forum.example/", BadAddress),
        ("http://" + "ก" * 70 + ".example/", BadAddress),
        ("http://" + "a." * 130 + "example/", BadAddress),
        ("http://forum.example/" + "a" * 5000, BadAddress),
        ("http://forum.example:port/", BadAddress),
        ("http://forum.example:99999/", BadAddress),
        ("http://forum.example:22/", ", but pages can be downloaded from ports"),
        ("http://forum.example:8080/", ", but pages can be downloaded from ports"),
        ("http://forum.example:0/", ", but pages can be downloaded from ports"),
        ("ftp://forum.example/", "” does not begin with http:// or https:/"),
        ("file:///etc/passwd", "” does not begin with http:// or https:/"),
        ("javascript:alert(1)", "” does not begin with http:// or https:/"),
        ("data:text/html,hi", "” does not begin with http:// or https:/"),
        ("gopher://127.0.0.1:25/", "” does not begin with http:// or https:/"),
        ("https+x://forum.example/", "” does not begin with http:// or https:/"),
        ("http://user:secret@forum.example/", "The address of "),
        ("http://forum.example@127.0.0.1/", "The address of "),
        ("http://@forum.example/", "The address of "),
        ("http://forum.example:80@127.0.0.1:80/", "The address of "),
        ("ftp://user:secret@forum.example/", "” does not begin with http:// or https:/"),
        ("http://user:secret@forum.example:port/", BadAddress),
    ],
)
def test_odd_addresses_are_refused_before_anything_is_asked(address: str, error: Told) -> None:
    network = Street()
    with raising(error) as caught:
        fetch(address, network=network)
    assert says(caught.value, error)
    assert (network.looked_up, network.visited) == ([], [])
    for language in ("en", "th"):
        message = caught.value.message(language)
        assert "secret" not in message
        assert not UNSEEN.search(message)


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_the_inside_is_outside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", [OUTSIDE, OUTSIDE_TOO, "8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "2a00::1"])
def test_the_public_internet_is_outside(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize("address", [ip for ip in INSIDE if "%" not in ip])
def test_an_address_of_the_inside_is_not_connected_to(address: str) -> None:
    network = Street({"forum.example": [(address,)]})
    literal = f"[{address}]" if ":" in address else address
    for host in (literal, "forum.example"):
        with pytest.raises(Invalid, match=" is on an internal network or has no pub"):
            fetch(f"http://{host}/", network=network)
    assert network.visited == []


@pytest.mark.parametrize("host", ["127.0.0.1.", "１２７.０.０.１", "[0:0:0:0:0:ffff:7f00:1]", "[::FFFF:127.0.0.1]"])
def test_other_spellings_of_the_inside_are_the_inside(host: str) -> None:
    with pytest.raises(Invalid, match=" is on an internal network or has no pub"):
        fetch(f"https://{host}/", network=Street())


def test_the_real_network_does_not_fetch_from_this_machine() -> None:
    with street({"/": page()}) as (_, house):
        for address in ("http://localhost/", "http://127.0.0.1/", "https://[::1]/"):
            with pytest.raises(Invalid, match=" is on an internal network or has no pub"):
                fetch(address)
    assert house.asked == []


def test_a_name_with_one_address_inside_and_one_outside_is_inside() -> None:
    for both in itertools.permutations((OUTSIDE, "10.0.0.1")):
        network = Street({"forum.example": [both]})
        with pytest.raises(Invalid, match=" is on an internal network or has no pub"):
            fetch("http://forum.example/", network=network)
        assert network.visited == []


def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_visited() -> None:
    with street({"/": page(b"outside")}) as (network, _):
        network.names["forum.example"] = iter([(OUTSIDE,), ("127.0.0.1",)])
        network.houses["127.0.0.1", 80] = ("127.0.0.1", 1)
        assert fetch("http://forum.example/", network=network).data == b"outside"
        assert (network.looked_up, network.visited) == (["forum.example"], [(OUTSIDE, 80)])
        # The next time its owner says otherwise, that is checked anew.
        with pytest.raises(Invalid, match=" is on an internal network or has no pub"):
            fetch("http://forum.example/", network=network)
    assert network.visited == [(OUTSIDE, 80)]


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("http://127.0.0.1/", " is on an internal network or has no pub"),
        ("http://[::ffff:10.0.0.1]/", " is on an internal network or has no pub"),
        ("http://inner.example/", " is on an internal network or has no pub"),
        ("//169.254.169.254/latest/meta-data/", " is on an internal network or has no pub"),
        ("http://2130706433/", BadAddress),
        ("http://user:secret@forum.example/", "The address of "),
        ("http://forum.example:6379/", ", but pages can be downloaded from ports"),
        ("file:///etc/passwd", "” does not begin with http:// or https:/"),
        ("ftp://forum.example/", "” does not begin with http:// or https:/"),
        ("http://[::1", BadAddress),
        ("http://unknown.example/", "No site named "),
    ],
)
def test_a_redirect_is_an_address_like_any_other(to: str, error: Told) -> None:
    with street({"/": moved(to)}) as (network, _):
        network.names["inner.example"] = iter([("192.168.0.1",)])
        with raising(error):
            fetch("http://forum.example/", network=network)
    assert network.visited == [(OUTSIDE, 80)]


def test_redirects_without_end_are_not_followed() -> None:
    with (
        street({"/": moved("/")}) as (network, house),
        pytest.raises(AddressUnreachable, match="This address redirects more than "),
    ):
        fetch("http://forum.example/", network=network)
    assert len(house.asked) == 1 + MOST_REDIRECTS


def test_a_redirect_to_the_same_name_is_looked_up_and_checked_again() -> None:
    with street({"/": moved("/2"), "/2": page()}) as (network, house):
        network.names["forum.example"] = iter([(OUTSIDE,), ("127.0.0.1",)])
        with pytest.raises(Invalid, match=" is on an internal network or has no pub"):
            fetch("http://forum.example/", network=network)
    assert len(house.asked) == 1


# ---- anything at all

ODDITIES = (
    "http https ftp file : / // \\ @ . .. ? # % %00 %2f [ ] ::1 ::ffff:127.0.0.1 127.0.0.1 127.1 0x7f 0177 2130706433 "
    "10.0.0.1 8.8.8.8 localhost forum.example ไทย น้ำ xn-- ｅ 。 ℀ ß _ - user:pw :80 :443 :0 \t \n \r \x00 \u202e \ud800"
)
PIECES = st.sampled_from(ODDITIES.split(" "))
ODD = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=8).map("".join),
    st.lists(PIECES, max_size=6).map(lambda pieces: "http://" + "".join(pieces)),
    st.text(max_size=20).map("https://{}/".format),
)


@settings(deadline=None, max_examples=400)
@given(ODD)
@example("http://xn--/")
@example("http://[::ffff:8.8.8.8]")
def test_of_odd_addresses_only_our_errors_come_out_and_nobody_inside_is_visited(address: str) -> None:
    network = Street({"forum.example": [("10.0.0.1",)]})
    with pytest.raises(KbError):
        fetch(address, network=network)
    assert all(is_outside(ip) for ip, _ in network.visited)
    assert {port for _, port in network.visited} <= {80, 443}


@settings(deadline=None, max_examples=300)
@given(ODD)
def test_an_address_once_written_out_reads_the_same_again(address: str) -> None:
    try:
        once = parse(address)
    except KbError:
        return
    assert parse(once.text) == once
    assert once.text.isascii()
    assert once.text.isprintable()
    assert " " not in once.text


@settings(deadline=None, max_examples=200)
@given(st.one_of(ODD, st.text(st.characters(max_codepoint=255), max_size=40)))
def test_of_odd_redirects_only_addresses_or_our_errors_come_out(location: str) -> None:
    try:
        found = sent_on(Address("https", "forum.example", 443, "/a/b?c"), location)
    except BadAddress:
        return
    assert found == parse(found.text)
