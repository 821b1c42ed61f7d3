"""The words of reading lists, and what they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from kb.errors import BadQuery
from kb.models import Span
from tests.support.library import Shelf
from web.citations.reading_list import MOST, ListItem, item_of, items_in, quoted, take
from web.citations.reference_formats import QuotedPassage


def args(*words: str) -> MultiDict[str, str]:
    return MultiDict([("item", word) for word in words])


ids = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
numbers = st.integers(0, 999_999_998)
items = st.one_of(
    st.builds(ListItem, ids),
    st.builds(
        lambda name, version, start, length: ListItem(name, version, Span(start, min(start + length, 999_999_999))),
        ids,
        st.integers(1, 999_999_999),
        numbers,
        st.integers(1, 9999),
    ),
)


@given(st.lists(items, max_size=MOST, unique=True))
@settings(max_examples=60, deadline=None)
def test_a_word_is_read_back_as_what_was_written(listed: list[ListItem]) -> None:
    assert items_in(args(*map(str, listed))) == tuple(listed)


@given(st.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_is_an_entry_written_only_so_or_an_error(word: str) -> None:
    try:
        found = items_in(args(word))
    except BadQuery:
        return
    assert [str(item) for item in found] == [word.strip()] * bool(word.strip())


@pytest.mark.parametrize(
    "word",
    ["a b", "a.1", "a.1.5", "a.1.5-", "a.0.1-2", "a.01.1-2", "a.1.01-2", "a.1.5-5", "a.1.6-5", "ก", "a/b", "<a>",
     "a.1.1-2.3", "a.1.-1-2", "a" * 65, "a.1.1-1234567890", "a.1.١-٢", "a\nb", "../a", 'a"'],
)  # fmt: skip
def test_other_words_are_refused(word: str) -> None:
    with pytest.raises(BadQuery, match="” is not an entry of a reading list\\. Rem") as refused:
        items_in(args("d-panel", word))
    assert word[:80] in refused.value.message("en")
    assert word[:80] in refused.value.message("th")


def test_each_entry_counts_once_and_blanks_do_not() -> None:
    assert items_in(args("b", " a ", "", "  ", "b", "a.1.0-5")) == (
        ListItem("b"),
        ListItem("a"),
        ListItem("a", 1, Span(0, 5)),
    )


def test_a_list_has_an_end() -> None:
    words = [f"d{number}" for number in range(MOST)]
    assert len(items_in(args(*words, *words))) == MOST
    with pytest.raises(BadQuery, match="A reading list can have at most ") as refused:
        items_in(args(*words, "one-more"))
    assert str(MOST) in refused.value.message("en")


def test_entries_are_taken_as_they_are_and_as_they_were() -> None:
    shelf = Shelf()
    whole, then, now = take(
        shelf, (ListItem("d-panel"), ListItem("d-panel", 1, Span(0, 8)), ListItem("d-panel", 2, Span(9, 20)))
    ).taken
    assert (whole.document, whole.quoted, whole.outdated) == (shelf.document("d-panel"), None, False)
    assert (then.document, then.outdated) == (shelf.version("d-panel", 1), True)
    assert then.quoted == QuotedPassage("Welcome.", "en", "Moderator", 0)
    assert (now.document, now.outdated) == (shelf.document("d-panel"), False)


def test_what_is_gone_is_told_and_the_rest_is_kept() -> None:
    end = Shelf().version("d-panel", 1).blocks[0].end
    gone = (
        ListItem("d-gone"),
        ListItem("d-panel", 9, Span(0, 8)),  # no such version
        ListItem("d-panel", 1, Span(0, 99_999)),  # beyond its end
        ListItem("d-panel", 1, Span(end, end + 2)),  # nothing but the end of a paragraph
    )
    found = take(Shelf(), (gone[0], ListItem("d-talad"), *gone[1:], ListItem("d-market")))
    assert [taken.item.document_id for taken in found.taken] == ["d-talad", "d-market"]
    assert found.missing == gone


def test_a_passage_is_quoted_as_it_says_of_itself() -> None:
    for document in (Shelf().document(name) for name in ("d-market", "d-talad", "d-panel", "d-chumchon")):
        for passage in document.passages:
            item = item_of(document.summary, passage)
            assert item.span is not None
            expected = QuotedPassage(passage.text, passage.language, passage.speaker, passage.starts_at_ms)
            assert quoted(document, item.span) == expected
            assert items_in(args(str(item))) == (item,)


def test_words_of_two_speakers_are_nobodys_alone() -> None:
    document = Shelf().document("d-panel")
    both = quoted(document, Span(10, len(document.text) - 5))
    assert (both.speaker, both.starts_at_ms) == (None, 0)
    second = document.blocks[1]
    assert quoted(document, Span(second.start + 4, second.end)).speaker == "Village elder"
