"""Web addresses: which ones may be fetched, written in one way, and which machines are of the outside.

An address is taken apart once, here. What is checked is what is connected to, so it does not matter whether
somebody else would read a strange address in another way; strange ones are refused all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import idna

from kb.errors import N_, BadAddress
from kb.uploads.filenames import UNSEEN, decoded, shown

PORTS = {"http": 80, "https": 443}
_LONGEST = 4_000  # characters
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LABELS = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BEFORE_AT = re.compile(r"[^/\s]*@")
_PATH_SAFE = "%/:@!$&'()*+,;=~"  # a path may have these as they are; `%` begins what is quoted already
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Addresses that are "global" by the letter, but lead inside, to another address, or to the machine's own host.
_NOT_OUTSIDE = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; one cloud's metadata service is here
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv4Network("168.63.129.16/32"),  # another cloud's service for its own machines
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address in disguise
    IPv6Network("3fff::/20"),  # documentation
)


@dataclass(frozen=True, slots=True)
class Address:
    """A web address that may be asked for, if its host is outside.

    `host` is in ASCII: a name in lower case without a dot at its end, or an IP address without brackets;
    `target` is the path and the question, quoted, as the first line of a request has it.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port: as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def text(self) -> str:
        """The whole address, in ASCII."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def literal(self) -> IPv4Address | IPv6Address | None:
        """The host, if it is an IP address and not a name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def parse(text: str) -> Address:
    """The address that somebody typed or that a server sent on to.

    Raises `OtherScheme`, `OtherPort`, `AddressWithPassword`, and `BadAddress` for whatever else is odd: spaces
    and control characters within, backslashes, IP addresses in other than their usual form.
    """
    text = text.strip()
    bad = BadAddress(address=_told(text))
    if not text or len(text) > _LONGEST or "\\" in text or UNSEEN.search(text) or re.search(r"\s", text):
        raise bad
    if not text.lower().startswith(("http:", "https:")):
        raise (
            BadAddress(
                N_(
                    "“{address}” does not begin with http:// or https://, so it cannot be downloaded. Import "
                    "the file itself."
                ),
                address=_told(text),
            )
            if _SCHEME.match(text)
            else bad
        )
    try:
        parts = urlsplit(text)
        host, port = _host(parts), parts.port
    except ValueError as error:
        raise bad from error
    if "@" in parts.netloc:
        raise BadAddress(
            N_(
                "The address of {host} contains a user name or a password. Remove the part before the @; "
                "if the page needs it, save the page in your browser and import the file."
            ),
            host=host,
        )
    if port is not None and port not in PORTS.values():
        raise BadAddress(
            N_(
                "“{address}” uses port {port}, but pages can be downloaded from ports 80 and 443 only. "
                "Save the page in your browser and import the file."
            ),
            address=_told(text),
            port=port,
        )
    target = quote(parts.path or "/", safe=_PATH_SAFE)
    if parts.query:
        target += "?" + quote(parts.query, safe=_PATH_SAFE + "?")
    return Address(parts.scheme, host, PORTS[parts.scheme] if port is None else port, target)


def sent_on(here: Address, location: str) -> Address:
    """Where the header Location of an answer leads. Raises as `parse` does."""
    # Header bytes come as Latin-1; what they really are is mostly UTF-8.
    where = decoded(location.encode("latin-1", "replace"), "latin-1").strip()
    try:
        return parse(urljoin(here.text, where))
    except ValueError as error:
        raise BadAddress(address=_told(where)) from error


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the public internet, by the registries of special addresses.

    Of IPv6 only global unicast is, so that no disguise of an IPv4 address is (mapped, compatible, NAT64, 6to4,
    Teredo).
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    if not ip.is_global or ip.is_multicast:
        return False
    return not any(ip in network for network in _NOT_OUTSIDE if network.version == ip.version)


def _host(parts: SplitResult) -> str:
    """The host in ASCII. Raises `ValueError` for one that is none, or an IP address in an odd form."""
    host = parts.netloc.rpartition("@")[2]
    if host.startswith("["):
        inner, _, after = host[1:].partition("]")
        if after and not after.startswith(":"):
            raise ValueError(host)
        if "%" in inner:  # the name of a network card
            raise ValueError(host)
        return str(IPv6Address(inner))
    host = host.partition(":")[0]
    host = host.lower() if host.isascii() else idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    host = host.removesuffix(".")
    if len(host) > 253 or not _LABELS.fullmatch(host):
        raise ValueError(host)
    if _NUMBER.fullmatch(host.rpartition(".")[2]):  # the system would read 127.1 or 0x7f000001 as an address
        return str(IPv4Address(host))
    return host


def _told(text: str) -> str:
    """An address as a message may have it: not the password in it."""
    return shown(_BEFORE_AT.sub("…@", text), 200)
