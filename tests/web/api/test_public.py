from __future__ import annotations

from flask.testing import FlaskClient

from tests.support.library import BANGKOK, TOURISM, WOMEN, many
from web import create_app


def test_the_shape_of_a_search_is_kept(site: FlaskClient) -> None:
    answer = site.get("/api/v1/search?q=women tourism&lang=th&limit=1").json
    assert list(answer) == ["query", "took_ms", "total", "results", "facets", "hint", "missing"]
    assert answer["total"] == 2
    result = answer["results"][0]
    assert list(result) == [
        "document_id",
        "title",
        "language",
        "kind",
        "date",
        "event",
        "economies",
        "themes",
        "score",
        "strength",
        "verdict",
        "passages",
    ]
    assert list(result["passages"][0]) == [
        "passage_id",
        "text",
        "language",
        "start",
        "end",
        "speaker",
        "starts_at_ms",
        "sentence",
        "highlights",
    ]
    assert set(answer["facets"]) == {"language", "kind", "economy", "event", "year", "theme"}


def test_positions_count_characters_of_the_document(site: FlaskClient) -> None:
    found = site.get("/api/v1/search?q=market&lang=th").json["results"]
    for result in found:
        text = site.get(f"/api/v1/documents/{result['document_id']}").json["text"]
        for passage in result["passages"]:
            start = passage["start"]
            assert text[start : passage["end"]] == passage["text"]
            for begin, end in passage["highlights"]:
                assert text[begin:end] == passage["text"][begin - start : end - start] == "ตลาด"
    assert found


def test_filters_are_echoed_and_applied(site: FlaskClient) -> None:
    answer = site.get(
        "/api/v1/search",
        query_string={
            "q": "market",
            "kind": ["case", "release"],
            "economy": "Thailand",
            "event": BANGKOK,
            "theme": [WOMEN, TOURISM],
            "year_from": "2019",
            "year_to": "2019",
        },
    ).json
    assert answer["query"] == {
        "q": "market",
        "language": "en",
        "lang": "any",
        "kind": ["case", "release"],
        "economy": ["Thailand"],
        "event": [BANGKOK],
        "theme": [WOMEN, TOURISM],
        "year_from": 2019,
        "year_to": 2019,
        "sort": "relevance",
        "limit": 10,
        "offset": 0,
    }
    assert {result["kind"] for result in answer["results"]} == {"case", "release"}


def test_word_pairs_are_given_only_when_asked_for(site: FlaskClient) -> None:
    plain = site.get("/api/v1/search?q=market").json["results"][0]["passages"][0]
    explained = site.get("/api/v1/search?q=market&explain=1").json["results"][0]["passages"][0]
    assert "pairs" not in plain
    assert explained["pairs"][0].keys() == {"query_word", "passage_word", "similarity"}


def test_pages_of_results_join_to_the_whole() -> None:
    site = create_app(many(7)).test_client()
    pages = [site.get(f"/api/v1/search?q=market&limit=3&offset={offset}").json for offset in (0, 3, 6, 9)]
    assert [len(page["results"]) for page in pages] == [3, 3, 1, 0]
    assert {page["total"] for page in pages} == {7}
    assert len({result["document_id"] for page in pages for result in page["results"]}) == 7


def test_no_question_gives_no_results(site: FlaskClient) -> None:
    answer = site.get("/api/v1/search").json
    assert (answer["total"], answer["results"]) == (0, [])


def test_documents_are_listed_newest_first(site: FlaskClient) -> None:
    answer = site.get("/api/v1/documents?limit=2&offset=1").json
    assert (answer["total"], answer["limit"], answer["offset"]) == (6, 2, 1)
    assert [document["document_id"] for document in answer["documents"]] == ["d-chumchon", "d-panel"]


def test_a_document_has_its_blocks_and_passages(site: FlaskClient) -> None:
    answer = site.get("/api/v1/documents/d-panel").json
    assert answer["title"] == "Panel on tourism in small towns"
    assert [block["speaker"] for block in answer["blocks"]] == ["Moderator", "Village elder"]
    assert [passage["ordinal"] for passage in answer["passages"]] == [0, 1]
    for passage in answer["passages"]:
        assert answer["text"][passage["start"] : passage["end"]] == passage["text"]


def test_the_same_story_in_the_other_language_is_said_to_be_one(site: FlaskClient) -> None:
    answer = site.get("/api/v1/documents/d-market/related?limit=4").json
    assert answer["document_id"] == "d-market"
    assert {item["document_id"]: item["same_story"] for item in answer["related"]}["d-talad"]
    assert len(answer["related"]) == 4


