from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.models import Evidence, Passage, PassageHit, Span
from web.presenters.highlighting import CONTEXT, Anchor, MarkedRun, excerpt, runs, script_language

TEXT = "Shops closed. กลุ่มสตรีเปิดตลาด. Sales doubled."


def said(shown: tuple[MarkedRun, ...]) -> str:
    return "".join(piece.text for run in shown for piece in run.pieces)


def span_of(words: str, text: str = TEXT) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_the_best_sentence_is_set_off_and_its_words_are_marked() -> None:
    evidence = Evidence(span_of("กลุ่มสตรีเปิดตลาด."), (span_of("ตลาด"), span_of("สตรี")))
    shown = runs(TEXT, Span(0, len(TEXT)), (evidence,))
    assert [(run.best, run.language) for run in shown] == [(False, "en"), (True, "th"), (False, "en")]
    assert [piece.text for piece in shown[1].pieces if piece.marked] == ["สตรี", "ตลาด"]
    assert said(shown) == TEXT


def test_a_passage_begins_where_its_anchor_is() -> None:
    text = "Shops closed. Sales doubled."
    shown = runs(text, Span(0, len(text)), anchors=(Anchor(0, 0), Anchor(1, 14), Anchor(2, 999)))
    assert [(run.anchor, run.pieces[0].text) for run in shown] == [(0, "Shops closed. "), (1, "Sales doubled.")]


def test_another_language_inside_a_sentence_has_its_own_voice() -> None:
    for text, voices in (
        ("The word สะพาน means a bridge.", ["en", "th", "en"]),
        ("งานของ SMEA และ สสว. ในกรุงเทพมหานคร", ["th"]),
        ("เวทีเอเปค Local Innovation Ecosystem Forum ณ กรุงเทพมหานครเมื่อวานนี้", ["th", "en", "th"]),
    ):
        assert [run.language for run in runs(text, Span(0, len(text)))] == voices


def test_text_without_letters_has_no_language() -> None:
    assert script_language("12 % – 2562") is None
    assert script_language("SMEA 2562") == "en"
    assert script_language("โครงการของ SMEA ในปี 2562") == "th"


spans = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Span(min(ends), max(ends)))
evidences = st.builds(Evidence, spans, st.lists(spans, max_size=4).map(tuple))


@given(
    st.text(alphabet="ab กา้.\n<&", min_size=60, max_size=60),
    spans,
    st.lists(evidences, max_size=3),
    st.lists(st.builds(Anchor, st.integers(0, 9), st.integers(0, 60)), max_size=3),
)
@settings(max_examples=100, deadline=None)
def test_no_character_is_lost_or_shown_twice(
    text: str, span: Span, evidence: list[Evidence], anchors: list[Anchor]
) -> None:
    shown = runs(text, span, evidence, sorted(anchors, key=lambda anchor: anchor.start))
    assert said(shown) == text[span.start : span.end]
    at = span.start
    for run in shown:
        for piece in run.pieces:
            for place in range(at, at + len(piece.text)):
                inside = any(mark.start <= place < mark.end for item in evidence for mark in item.highlights)
                assert piece.marked == inside
                best = any(item.sentence.start <= place < item.sentence.end for item in evidence)
                assert run.best == best
            at += len(piece.text)


def hit(text: str, start: int, sentence: Span, *marks: Span) -> PassageHit:
    passage = Passage("p", "d", 0, start, start + len(text), "en", text, (sentence,))
    return PassageHit(passage, 1.0, Evidence(sentence, marks))


def test_an_excerpt_keeps_the_whole_sentence_and_some_words_around_it() -> None:
    text = "before " * 60 + "The answer is here. " + "after " * 60
    at = text.index("The")
    shown = excerpt(hit(text, 1000, Span(1000 + at, 1000 + at + 19), Span(1000 + at + 4, 1000 + at + 10)))
    words = said(shown.runs)
    assert shown.clipped_before
    assert shown.clipped_after
    assert "The answer is here." in words
    assert words.startswith("before ")
    assert len(words) <= 19 + 2 * CONTEXT
    assert [piece.text for run in shown.runs for piece in run.pieces if piece.marked] == ["answer"]


def test_an_excerpt_keeps_to_its_paragraph() -> None:
    paragraph = "The answer is here. " + "More of the same story follows it. " * 2
    text = "A heading\n\n" + paragraph + "\n\nAnother matter."
    at = text.index("The")
    shown = excerpt(hit(text, 50, Span(50 + at, 50 + at + 19)))
    assert said(shown.runs) == paragraph
    assert not shown.clipped_before
    assert not shown.clipped_after


def test_a_heading_is_shown_with_what_follows() -> None:
    text = "A heading\n\nWhat follows."
    assert said(excerpt(hit(text, 0, Span(0, 9))).runs) == text


def test_an_excerpt_of_a_short_passage_is_the_passage() -> None:
    shown = excerpt(hit("One. Two. Three.", 7, Span(12, 16)))
    assert said(shown.runs) == "One. Two. Three."
    assert not shown.clipped_before
    assert not shown.clipped_after


def test_thai_without_spaces_is_not_cut() -> None:
    text = "ก" * 300 + " คำตอบ " + "ข" * 300
    shown = excerpt(hit(text, 0, Span(301, 306)))
    assert said(shown.runs).strip() == "คำตอบ"
