"""A home's own list of Thai words: what it adds to the dictionary that cuts Thai, and what it takes out.

One word a line; a hyphen before a word takes it out, and a line that begins with # is a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.errors import N_, BadWordList
from ingest.text.normalise import normalise

LONGEST = 60  # characters of a word

_THAI = re.compile("[ก-ฺเ-๎]+")
# Begins with a consonant or a vowel written before one, has a consonant, and ends with what can end a word.
_WHOLE = re.compile("(?=[เ-ไ]*[ก-ฮ])[ก-ฮเ-ไ].*(?<![เ-ไ])")


@dataclass(frozen=True, slots=True)
class WordList:
    """Words added to the dictionary and words taken out of it, in canonical form."""

    added: frozenset[str] = frozenset()
    taken_out: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.added or self.taken_out)

    def within(self, text: str) -> WordList:
        """What of it stands in `text`; no more than that has a say in how the text is cut."""
        if not self:
            return self
        return WordList(
            frozenset(word for word in self.added if word in text),
            frozenset(word for word in self.taken_out if word in text),
        )

    def differing(self, other: WordList) -> frozenset[str]:
        """The words that the two lists treat differently."""
        return (self.added ^ other.added) | (self.taken_out ^ other.taken_out)

    def written(self) -> str:
        """The list as `read` takes it, always in the same order; empty for an empty one."""
        lines = sorted(self.added) + [f"-{word}" for word in sorted(self.taken_out)]
        return "".join(f"{line}\n" for line in lines)


NO_WORDS = WordList()


def read(text: str) -> WordList:
    """The list that `text` says. Raises `BadWordList`, which names the line."""
    lines: dict[bool, dict[str, int]] = {False: {}, True: {}}  # of words added, and taken out
    for number, line in enumerate(text.splitlines(), 1):
        said = normalise(line)
        if not said or said.startswith("#"):
            continue
        taken_out = said.startswith("-")
        word = said.removeprefix("-").strip()
        try:
            _require_word(word)
            if word in lines[not taken_out]:
                raise BadWordList(
                    N_("“{word}” is already on line {first}, with the opposite meaning. Keep one of the two lines."),
                    word=word,
                    first=lines[not taken_out][word],
                )
        except BadWordList as error:
            raise BadWordList(line=number, cause=error) from error
        lines[taken_out].setdefault(word, number)
    return WordList(frozenset(lines[False]), frozenset(lines[True]))


def _require_word(word: str) -> None:
    if not word:
        raise BadWordList(N_("there is no word after the hyphen. Write one, or remove the line."))
    if len(word) > LONGEST:
        raise BadWordList(
            N_("this has {length} characters; a word may have {limit}. Write each word on a line of its own."),
            length=len(word),
            limit=LONGEST,
        )
    if " " in word:
        raise BadWordList(N_("“{word}” has a space in it. Write each word on a line of its own."), word=word)
    if not _THAI.fullmatch(word):
        raise BadWordList(
            N_(
                "“{word}” has characters that are not Thai letters. This list is for Thai words only; "
                "correct it or remove it."
            ),
            word=word,
        )
    if not _WHOLE.fullmatch(word):
        raise BadWordList(
            N_("“{word}” is not a complete word: a vowel or mark lacks its consonant. Complete it or remove it."),
            word=word,
        )