def test_a_mistyped_question_is_hinted_at_on_the_first_page(site: FlaskClient) -> None:
    assert site.get("/api/v1/search?q=toursim").json["hint"] == {"text": "tourism", "reason": "spelling"}
    assert site.get("/api/v1/search?q=toursim&offset=10").json["hint"] is None
    assert site.get("/api/v1/search?q=tourism").json["hint"] is None


def test_each_language_has_a_page_of_its_own(site: FlaskClient) -> None:
    one_list = site.get("/api/v1/search?q=women market&limit=100").json
    pages = site.get("/api/v1/search/by-language?q=women market&limit=100").json["pages"]
    assert list(pages) == ["en", "th"]
    for language, page in pages.items():
        assert page["results"] == [one for one in one_list["results"] if one["language"] == language]
        assert page["total"] == len(page["results"]) > 0


def test_results_can_be_had_by_date(site: FlaskClient) -> None:
    found = site.get("/api/v1/search?q=women tourism market&sort=date").json["results"]
    dates = [one["date"] or "" for one in found if one["verdict"] != "weak"]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) > 1


def test_the_list_is_filtered_and_counted(site: FlaskClient) -> None:
    answer = site.get("/api/v1/documents?kind=case&lang=th").json
    assert [one["document_id"] for one in answer["documents"]] == ["d-talad"]
    assert answer["facets"]["kind"] == {"case": 1}


def test_the_parts_of_a_case_are_given(site: FlaskClient) -> None:
    answer = site.get("/api/v1/documents/d-market").json
    told = {name: [answer["text"][start:end] for start, end in spans] for name, spans in answer["case"].items()}
    assert told["challenge"] == ["Shops closed and young people left the riverside town."]
    assert told["evidence"] == []
    assert site.get("/api/v1/documents/d-panel").json["case"] is None


def test_older_versions_and_what_changed_are_given(site: FlaskClient) -> None:
    versions = site.get("/api/v1/documents/d-panel/versions").json["versions"]
    assert [one["version"] for one in versions] == [2, 1]
    older = site.get("/api/v1/documents/d-panel/versions/1").json
    newer = site.get("/api/v1/documents/d-panel").json
    changes = site.get("/api/v1/documents/d-panel/versions/2/changes").json
    for side, text in (("before", older["text"]), ("after", newer["text"])):
        assert "".join(piece["text"] for one in changes["paragraphs"] for piece in one[side]) == text
    marked = [piece["text"] for one in changes["paragraphs"] for piece in one["after"] if piece["marked"]]
    assert "".join(marked).strip() == "that is growing old"


def test_two_documents_are_given_side_by_side(site: FlaskClient) -> None:
    rows = site.get("/api/v1/documents/d-market/aligned/d-talad").json["rows"]
    text = site.get("/api/v1/documents/d-market").json["text"]
    assert text[slice(*rows[0]["left"])] == "Shops closed and young people left the riverside town."
    assert rows[-1]["right"] is None


def test_a_passage_is_cited_by_its_characters(site: FlaskClient) -> None:
    answer = site.get("/api/v1/documents/d-panel/citation?version=1&chars=0-44").json
    assert answer["url"].endswith("/documents/d-panel/versions/1?chars=0-44#cited")
    assert answer["csl"]["abstract"] == "Welcome. How does tourism help a community?"[:44]
    assert answer["url"] in answer["apa"]["en"]
    assert "2562" in answer["apa"]["th"]
    assert site.get(answer["url"]).status_code == 200


def test_events_have_their_documents(site: FlaskClient) -> None:
    events = site.get("/api/v1/events").json["events"]
    dates = [event["date"] or "" for event in events]
    assert dates == sorted(dates, reverse=True)
    for event in events:
        documents = site.get(f"/api/v1/events/{event['slug']}").json["documents"]
        assert len(documents) == event["documents"]
        assert {one["event"] for one in documents} == {event["name"]}


def test_every_document_is_on_the_map(site: FlaskClient) -> None:
    places = site.get("/api/v1/map").json["places"]
    documents = site.get("/api/v1/documents?limit=100").json["documents"]
    assert {one["document_id"] for one in places} == {one["document_id"] for one in documents}


def test_health(site: FlaskClient) -> None:
    assert site.get("/healthz").json == {"status": "ok", "documents": 6, "passages": 13, "model": "words"}


def test_thai_is_sent_as_thai(site: FlaskClient) -> None:
    assert "สตรีผู้นำตลาดริมน้ำ".encode() in site.get("/api/v1/documents/d-talad").data
