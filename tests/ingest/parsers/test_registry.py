from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import Damaged, Encrypted, IngestError, NoText, TooLarge, UnknownEncoding, UnknownType
from ingest.models import BlockRole
from ingest.parsers.registry import FORMATS, MAX_BYTES, check_size, read, sniff
from ingest.text.normalise import compose
from kb.i18n import render
from tests.support import hostile_files
from tests.support.messages import raising

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
PAGE = b"<html><body><h1>T</h1><p>Words of a page.</p></body></html>"


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (hostile_files.pdf(["Words"]), "a.txt", "PDF"),
        (b"\n\n" + hostile_files.pdf(["Words"]), "", "PDF"),
        (hostile_files.word("Words"), "a.zip", "DOCX"),
        (PAGE, "a.pdf", "HTML"),
        (b"<!-- saved --><!DOCTYPE HTML><p>Words", "", "HTML"),
        ("<html><p>คำ".encode("utf-16"), "", "HTML"),
        (b"Words with a <b>tag</b>", "a.html", "HTML"),
        (b"Words with a <b>tag</b>", "a.txt", "text"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "a.txt", "WebVTT"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n", "a.vtt", "SRT"),
        (b'{"title": "x"}\n', "a.txt", "JSON Lines"),
        (b"title,challenge\nx,y\n", "a.txt", "CSV"),
        (b"pet,age\nx,1\n", "a.csv", "CSV"),
        (b"pet,age\nx,1\n", "a.txt", "text"),
        (b"Ann: One\nBen: Two\nAnn: Three\n", "a.md", "transcript"),
        (b"# Title\n\nWords\n", "a.txt", "Markdown"),
        (b"Only words\n", "a.md", "Markdown"),
        (b"Only words\n", "a.pdf", "text"),
        (b"%PDF- is how a PDF begins, says this text."[6:], "", "text"),
        (b"RIFFs on a theme, and MZ too.", "", "text"),
    ],
)
def test_the_content_decides_what_a_file_is(data: bytes, name: str, expected: str) -> None:
    assert sniff(data, name).name == expected


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "a.txt", "The file is empty. Check that it was sav"),
        (b" \n\x00", "a.txt", "The file is empty. Check that it was sav"),
        (b"\xef\xbb\xbf", "a.txt", IngestError),
        (hostile_files.truncated(hostile_files.pdf(["Words"])), "a.pdf", " file is incomplete. Download or copy it"),
        (hostile_files.encrypted_pdf(), "a.pdf", Encrypted),
        (hostile_files.scanned_pdf(), "a.pdf", "The PDF contains "),
        (hostile_files.PNG, "release.pdf", ", which contains no text. Run text "),
        (b"\xff\xd8\xff\xe0" + bytes(40), "a.docx", ", which contains no text. Run text "),
        (hostile_files.archive(a_txt=b"words"), "a.docx", ", which cannot be ope"),
        (hostile_files.archive(xl__workbook_xml=b""), "a.docx", "each of its sheets as CSV"),
        (hostile_files.archive(ppt__presentation_xml=b""), "a.pptx", "Export it as PDF"),
        (hostile_files.truncated(hostile_files.word("Words")), "a.docx", " file is incomplete. Download or copy it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", UnknownType),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", Encrypted),
        (b"{\\rtf1 words}", "a.doc", UnknownType),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a.mht", "Save the page as “HTML only”"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "a.xml", UnknownType),
        (b"\x00\x00\x00\x20ftypisom" + bytes(40), "a.mp4", "which cannot be transcribed"),
        (hostile_files.bomb(), "a.docx", "The file unpacks to far more than a docu"),
        (hostile_files.lying_bomb(), "a.docx", Damaged),
        (hostile_files.BINARY_JUNK, "a.txt", UnknownEncoding),
        ("คำ".encode() * 50 + b"\xff", "a.txt", " has bytes that are not UTF-8 text. Corr"),
        (b"<html><script>x()</script></html>", "a.html", NoText),
        (b"WEBVTT\n", "a.vtt", NoText),
        (b"pet,age\nx,1\n", "pets.csv", "None of the columns ("),
    ],
)
def test_bad_files_give_one_clear_error(data: bytes, name: str, error: type[IngestError]) -> None:
    with raising(error) as caught:
        read(data, name)
    for language in ("en", "th"):
        message = render(caught.value, language)
        assert "\n" not in message
        assert "{" not in message
    assert any("\u0e00" < character < "\u0e7f" for character in render(caught.value, "th"))


def test_too_large_a_file_is_refused_before_it_is_read() -> None:
    check_size(MAX_BYTES)
    with pytest.raises(TooLarge, match="200 MB; at most 50 MB"):
        check_size(200 * 1024 * 1024)
    with pytest.raises(TooLarge):
        read(bytes(MAX_BYTES + 1))


def test_a_foreign_error_becomes_ours() -> None:
    broken = hostile_files.with_part(hostile_files.word("Words"), "word/document.xml", b"<not closed")
    with pytest.raises(Damaged, match="DOCX file is damaged") as caught:
        read(broken, "a.docx")
    assert caught.value.__cause__ is not None


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            b"",
            b"%PDF-1.4\n",
            b"<html>",
            b"WEBVTT\n\n",
            b"1\n00:00:01,000 --> ",
            b"title,challenge\n",
            b'{"',
            b"PK\x03\x04",
        ]
    ),
    st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "ignore"))),
)
def test_whatever_the_bytes_only_our_errors_come_out(start: bytes, rest: bytes) -> None:
    try:
        for parsed in read(start + rest):
            compose(parsed.blocks)
    except IngestError:
        pass


def test_each_format_has_its_own_name() -> None:
    assert len({form.name for form in FORMATS}) == len(FORMATS)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds of ../shared are not here")
@pytest.mark.shared
def test_the_seeds_are_read_with_one_title_and_no_marks() -> None:
    for name, title in (
        ("release-bangkok-2019.th.txt", "ไต้หวัน – ไทยร่วมส่งเสริมระบบนิเวศนวัตกรรม"),
        ("release-makati-2019.en.txt", "Chinese Taipei and the Philippines Jointly Work"),
    ):
        [parsed] = read((SEEDS / name).read_bytes(), name)
        manuscript = compose(parsed.blocks)
        assert manuscript.text.startswith(title)
        assert manuscript.text.count(title) == 1
        assert manuscript.blocks[0].role is BlockRole.HEADING
        assert ":::" not in manuscript.text
        assert len(manuscript.blocks) >= 7
