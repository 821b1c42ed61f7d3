from __future__ import annotations

import pytest

from ingest.errors import Damaged, Encrypted, NoText
from ingest.models import BlockRole
from ingest.parsers.pdf import parse
from ingest.parsers.pdf_layout import TextLine, blocks_of
from kb.i18n import render
from tests.support.hostile_files import encrypted_pdf, pdf, scanned_pdf, truncated

BODY = [
    "The forum collected what it called best prac-",
    "tices from four cities, and an adviser can now",
    "judge them.",
]


def texts(data: bytes) -> list[str]:
    return [block.text for block in parse(data)[0].blocks]


def test_lines_become_paragraphs_and_cut_words_whole() -> None:
    assert texts(pdf(BODY)) == [
        "The forum collected what it called best practices from four cities, and an adviser can now judge them."
    ]


def test_what_repeats_on_the_pages_is_dropped_and_so_are_page_numbers() -> None:
    pages = [["Notes for advisers", *BODY, f"Page {number} of 3"] for number in (1, 2, 3)]
    assert "Notes for advisers" not in " ".join(texts(pdf(*pages)))
    assert "Page" not in " ".join(texts(pdf(*pages)))


def test_a_paragraph_goes_on_over_the_page() -> None:
    [text] = texts(pdf(BODY[:2], ["judge them."]))
    assert text.endswith("an adviser can now judge them.")


def test_an_encrypted_pdf_asks_for_the_password_to_be_removed() -> None:
    with pytest.raises(Encrypted, match="Remove the password"):
        parse(encrypted_pdf())


def test_a_scanned_pdf_asks_for_text_recognition() -> None:
    with pytest.raises(NoText, match=r"2 scanned pages and no text\. Run text recognition") as caught:
        parse(scanned_pdf(2))
    assert "OCR" in render(caught.value, "th")


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_a_truncated_pdf_is_not_half_read(part: float) -> None:
    with pytest.raises(Damaged, match=" file is incomplete\\. Download or copy it"):
        parse(truncated(pdf(BODY, BODY), part))


def test_a_pdf_without_text_and_one_without_sense_are_errors() -> None:
    with pytest.raises(NoText):
        parse(pdf([]))
    with pytest.raises(Damaged):
        parse(b"%PDF-1.4\n" + bytes(range(256)) * 20 + b"\n%%EOF")


def line(
    text: str, base: float, left: float = 40, right: float = 350, size: float = 11, bold: bool = False
) -> TextLine:
    return TextLine(text, left, right, base, size, bold)


def test_paragraphs_end_at_gaps_short_lines_items_and_new_sizes() -> None:
    page = [
        line("A heading in larger type", 560, size=16),
        line("A first line that fills the whole of the width", 530),
        line("and its last line.", 516, right=120),
        line("Another, without any gap above it to tell so,", 502),
        line("ends here", 488, right=100),
        line("1. An item of a list", 474, right=160),
        line("A bold line", 460, right=110, bold=True),
        line("And after a gap the last paragraph of the page", 420),
    ]
    blocks = list(blocks_of([page]))
    assert [block.text for block in blocks] == [
        "A heading in larger type",
        "A first line that fills the whole of the width and its last line.",
        "Another, without any gap above it to tell so, ends here",
        "1. An item of a list",
        "A bold line",
        "And after a gap the last paragraph of the page",
    ]
    headings = [block.text for block in blocks if block.role is BlockRole.HEADING]
    assert headings == ["A heading in larger type", "A bold line"]


def test_columns_are_read_one_after_the_other() -> None:
    left = [line(f"left column line {number} goes", 500 - 14 * number, 40, 190) for number in range(6)]
    right = [line(f"right column line {number} goes", 500 - 14 * number, 210, 360) for number in range(6)]
    [block] = blocks_of([[*left, *right]])
    assert block.text.startswith("left column line 0 goes left column line 1")
    assert block.text.endswith("right column line 5 goes")


def test_no_pages_give_no_blocks() -> None:
    assert list(blocks_of([])) == []
    assert list(blocks_of([[], [line("3", 20)]])) == []
