"""Tokens, words, sentences, runs and languages of English, Thai, mixed and damaged text."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.language import ScriptRun, asked_in, dominant, languages, runs, sentences, tokens, words

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
MARKS = "\u0e31\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
LEADING = "เแโใไ"

thai = st.text(alphabet=st.characters(min_codepoint=0x0E00, max_codepoint=0x0E7F), max_size=60)
odd = st.lists(
    st.one_of(
        thai,
        st.text(max_size=20),
        st.sampled_from(
            [
                "สสว.",
                "พ.ศ. ๒๕๖๒",
                "U.S.",
                "1,234.50",
                " ",
                "\n",
                "co-host",
                "e\u0301",
                "\u200d",
                "👩\u200d🌾",
                "กำ",
                "เก่ง",
            ]
        ),
    ),
    max_size=12,
).map("".join)


def terms(text: str) -> list[str]:
    return [word.term for word in words(text)]


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@settings(max_examples=150, deadline=None)
@given(odd)
def test_tokens_join_to_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text
    assert all(tokens(text))


@settings(max_examples=150, deadline=None)
@given(odd)
def test_no_token_begins_inside_a_thai_cluster(text: str) -> None:
    pieces = tokens(text)
    for before, piece in pairwise(pieces):
        if not before[-1].isspace():
            assert piece[0] not in MARKS
        assert not (before[-1] in LEADING and "ก" <= piece[0] <= "ฮ")


@settings(max_examples=100, deadline=None)
@given(odd)
def test_words_and_sentences_lie_in_order_within_the_text(text: str) -> None:
    for found in (words(text), sentences(text)):
        place = 0
        for span in found:
            assert place <= span.start < span.end <= len(text)
            place = span.end
    inside = "".join(text[span.start : span.end] for span in sentences(text))
    assert "".join(inside.split()) == "".join(text.split())
    for span in sentences(text):
        assert text[span.start : span.end] == text[span.start : span.end].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("มีผู้เข้าร่วม1,234.50คน", "1,234.50"),
        ("จากสสว.ไทย", "สสว."),
        ("เมื่อ พ.ศ. 2562", "พ.ศ."),
        ("เมื่อเดือนมิ.ย.ที่ผ่านมา", "มิ.ย."),
        ("ผอ.เหลยฯ ระบุ", "ผอ."),
        ("in the U.S. market", "U.S."),
        ("Ms. Wen-Ling Su", "Wen-Ling"),
        ("the women's group", "women's"),
        ("กับ Jerry Clavesillasที่มากาตี", "Clavesillas"),
        ("พัฒนาระบบนิเวศนวัตกรรมในชนบท", "ระบบนิเวศนวัตกรรม"),
        ("ให้วิสาหกิจขนาดกลางและขนาดย่อมในท้องถิ่น", "วิสาหกิจขนาดกลางและขนาดย่อม"),
        ("R&D costs", "R&D"),
    ],
)
def test_tokens_that_stay_whole(text: str, expected: str) -> None:
    assert expected in tokens(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("สสว.", "สสว"),
        ("U.S.", "US"),
        ("Innovations", "innovation"),
        ("๒๕๖๒", "2562"),
        ("1,234", "1234"),
        ("ต่าง ๆ", "ต่าง"),
        ("กรุงเทพฯ", "กรุงเทพ"),
        ("café", "CAFE"),
        ("best-practice", "best practices"),
        ("e-commerce", "ecommerce"),
        ("women’s", "women's"),
        ("ระบบนิเวศนวัตกรรม", "ระบบนิเวศ นวัตกรรม"),
    ],
)
def test_words_meet_in_search_form(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def test_words_drop_signs_and_keep_buddhist_years() -> None:
    assert terms("“ปี ๒๕๖๒” – (ฯลฯ) … !") == ["ปี", "2562"]


def test_words_count_characters_of_the_whole_text() -> None:
    text = "สวัสดี local innovation ในชนบท"
    found = words(text, 7, 23)
    assert [text[word.start : word.end] for word in found] == ["local", "innovation"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was opened by Ms. Wen-Ling SU and Mr. Lee. All agreed.", 2),
        ("He works in the U.S. Department of Trade. It is large.", 2),
        ("They sell to the U.S. The market is large.", 2),
        ("See No. 5 of the list, e.g. this one, i.e. the last. Then stop.", 2),
        ("The price rose by 3.5 per cent in 2.4 days. Nobody minded.", 2),
        ("Wait... it went on. Then it stopped!", 2),
        ('She said: "We need a door." Then she left.', 2),
        ("It is open (since June.) People come.[1] Others go.", 3),
        ("Is it ready? Yes! Good.", 3),
        ("J. K. Rao wrote it. S. Lim read it.", 2),
        ("3. Next steps are these. 4. The last step is that.", 2),
        ("Growth came to the region.The centre helped.", 2),
        ("one line\nanother line", 2),
        ("Acme Co. Ltd. sells rice. It grows.", 2),
    ],
)
def test_english_sentences(text: str, expected: int) -> None:
    assert len(cut(text)) == expected, cut(text)


def test_abbreviation_keeps_the_name_with_its_title() -> None:
    text = "The event is kicked off by Ms. Wen-Ling SU, Deputy Director General. In her remarks, Ms. SU agrees."
    assert cut(text) == [text[: text.index(" In her")], text[text.index("In her") :]]


def test_thai_sentences_end_at_spaces_but_not_after_abbreviations_or_first_names() -> None:
    text = (
        "ผอ.เหลยฯ ระบุว่าเมืองหลวงครองสัดส่วนการส่งออกสูงมาก และนายสุวรรณชัย โลหะวัฒนกุล ผู้อำนวยการ สสว. เห็นด้วย "
        "นอกจากนี้ยังได้ขอบคุณหน่วยงานไทยที่ให้การสนับสนุนแนวคิดของไต้หวันในครั้งนี้"
    )
    found = cut(text)
    assert found[-1].startswith("นอกจากนี้")
    assert not any(sentence.endswith(("ผอ.", "สสว.", "นายสุวรรณชัย")) for sentence in found)


def test_thai_sentence_of_great_length_is_split_at_spaces() -> None:
    clause = "โครงการนี้ช่วยให้ผู้ประกอบการในชนบทเข้าถึงตลาดและแหล่งทุนได้ง่ายขึ้นกว่าแต่ก่อน"
    text = " ".join(f"ซึ่ง{clause}" for _ in range(12))
    assert max(map(len, cut(text))) <= 400
    assert " ".join(cut(text)) == text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("หน่วยงานนี้ให้กู้ร้อยละ 5 ต่อปีแก่ผู้ประกอบการในท้องถิ่น จากนั้นเขาก็กลับไปทำงานที่บ้านเกิด", "ร้อยละ 5 ต่อปี"),
        ("ในปีนั้น เขาขายได้ 71 ตัน และได้เงิน 480,000 บาท จากนั้นเขาก็กลับไปทำงานที่บ้านเกิด", "480,000 บาท"),
        ("เธอพบกับนายสุวรรณชัย โลหะวัฒนกุล จากนั้นเธอก็กลับไปทำงานที่บ้านเกิดของตนเองอีกครั้ง", "สุวรรณชัย โลหะวัฒนกุล"),
        ("งานนี้ (จัดขึ้นแล้ว จากนั้นเขาก็กลับไป) มีคนมาร่วมมากมายจากทั่วทุกภูมิภาคของประเทศ", "(จัดขึ้นแล้ว จากนั้นเขาก็กลับไป)"),
        ("งานประชุม Local Innovation Ecosystem Forum จัดขึ้นที่กรุงเทพฯ เมื่อปีที่แล้ว", "Local Innovation Ecosystem Forum"),
        ("เขากล่าวว่า เราต้องช่วยกันพัฒนาชนบทให้ดีขึ้น", "กล่าวว่า เรา"),
    ],
)
def test_thai_sentences_do_not_end_inside(text: str, whole: str) -> None:
    assert any(whole in sentence for sentence in cut(text)), cut(text)


def test_thai_sentences_begin_with_words_that_begin_them() -> None:
    text = (
        "ผู้ประกอบการในชนบทจำนวนมากยังเข้าไม่ถึงแหล่งทุนและตลาดในเมืองหลวง อย่างไรก็ตาม โครงการนี้ได้ช่วยให้พวกเขาขายสินค้าได้มากขึ้น "
        "นอกจากนี้ยังมีการอบรมให้แก่คนรุ่นใหม่ที่กลับบ้านเกิดด้วย"
    )
    assert [sentence.split()[0][:10] for sentence in cut(text)] == ["ผู้ประกอบก", "อย่างไรก็ต", "นอกจากนี้ย"]


def test_mixed_text_is_cut_by_the_rules_of_both_languages() -> None:
    text = "The forum was held in Bangkok. การประชุมครั้งนี้จัดขึ้นที่กรุงเทพฯ เมื่อวันที่ 2 สิงหาคม 2562"
    assert cut(text)[0] == "The forum was held in Bangkok."


def test_long_text_without_a_space_is_still_read() -> None:
    text = "ก" * 5000
    assert cut(text) == [text]


def test_runs_cover_the_text() -> None:
    text = "1. ไทยร่วมกับ APEC จัดงาน"
    found = runs(text)
    assert found == (ScriptRun(0, 14, "th"), ScriptRun(14, 19, "en"), ScriptRun(19, len(text), "th"))
    assert runs("123") == (ScriptRun(0, 3, "en"),)
    assert runs("") == ()


def test_languages_of_a_text() -> None:
    assert dominant("ไทยร่วมกับ SMEA") == "th"
    assert dominant("123") == "en"
    assert languages("ไทยร่วมส่งเสริมระบบนิเวศนวัตกรรมในท้องถิ่นและชนบทตลอดปี APEC") == ("th",)
    assert languages("The forum was held in the town. การประชุมจัดขึ้น") == ("en", "th")
    paragraph = "The forum looks for ways in which small firms far from the capital find partners. " * 2
    assert languages("การประชุมครั้งนี้จัดขึ้นเพื่อพัฒนาท้องถิ่น\n" * 40 + paragraph) == ("th", "en")


def test_bangkok_seed() -> None:
    path = SEEDS / "release-bangkok-2019.th.txt"
    if not path.exists():
        pytest.skip("the seeds are not beside the checkout (../shared/seeds)")
    text = path.read_text(encoding="utf-8")
    assert "".join(tokens(text)) == text
    assert languages(text) == ("th",)
    assert terms(text).count("สสว") == 2
    lengths = [span.end - span.start for span in sentences(text)]
    assert max(lengths) <= 400


def test_makati_seed() -> None:
    path = SEEDS / "release-makati-2019.en.txt"
    if not path.exists():
        pytest.skip("the seeds are not beside the checkout (../shared/seeds)")
    found = cut(path.read_text(encoding="utf-8"))
    assert len(found) == 26
    assert not any(sentence.endswith(("Ms.", "Mr.")) for sentence in found)


def test_import_is_light_and_nothing_asks_the_network() -> None:
    code = (
        "import socket, sys\n"
        "import ingest.text.language as language\n"
        "assert 'pythainlp' not in sys.modules\n"
        "def refuse(*_, **__): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "assert language.words('ระบบนิเวศนวัตกรรม')\n"
        "assert language.sentences('สวัสดีครับ วันนี้อากาศดีมาก')\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("", "en"),
        ("2562", "en"),
        ("What does สสว. do?", "en"),
        ("สสว. ทำอะไร", "th"),
        ("ชม: Daniel Sturridge ทีม Liverpool ทำคะแนนเสมอ Chelsea", "th"),
        ("Scherzer ต้องการปะทะกับ Rockies", "th"),
        ("OSMEP คือ", "th"),
    ],
)
def test_a_question_is_in_the_language_of_most_of_its_words(question: str, language: str) -> None:
    assert asked_in(words(question)) == language
