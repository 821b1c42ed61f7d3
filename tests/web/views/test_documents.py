from __future__ import annotations

import itertools
import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from ingest.models import BlockRole, Kind
from kb.models import AlignedPair, StoredFile
from tests.support.html_reading import misspoken, soup, text
from tests.support.library import BANGKOK, DRAFTS, HOSTILE, MAKATI, TOURISM, WOMEN, Draft, Shelf
from web import create_app

WAS = (
    (BlockRole.HEADING, "Women of the delta", None),
    (BlockRole.PARAGRAPH, "Forty visitors came on the first day, from nine economies.", None),
    (BlockRole.HEADING, "What they saw", None),
    (BlockRole.PARAGRAPH, "This stays.", None),
    (BlockRole.PARAGRAPH, "This stays too.", None),
    (BlockRole.PARAGRAPH, "This stays as well.", None),
    (BlockRole.PARAGRAPH, "And so does this.", None),
    (BlockRole.HEADING, "What they said", None),
    (BlockRole.PARAGRAPH, "This will be taken out again.", None),
    (BlockRole.HEADING, "What became of it", None),
    (BlockRole.PARAGRAPH, "กลุ่มสตรีเปิดตลาดนัดประจำสัปดาห์ มีผู้ซื้อ 40 คน", None),
)
NOW = (
    WAS[0],
    (BlockRole.PARAGRAPH, "Forty-two visitors came on the first day, from nine economies.", None),
    *WAS[2:8],
    WAS[9],
    (BlockRole.PARAGRAPH, "กลุ่มสตรีเปิดตลาดนัดประจำสัปดาห์ มีผู้ซื้อ 62 คน", None),
    (BlockRole.PARAGRAPH, "This is new in the second version.", None),
)
SECTIONS = (
    (BlockRole.PARAGRAPH, "A case from Thailand.", None),
    (BlockRole.HEADING, "ปัญหา", None),
    (BlockRole.PARAGRAPH, "The tourism of the village brought no income.", None),
    (BlockRole.PARAGRAPH, "Young people left it.", None),
    (BlockRole.HEADING, "Results", None),
    (BlockRole.PARAGRAPH, "Tourism feeds forty families now.", None),
    (BlockRole.HEADING, "About the author", None),
    (BlockRole.PARAGRAPH, "She lives there.", None),
)
MORE = (
    Draft("d-delta", "Women of the delta", Kind.RELEASE, NOW, earlier=WAS, source="https://example.org/</script>"),
    Draft("d-village", "A village and its guests", Kind.CASE, SECTIONS, themes=(TOURISM,)),
)
PAGES = [
    "/documents/d-delta?q=visitors",
    "/documents/d-village?q=tourism",
    "/documents/d-delta/versions",
    "/documents/d-delta/versions/1",
    "/documents/d-delta/versions/1?chars=25-60",
    "/documents/d-delta/versions/2",
    "/documents/d-delta/versions/2/changes",
    "/documents/d-talad/beside/d-market?q=market",
    "/documents/d-hostile/beside/d-delta",
    "/documents/d-panel/cite?chars=0-40",
    "/documents/d-talad/cite",
    "/documents/d-hostile/cite",
    "/documents/d-mixed/cite?chars=0-60",
    "/documents/d-delta/versions/9",
    "/documents/d-delta/versions/1?chars=9-2",
]


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf((*DRAFTS, *MORE))
    first = made.earlier["d-delta"]
    was = replace(first.summary, version=1, title="The delta", date="2019-08", economies=("Russia",))
    made.earlier["d-delta"] = replace(first, summary=was)
    return made


@pytest.fixture
def site(shelf: Shelf) -> FlaskClient:
    return create_app(shelf).test_client()


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def links(page: BeautifulSoup | Tag, selector: str) -> dict[str, str]:
    return {text(link): str(link["href"]) for link in page.select(selector)}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_page_is_well_built_and_spoken_right(site: FlaskClient, address: str, language: str) -> None:
    page = soup(site, f"{address}{'&' if '?' in address else '?'}ui={language}")
    assert misspoken(page) == []
    assert len(page.find_all("h1")) == 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3"])]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    inside = [str(link["href"])[1:] for link in page.select("a[href^='#']")]
    assert set(inside) <= set(ids)


