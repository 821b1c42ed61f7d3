from __future__ import annotations

import time

import pytest

from ingest.errors import NoText
from ingest.models import BlockRole, ParsedDocument
from ingest.parsers.html import parse
from ingest.text.normalise import compose
from tests.support.hostile_files import nested_page, page_with_scripts

STORY = "<p>The forum was hosted by two economies, and its panels asked for buyers before grants.</p>" * 3


def page(body: str, head: str = "") -> ParsedDocument:
    return parse(f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode())[0]


def texts(parsed: ParsedDocument) -> list[str]:
    manuscript = compose(parsed.blocks)
    return [manuscript.text[block.start : block.end] for block in manuscript.blocks]


def test_nothing_of_scripts_styles_and_comments_reaches_the_text() -> None:
    text = "\n".join(texts(parse(page_with_scripts())[0]))
    assert "The first paragraph" in text
    assert "The second paragraph stays" in text
    assert '<script>alert("as text")</script> is only text' in text  # written out, and so escaped when shown
    for unwanted in ("in the head", "on load", "on click", "by a script", "in a link", "in a drawing", "drawn"):
        assert unwanted not in text
    for unwanted in ("framed", "frame", "no script", "commented out", "color"):
        assert unwanted not in text


@pytest.mark.parametrize(
    "tag", ["div", "b", "table", "header", "h1", "ul", "tr", "a href=x", "font", "span class=date"]
)
def test_ten_thousand_nested_tags_neither_crash_nor_take_long(tag: str) -> None:
    began = time.perf_counter()
    [parsed] = parse(nested_page(tag))
    assert time.perf_counter() - began < 10  # it takes half a second; a quadratic walk takes far longer
    assert any("bottom of it all" in block.text for block in parsed.blocks)
    assert any("one after it" in block.text for block in parsed.blocks)


@pytest.mark.parametrize(
    "noise",
    [
        "<nav><a href=/>Front page</a></nav>",
        "<div class='main-menu'>Front page</div>",
        "<ul><li><a href=/a>Front page</a></li><li><a href=/b>News</a></li></ul>",
        "<div id='cookieConsent'><p>Front page uses cookies to improve what you see.</p></div>",
        "<div role='navigation'>Front page</div>",
        "<aside><h3>Front page</h3></aside>",
        "<footer>Front page</footer>",
        "<div class='social-share'>Front page</div>",
        "<div hidden>Front page</div>",
        "<div style='display: none'>Front page</div>",
        "<form><button>Front page</button><select><option>Front page</option></select></form>",
        "<p>© 2019 Front page</p>",
        "<p>สงวนลิขสิทธิ์ Front page</p>",
    ],
)
@pytest.mark.parametrize("short", [False, True])
def test_what_surrounds_an_article_is_left_out(noise: str, short: bool) -> None:
    story = "<p>ศูนย์เปิดแล้ว</p><p>มีผู้ใช้สิบคน</p>" if short else STORY
    for body in (f"{noise}<h1>Title</h1>{story}", f"<h1>Title</h1>{story}{noise}"):
        assert "Front page" not in "\n".join(texts(page(body)))


def test_an_article_in_a_box_with_a_menus_name_is_kept() -> None:
    assert "buyers before grants" in texts(page(f"<div class='widget sidebar-left'><h1>T</h1>{STORY}</div>"))[1]


