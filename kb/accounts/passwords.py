"""Passwords: which may be taken, and how they are kept (Argon2id, RFC 9106).

After NIST SP 800-63B: long rather than mixed, no rules of composition, none that is tried first.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.errors import N_, BadPassword

SHORTEST, LONGEST = 12, 256  # characters
_SITE = ("saphan", "สะพาน")
# Of at least 12 characters, since shorter ones are refused anyway; without digits and signs at the end.
_COMMON = re.compile(
    r"""
    (?: password|passwordpassword|passw0rd|p@ssword|p@ssw0rd|mypassword|newpassword|changeme|changemenow
    | letmein|letmeinplease|iloveyou|iloveyouforever|administrator|admin|adminadmin|welcome|welcometo
    | welcomehome|qwerty|qwertyuiop|qwertyuiopasdf|qwertyuiopasdfghjkl|qazwsxedcrfv|1qaz2wsx3edc
    | 1q2w3e4r5t6y|asdfghjkl|zxcvbnm|abcdefghijkl|abcdefghijklm|abcdefghijklmnopqrstuvwxyz|trustno1
    | sunshine|princess|football|baseball|superman|batman|dragon|master|monkey|shadow|starwars|secret
    | secretsecret|opensesame|correcthorsebatterystaple|thequickbrownfox|unbelievable|thailand|bangkok
    | รหัสผ่าน|สวัสดี|ประเทศไทย|กรุงเทพ )
    """,
    re.VERBOSE,
)
_ROWS = ("1234567890" * 3, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}.{0,3}", re.DOTALL)
_HASHER = PasswordHasher()


def check_choice(password: str, name: str) -> None:
    """Raises `BadPassword` if it may not be the password of the account `name`."""
    length = len(_canonical(password))
    if length < SHORTEST:
        raise BadPassword(shortest=SHORTEST)
    if length > LONGEST:
        raise BadPassword(N_("The password is too long. Use at most {longest} characters."), longest=LONGEST)
    plain = _canonical(password).casefold()
    if plain == name or plain.strip("0123456789!.") in (name, *_SITE):
        raise BadPassword(N_("The password must not be the username or the name of this site. Choose another one."))
    if _is_common(plain):
        raise BadPassword(N_("This password is easy to guess: it is common or repeats itself. Choose another one."))


def generated() -> str:
    """A new one of nearly 150 random bits that can be read out: groups of letters and digits."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
    return "-".join("".join(secrets.choice(signs) for _ in range(5)) for _ in range(6))


def hashed(password: str) -> str:
    """What is kept of it, in PHC form. Takes some 50 ms and 64 MiB, on purpose."""
    return _HASHER.hash(_bytes(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether it is the one that was kept; takes the same time where none was (None)."""
    if len(password) > 4 * LONGEST:  # whoever sends this wants to keep us busy
        return False
    try:
        return _HASHER.verify(_nobodys() if kept is None else kept, _bytes(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was kept by weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def _canonical(password: str) -> str:
    """The same letters from every keyboard: SARA AM and accents can be typed in two ways."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _canonical(password).encode("utf-8", "surrogatepass")


def _nobodys() -> str:
    """A hash by today's parameters that no password has."""
    salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (_HASHER.salt_len, _HASHER.hash_len))
    costs = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _is_common(plain: str) -> bool:
    """Whether a password in small letters is among those that are tried first."""
    core = plain.strip("0123456789!@#$.")
    on_a_row = any(plain in row or plain[::-1] in row for row in _ROWS)
    return on_a_row or _COMMON.fullmatch(core) is not None or _REPEATED.fullmatch(plain) is not None