@pytest.mark.parametrize("address", [address for address in PAGES if "d-hostile" in address])
def test_hostile_content_is_only_text(site: FlaskClient, address: str) -> None:
    page = soup(site, address)
    assert all(str(script["src"]).startswith("/static/") for script in page.find_all("script"))
    assert [image["src"] for image in page.find_all("img")] == [one(page, ".brand img")["src"]]
    assert not [tag for tag in page.find_all() if any(name.startswith("on") for name in tag.attrs)]
    assert HOSTILE in text(page.body)


# ---- the document


def test_a_document_marks_what_answers_the_question(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-panel?q=tourism&kind=transcript&view=columns")
    assert [text(mark) for mark in page.select(".text mark")] == ["tourism", "Tourism"]
    assert list(links(page, ".found a").values()) == ["#p-0", "#p-1"]
    assert one(page, ".back a")["href"] == "/search?q=tourism&kind=transcript&view=columns"


def test_each_match_leads_to_the_one_before_and_after(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-panel?q=tourism")
    first, second = page.select(".match")
    assert text(first).startswith("Match 1 of 2")
    assert links(first, "a") == {"↓Next match": "#p-1"}
    assert links(second, "a") == {"↑Previous match": "#p-0"}
    assert "guests" in text(second.find_parent(class_="block"))  # beside its own paragraph


def test_a_document_opened_plainly_has_no_marks_but_all_its_anchors(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-market")
    assert page.select("mark, .best, .found, .match, .search-back") == []
    assert [tag["id"] for tag in page.select(".text [id^=p-]")] == ["p-0", "p-1", "p-2"]


def test_a_title_that_is_also_the_first_heading_is_shown_once(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-chumchon?q=ท่องเที่ยว")
    assert page.select(".text h2") == []
    assert one(page, "h1").find(id="p-0") is not None
    assert text(one(page, "h1").mark) == "ท่องเที่ยว"


def test_a_document_tells_its_facts_and_leads_to_those_that_share_them(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-panel")
    facts = {text(pair.dt): text(pair.dd) for pair in page.select("dl.about > div")}
    assert facts == {
        "Kind": "Transcript",
        "Date": "29 October 2019",
        "Event": MAKATI,
        "Economies": "The Philippines, Thailand",
        "Themes": "Tourism and food ecosystems, Ageing communities and young people returning",
        "Organisations": "SMEA",
        "Language": "English",
        "Source": "https://example.org/panel.html?a=1&b=2",
    }
    leads = links(page, "dl.about a")
    assert leads["Transcript"] == "/documents?kind=transcript"
    assert leads["Thailand"] == "/documents?economy=Thailand"
    assert leads[TOURISM] == "/documents?theme=Tourism+and+food+ecosystems"
    assert leads[MAKATI] == "/events/apec-local-innovation-ecosystem-forum-makati"
    for address in leads.values():
        if address.startswith("/"):
            listed = soup(site, address)
            assert "Panel on tourism in small towns" in text(listed.body)
            assert "สตรีผู้นำตลาดริมน้ำ" not in text(listed.body) or "Thailand" in address


def test_the_same_story_in_the_other_language_is_linked_and_can_be_read_beside(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-talad?q=market")
    twin, beside = page.select(".twin a")
    assert (twin["href"], twin["lang"]) == ("/documents/d-market?q=market", "en")
    assert beside["href"] == "/documents/d-talad/beside/d-market?q=market"


def test_related_documents_stand_in_both_languages(site: FlaskClient) -> None:
    sections = soup(site, "/documents/d-talad").select(".related section")
    assert [text(section.h3) for section in sections] == ["English", "Thai"]
    for section, language in zip(sections, ("English", "Thai"), strict=True):
        assert {text(tag) for tag in section.select(".tag")} == {language}
    assert "Women lead the riverside market" not in text(one(soup(site, "/documents/d-talad"), ".related"))


def test_a_sample_says_that_it_is_one(site: FlaskClient) -> None:
    assert "sample" in text(soup(site, "/documents/d-market").select_one(".notice"))
    assert soup(site, "/documents/d-panel").select_one(".notice") is None


def test_headings_make_an_outline_where_there_are_enough(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-delta")
    outline = links(page, ".outline a")
    assert list(outline) == ["What they saw", "What they said", "What became of it"]
    assert [text(page.find(id=address[1:])) for address in outline.values()] == list(outline)
    assert soup(site, "/documents/d-panel").select(".outline") == []


def test_every_paragraph_can_be_cited(site: FlaskClient, shelf: Shelf) -> None:
    for document_id, document in shelf.shelved.items():
        page = soup(site, f"/documents/{document_id}")
        told = [block for block in document.blocks if block.role is not BlockRole.HEADING]
        cites = page.select(".cite")
        assert len({text(link) for link in cites}) == len(cites) == len(told)
        for link, block in zip(cites, told, strict=True):
            assert str(link["href"]).endswith(f"chars={block.start}-{block.end}")
            cited = soup(site, str(link["href"]))
            assert text(cited.blockquote) == " ".join(document.text[block.start : block.end].split())


def test_a_document_goes_on_a_reading_list(site: FlaskClient) -> None:
    assert links(soup(site, "/documents/d-panel"), ".actions a")["Add to reading list"] == "/list?item=d-panel"
    cited = soup(site, "/documents/d-panel/cite?chars=0-40&version=1")
    assert links(cited, ".tools a")["Add to reading list"] == "/list?item=d-panel.1.0-40"


# ---- the card of a case


def test_a_case_is_a_card_of_its_five_parts(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-talad?ui=en")
    told = {text(part.h2): text(part.select_one("div p")) for part in page.select(".casecard .told")}
    assert list(told) == ["Challenge", "Approach", "Actors", "Results", "Evidence"]
    assert told["Challenge"] == "ร้านค้าปิดตัวลงและคนรุ่นใหม่ย้ายออกจากเมืองริมน้ำ"
    assert told["Actors"] == told["Results"] == told["Evidence"] == "Not stated"
    thai = soup(site, "/documents/d-talad?ui=th")
    assert text(one(thai, ".told h2")) == "ปัญหาและความท้าทาย"
    assert list(links(page, ".outline a").values()) == ["#f-challenge", "#f-approach"]


def test_sections_that_are_named_like_parts_make_a_card_too(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-village?q=tourism&ui=en")
    first = one(page, "#f-challenge")
    assert text(first.h2) == "Challenge ปัญหา"
    assert text(one(page, "#f-results").h2) == "Results"
    assert len(first.select(".block")) == 2
    assert [text(mark) for mark in page.select("mark")] == ["tourism", "Tourism"]
    assert text(page.select(".text > .block")[0]).startswith("A case from Thailand.")
    assert text(page.select(".text > .block")[-1]).startswith("She lives there.")


def test_a_card_loses_nothing_and_shows_nothing_twice(site: FlaskClient, shelf: Shelf) -> None:
    for document_id, document in shelf.shelved.items():
        page = soup(site, f"/documents/{document_id}?q=tourism market")
        for heading in page.select(".told > h2"):
            if own := heading.select_one(".own"):
                heading.replace_with(own)
            elif text(heading) not in document.text:
                heading.decompose()
        for tag in page.select(".margin, .untold"):
            tag.decompose()
        shown = text(one(page, "h1")) + text(one(page, ".text"))
        for block in document.blocks:
            words = " ".join(document.text[block.start : block.end].split())
            assert shown.count(words) == document.text.count(words), words
        anchors = [tag["id"] for tag in page.select("[id^=p-]")]
        assert sorted(anchors) == sorted(f"p-{passage.ordinal}" for passage in document.passages)


def test_a_case_that_is_told_in_no_parts_is_plain_text() -> None:
    plain = Draft("d-plain", "A plain case", Kind.CASE, ((BlockRole.PARAGRAPH, "They sold more.", None),))
    page = soup(create_app(Shelf([plain])).test_client(), "/documents/d-plain")
    assert page.select(".casecard") == []
    assert text(one(page, ".text .block > p")) == "They sold more."


# ---- the original


def test_the_original_is_a_file_to_keep_and_is_sent_once(site: FlaskClient, shelf: Shelf) -> None:
    answer = site.get("/documents/d-talad/original")
    assert answer.data == shelf.original("d-talad").data
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert f"filename*=UTF-8''{quote('d-talad ต้นฉบับ.html')}" in disposition
    again = site.get("/documents/d-talad/original", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = site.get("/documents/d-panel/original", headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200


def test_a_hostile_file_name_does_no_harm() -> None:
    class Named(Shelf):
        def original(self, document_id: str) -> StoredFile:
            return StoredFile('a\r\nSet-Cookie: x=1\x00".html', b"<script>alert(1)</script>")

    answer = create_app(Named()).test_client().get("/documents/d-talad/original")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment")


# ---- versions


def test_versions_are_listed_with_what_changed(site: FlaskClient) -> None:
    assert "2 versions" in links(soup(site, "/documents/d-delta"), ".actions a")
    page = soup(site, "/documents/d-delta/versions")
    newest, oldest = page.select(".versions > li")
    assert "Women of the delta" in text(newest)
    assert "The delta" in text(oldest)
    assert (
        "2 paragraphs rewritten; one paragraph added; one paragraph removed; details changed: Title, Date, Economies."
        in text(newest)
    )
    assert "First version, as imported." in text(oldest)
    assert [time["datetime"] for time in page.select("time")] == ["2026-01-12T09:00:00Z", "2026-01-11T09:00:00Z"]
    assert [link["href"] for link in page.select(".versions h2 a")] == [
        "/documents/d-delta/versions/2",
        "/documents/d-delta/versions/1",
    ]
    assert not [link for link in links(soup(site, "/documents/d-talad"), ".actions a") if "version" in link]


def test_an_old_version_is_as_it_was_and_says_that_it_is_old(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-delta/versions/1")
    assert text(page.h1) == "The delta"
    assert "Forty visitors" in text(one(page, ".text"))
    assert "Forty-two" not in text(page.body)
    assert "not the current version" in text(one(page, ".notice"))
    assert links(page, ".notice a")["Read the current version"] == "/documents/d-delta"


def test_the_current_version_has_the_text_of_the_document(site: FlaskClient) -> None:
    now, page = soup(site, "/documents/d-delta/versions/2"), soup(site, "/documents/d-delta")
    assert text(one(now, ".text")) == text(one(page, ".text"))
    assert now.select(".notice") == []


@pytest.mark.parametrize(("start", "end"), [(20, 60), (22, 30), (100, 170), (18, 21)])
def test_cited_characters_are_set_off_exactly(site: FlaskClient, shelf: Shelf, start: int, end: int) -> None:
    page = soup(site, f"/documents/d-delta/versions/1?chars={start}-{end}")
    words = shelf.earlier["d-delta"].text[start:end]
    set_off = page.select(".version .best")
    assert "".join(tag.get_text() for tag in set_off) == words.replace("\n", "")
    assert set_off[0]["id"] == "cited"
    assert links(page, ".actions a")["Go to the cited passage"] == "#cited"


@pytest.mark.parametrize("chars", ["5-5", "9-2", "x", "1-", "0-99999", "-1-4", "18-20", "1-2-3", "๑-๒", "9" * 30])
@pytest.mark.parametrize("page", ["versions/1", "cite", "cite.bib"])
def test_impossible_characters_are_said(site: FlaskClient, page: str, chars: str) -> None:
    answer = site.get(f"/documents/d-delta/{page}?chars={chars}&ui=en")
    assert answer.status_code == 400
    assert "is not a range of this text" in answer.text


@pytest.mark.parametrize(
    "address", ["versions/3", "versions/1/changes", "versions/3/changes", "versions/99999999999", "versions/0"]
)
def test_a_version_that_is_not_there_is_not_found(site: FlaskClient, address: str) -> None:
    assert site.get(f"/documents/d-delta/{address}").status_code == 404


def test_changes_are_set_off_in_words_that_are_heard_too(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-delta/versions/2/changes")
    for hidden in page.select(".unseen"):
        assert text(hidden) in {"[added]", "[removed]", "Search in English or Thai"}
        hidden.extract()
    text_part = one(page, ".levels")
    gone = [text(tag) for tag in text_part.select("del")]
    assert gone == ["Forty", "This will be taken out again.", "40"]
    assert [text(tag) for tag in text_part.select("ins")] == ["Forty-two", "62", "This is new in the second version."]
    assert text(one(page, ".fold summary")).startswith("Unchanged paragraphs (")
    facts = {text(pair.dt): text(pair.dd) for pair in page.select(".facts-changed > div")}
    assert facts == {
        "Title": "The delta Women of the delta",
        "Date": "August 2019 2 August 2019",
        "Economies": "Russia Thailand",
    }


def test_added_and_removed_are_said_in_words(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-panel/versions/2/changes?ui=en")
    added = [text(tag) for tag in page.select("ins")]
    assert added == ["[added] that is growing old"]


# ---- side by side


def test_two_documents_stand_beside_each_other_whole(site: FlaskClient, shelf: Shelf) -> None:
    page = soup(site, "/documents/d-talad/beside/d-market?q=market&ui=en")
    head, *levels = page.select(".level")
    assert list(links(head, "a").values()) == ["/documents/d-talad?q=market", "/documents/d-market?q=market"]
    for side, document_id in enumerate(("d-talad", "d-market")):
        words = " ".join(text(level.find_all("div", recursive=False)[side]) for level in levels)
        for block in shelf.document(document_id).blocks:
            assert words.count(shelf.document(document_id).text[block.start : block.end]) == 1
    assert [text(mark) for mark in page.select("mark")] == ["ตลาด", "market"]
    assert links(page, ".actions a")["Swap the sides"] == "/documents/d-market/beside/d-talad?q=market"
    assert page.find(string=lambda words: "do not seem to have the same content" in words) is None
    assert [text(part) for part in levels[0].select(".part")] == ["Challenge", "Challenge"]


def test_documents_of_two_stories_are_said_to_be_so(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-panel/beside/d-talad?ui=en")
    assert "do not seem to have the same content" in text(one(page, ".notice"))
    assert [text(name) for name in page.select(".spoken b")] == ["Moderator", "Village elder"]


def test_a_stretch_that_cuts_a_turn_names_its_speaker_once() -> None:
    class Cut(Shelf):
        def aligned(self, document_id: str, other_id: str) -> tuple[AlignedPair, ...]:
            whole = super().aligned(document_id, other_id)
            left = whole[0].left
            assert left is not None
            first, second = replace(left, end=left.start + 9), replace(left, start=left.start + 9)
            return (replace(whole[0], left=first), replace(whole[0], left=second, right=None), *whole[1:])

    page = soup(create_app(Cut()).test_client(), "/documents/d-panel/beside/d-talad")
    assert [text(name) for name in page.select(".spoken b")] == ["Moderator", "Village elder"]
    assert "Welcome. How does tourism help" in " ".join(text(level.div) for level in page.select(".level"))


def test_a_document_beside_itself_is_the_document(site: FlaskClient) -> None:
    answer = site.get("/documents/d-panel/beside/d-panel")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/documents/d-panel")
    assert site.get("/documents/d-panel/beside/none").status_code == 404


# ---- citations


def test_a_passage_is_cited_with_its_lasting_link(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-panel/cite?version=1&chars=0-43&ui=en")
    assert text(page.h1) == "Cite this passage"
    assert text(page.blockquote) == "Welcome. How does tourism help a community?"
    assert text(one(page, ".spoken")) == "Moderator 0:00"
    link = "http://localhost/documents/d-panel/versions/1?chars=0-43#cited"
    assert text(one(page, "#link")) == link
    assert text(one(page, "#apa")).endswith(link)
    assert "speaker: Moderator" in text(one(page, "#apa"))
    assert [text(tag) for tag in page.select("#apa i")] == ["Panel on tourism in small towns"]
    opened = soup(site, link.removeprefix("http://localhost"))
    assert text(one(opened, "#cited")) == "Welcome. How does tourism help a community?"


@pytest.mark.parametrize(
    ("suffix", "mimetype", "begins"),
    [
        ("bib", "application/x-bibtex", "@misc{saphan-d-talad"),
        ("ris", "application/x-research-info-systems", "TY  - RPRT"),
        ("json", "application/vnd.citationstyles.csl+json", "["),
        ("txt", "text/plain", "สตรีผู้นำตลาดริมน้ำ [Best-practice case]. (2019, August)."),
    ],
)
def test_each_form_is_a_file_that_says_what_the_page_says(
    site: FlaskClient, suffix: str, mimetype: str, begins: str
) -> None:
    page = soup(site, "/documents/d-talad/cite?chars=0-20&ui=en")
    link = next(str(link["href"]) for link in page.select(".tools a") if f"cite.{suffix}" in str(link["href"]))
    answer = site.get(link)
    shown = one(page, "#apa" if suffix == "txt" else f"#{suffix}").get_text()
    assert answer.text.replace("\r\n", "\n").strip() == shown.replace("\r\n", "\n").strip()
    assert answer.mimetype == mimetype
    assert answer.text.startswith(begins)
    assert quote("สตรีผู้นำตลาดริมน้ำ") in answer.headers["Content-Disposition"]


def test_a_sample_warns_whoever_cites_it(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-market/cite?ui=en")
    assert "Do not cite it" in text(one(page, ".notice"))
    for form in ("#apa", "#bib", "#ris", "#json"):
        assert "do not cite" in text(one(page, form)).lower()


def test_an_unknown_form_or_version_is_not_found(site: FlaskClient) -> None:
    assert site.get("/documents/d-panel/cite.doc").status_code == 404
    assert site.get("/documents/d-panel/cite?version=7").status_code == 404
    assert site.get("/documents/d-panel/cite?version=x").status_code == 400


# ---- schema.org


def described(site: FlaskClient, document_id: str) -> dict[str, object]:
    script = one(soup(site, f"/documents/{document_id}"), "script[type='application/ld+json']")
    told: dict[str, object] = json.loads(script.string or "")
    return told


def test_a_document_describes_itself_to_machines(site: FlaskClient) -> None:
    told = described(site, "d-talad")
    assert told["@context"] == "https://schema.org"
    assert told["@type"] == "Article"
    assert told["name"] == "สตรีผู้นำตลาดริมน้ำ"
    assert told["inLanguage"] == "th"
    assert told["datePublished"] == "2019-08"
    assert told["url"] == "http://localhost/documents/d-talad"
    assert told["mentions"] == [{"@type": "Organization", "name": "SMEA"}]
    assert told["about"] == [{"@type": "Thing", "name": WOMEN}]
    assert told["spatialCoverage"] == [{"@type": "Place", "name": "Thailand"}]
    part: dict[str, object] = told["isPartOf"]  # type: ignore[assignment]
    assert part["about"] == {"@type": "Event", "name": BANGKOK}
    assert part["url"] == "http://localhost/events/apec-local-innovation-ecosystem-forum-bangkok"
    twin: list[dict[str, str]] = told["workTranslation"]  # type: ignore[assignment]
    assert [(one["inLanguage"], one["url"]) for one in twin] == [("en", "http://localhost/documents/d-market")]
    assert "creativeWorkStatus" not in told


@pytest.mark.parametrize(
    ("document_id", "kind"), [("d-panel", "CreativeWork"), ("d-chumchon", "NewsArticle"), ("d-mixed", "Report")]
)
def test_kinds_have_their_types(site: FlaskClient, document_id: str, kind: str) -> None:
    assert described(site, document_id)["@type"] == kind


def test_a_sample_is_called_one_to_machines_too(site: FlaskClient) -> None:
    assert "do not cite" in str(described(site, "d-market")["creativeWorkStatus"])


def test_hostile_titles_stay_inside_the_description(site: FlaskClient) -> None:
    page = soup(site, "/documents/d-hostile")
    assert len(page.find_all("script", src=None)) == 1
    told = described(site, "d-hostile")
    assert told["name"] == HOSTILE
    assert "isBasedOn" not in told  # javascript: is no address
    assert described(site, "d-delta")["isBasedOn"] == "https://example.org/</script>"