def test_the_title_stands_once_and_access_marks_go() -> None:
    title = "ไต้หวัน – ไทยร่วมส่งเสริมระบบนิเวศนวัตกรรม"
    body = f"<a href=#c>:::</a><h2>{title}</h2><h3>{title}</h3><div><a>:::</a><p>{title}</p></div>{STORY}"
    parsed = page(body, f"<title>{title} | หน่วยงาน</title>")
    assert parsed.stated.title == title
    assert texts(parsed)[0] == title
    assert "\n".join(texts(parsed)).count(title) == 1
    assert ":::" not in "\n".join(texts(parsed))


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Fair opens - The Daily</title>", "<h1>Fair opens</h1>", "Fair opens"),
        ("<meta property='og:title' content='Fair opens'>", "<h1>The Daily</h1><h2>Fair opens</h2>", "Fair opens"),
        ("<title>The Daily</title>", "<h1>Fair opens</h1>", "Fair opens"),
        ("<title>News | Fair opens in Tomsk</title>", "<div>Fair opens in Tomsk</div>", "Fair opens in Tomsk"),
        ("<title>A title that the page does not repeat</title>", "", "A title that the page does not repeat"),
        ("<title>Press Releases</title>", "<b>Fair opens</b><br><br>", None),
    ],
)  # fmt: skip
def test_the_title_is_the_articles_not_the_sites(head: str, body: str, title: str | None) -> None:
    assert page(body + STORY, head).stated.title == title


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ("<meta property='article:published_time' content='2019-10-30T08:15:00+08:00'>", "", "2019-10-30"),
        ("<meta name='DC.date' content='2019-08'>", "", "2019-08"),
        ('<script type="application/ld+json">{"@graph": [{"datePublished": "2019-06-03"}]}</script>', "", "2019-06-03"),
        ('<script type="application/ld+json">{broken</script>', "<time datetime='2019-06-03'>x</time>", "2019-06-03"),
        ("", "<div>วันที่เผยแพร่: ๕ สิงหาคม ๒๕๖๒</div>", "2019-08-05"),
        ("", "<span class='post-date'>5 Aug 2019</span>", "2019-08-05"),
        ("", "<p>Release date: October 2019</p>", "2019-10"),
        ("", "<p>The forum was held on 29 October 2019.</p>", None),
        ("<meta name='date' content='soon'>", "<p class='date'>soon</p>", None),
    ],
)
def test_only_a_stated_date_is_the_pages_date(head: str, body: str, date: str | None) -> None:
    assert page(body + STORY, head).stated.date == date


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ("<link rel='canonical' href='https://example.org/a'>", "https://example.org/a"),
        ("<meta property='og:url' content='http://example.org/b'>", "http://example.org/b"),
        ("<!-- saved from url=(0021)https://example.org/c -->", "https://example.org/c"),
        ("<link rel='canonical' href='javascript:alert(1)'>", None),
        ("<link rel='canonical' href='/relative'>", None),
    ],
)
def test_the_source_is_a_web_address(head: str, source: str | None) -> None:
    assert page(STORY, head).stated.source == source


def test_rows_of_data_stay_together_and_layout_tables_fall_apart() -> None:
    data = "<table><tr><td>Tomsk</td><td><b>June</b></td></tr><tr><td>Makati</td><td>October</td></tr></table>"
    layout = f"<table><tr><td><p>Left column</p></td><td>{STORY}{data}</td></tr></table>"
    found = texts(page(layout))
    assert "Tomsk | June" in found
    assert "Makati | October" in found
    assert not any("Left column |" in text for text in found)


def test_line_breaks_part_paragraphs_where_two_stand_together() -> None:
    found = texts(page("<div><b>พิธีเปิดศูนย์</b><br><br>ย่อหน้าแรก<br>บรรทัดสอง<br> <br>ย่อหน้าสอง</div>"))
    assert found == ["พิธีเปิดศูนย์", "ย่อหน้าแรก\nบรรทัดสอง", "ย่อหน้าสอง"]


def test_headings_keep_their_role() -> None:
    blocks = page(f"<h1>Title</h1>{STORY}<h2>Part <i>two</i></h2><ul><li>One</li><li>Two</li></ul>{STORY}").blocks
    assert [block.text for block in blocks if block.role is BlockRole.HEADING] == ["Title", "Part two"]
    assert {"One", "Two"} <= {block.text for block in blocks if block.role is BlockRole.PARAGRAPH}


@pytest.mark.parametrize("body", ["", "<script>render()</script><div id=app></div>", "<p>:::</p>"])
def test_a_page_without_text_is_an_error(body: str) -> None:
    with pytest.raises(NoText):
        page(body)
