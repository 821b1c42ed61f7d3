from __future__ import annotations

import pytest
from flask import request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from ingest.metadata.economies import find_economy
from kb.errors import BadQuery
from kb.models import SearchQuery
from tests.support.library import Shelf
from web import create_app
from web.forms.query_params import MOST_VALUES, Window, list_window, search_query
from web.forms.urls import View, search_arguments, search_url


def test_every_argument_reaches_the_query() -> None:
    args = MultiDict(
        [
            ("q", " local markets "),
            ("lang", "th"),
            ("kind", "case"),
            ("kind", "release"),
            ("economy", "Chinese Taipei"),
            ("event", "Forum, Makati"),
            ("theme", "Night markets"),
            ("year_from", "2018"),
            ("year_to", "2020"),
            ("limit", "5"),
            ("offset", "10"),
            ("explain", "1"),
        ]
    )
    assert search_query(args) == SearchQuery(
        text="local markets",
        languages=("th",),
        kinds=("case", "release"),
        economies=("Chinese Taipei",),
        events=("Forum, Makati",),
        themes=("Night markets",),
        year_from=2018,
        year_to=2020,
        limit=5,
        offset=10,
        explain=True,
    )


def test_blank_and_repeated_values_and_any_language_are_no_filter() -> None:
    args = MultiDict([("q", "x"), ("lang", "any"), ("kind", ""), ("kind", "case"), ("kind", "case"), ("limit", " ")])
    assert search_query(args) == SearchQuery(text="x", kinds=("case",))


@pytest.mark.parametrize("name", ["event", "theme"])
def test_a_filter_has_so_many_values_and_no_more(name: str) -> None:
    most = [(name, f"value {number}") for number in range(MOST_VALUES)]
    search_query(MultiDict([*most, most[0]]))
    with pytest.raises(BadQuery, match=" values\\. Remove some from the address an") as caught:
        search_query(MultiDict([*most, (name, "one more")]))
    assert name in caught.value.message("en")
    assert name in caught.value.message("th")


@pytest.mark.parametrize("name", ["limit", "offset", "year_from", "year_to"])
@pytest.mark.parametrize("value", ["ten", "1.5", "-1", "9" * 5000, "1000001", "1;drop"])
def test_a_bad_number_is_named_in_both_languages(name: str, value: str) -> None:
    with pytest.raises(BadQuery, match="\\. Correct it in the address and try agai") as caught:
        search_query(MultiDict([("q", "x"), (name, value)]))
    assert name in caught.value.message("en")
    assert name in caught.value.message("th")
    assert caught.value.message("en") != caught.value.message("th")
    assert caught.value.code == "bad_query"


def test_thai_digits_are_numbers_too() -> None:
    assert list_window(MultiDict([("limit", "๒๕"), ("offset", "๕")])) == Window(25, 5)


def test_a_query_of_a_thousand_characters_is_taken_and_a_longer_one_is_not() -> None:
    assert search_query(MultiDict([("q", "ก" * 1000)])).text == "ก" * 1000
    with pytest.raises(BadQuery, match="1000"):
        search_query(MultiDict([("q", "ก" * 1001)]))


SITE = create_app(Shelf())
words = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)
years = st.none() | st.integers(1, 9999)
queries = st.builds(
    SearchQuery,
    text=words,
    languages=st.sampled_from([(), ("en",), ("th",)]),
    kinds=st.lists(st.sampled_from(["case", "release", "report"]), unique=True).map(tuple),
    economies=st.lists(words.filter(lambda one: find_economy(one) in (None, one)), unique=True, max_size=3).map(tuple),
    events=st.lists(words, unique=True, max_size=3).map(tuple),
    themes=st.lists(words, unique=True, max_size=2).map(tuple),
    sort=st.sampled_from(["relevance", "date"]),
    year_from=years,
    year_to=years,
    limit=st.integers(1, 100),
    offset=st.integers(0, 1000),
    explain=st.booleans(),
)


@given(queries)
@settings(max_examples=60, deadline=None)
def test_the_address_of_a_query_asks_the_same_again(query: SearchQuery) -> None:
    assert search_query(MultiDict(search_arguments(query))) == query


@given(queries, st.sampled_from(["list", "columns"]))
@settings(max_examples=60, deadline=None)
def test_so_does_the_link_to_it_as_a_browser_follows_it(query: SearchQuery, view: View) -> None:
    with SITE.test_request_context():
        address = search_url(query, view)
    with SITE.test_request_context(iri_to_uri(address)):
        assert search_query(request.args) == query
        assert request.args.get("view", "list") == view
        assert request.path == "/search"


def test_thai_stands_in_links_as_it_is_and_nothing_else_that_could_break_them() -> None:
    with SITE.test_request_context():
        assert search_url(SearchQuery('ชุมชน ที่ "a&b"#é')) == "/search?q=ชุมชน+ที่+%22a%26b%22%23%C3%A9"
        assert search_url(SearchQuery("a\u00a0b\u202e\n")) == "/search?q=a%C2%A0b%E2%80%AE%0A"


@given(st.dictionaries(st.sampled_from(["q", "lang", "kind", "year_from", "limit", "offset"]), st.text(max_size=30)))
@settings(max_examples=100, deadline=None)
def test_no_argument_breaks_the_reading(args: dict[str, str]) -> None:
    try:
        query = search_query(MultiDict(args))
    except BadQuery:
        return
    assert 1 <= query.limit <= 100
    assert query.offset >= 0


def test_an_economy_may_be_named_in_thai_or_by_its_code() -> None:
    found = search_query(MultiDict([("economy", "ไทย"), ("economy", "PHL"), ("economy", "Atlantis")]))
    assert found.economies == ("Thailand", "The Philippines", "Atlantis")
