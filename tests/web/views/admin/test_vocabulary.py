"""The pages of words: the glossary row by row and as a file, the own Thai words with their preview."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.accounts.models import UserRole
from kb.admin import AdminServices
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.vocabulary import custom_dictionary
from kb.vocabulary.glossary import COLUMNS, GlossaryRow
from tests.support.html_reading import misspoken, soup, text
from tests.support.visitors import Opened, opened

LIST = "# ของเรา\nโคกหนองนา\n-รายได้\n"
SENTENCE = "โคกหนองนาโมเดลสร้างรายได้จากระบบนิเวศนวัตกรรม"
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Opened]:
    here = opened(tmp_path)
    for number, told in enumerate(("ชาวบ้านทำโคกหนองนาโมเดล จึงมีรายได้", "ปลาในน้ำแข็ง", "เรือจอดที่ท่า")):
        here.base.ingestor.add(told.encode(), name=f"{number}.txt")
    yield here
    here.base.close()


@pytest.fixture
def base(here: Opened) -> KnowledgeBase:
    return here.base


@pytest.fixture
def desk(here: Opened) -> AdminServices:
    return here.desk


@pytest.fixture
def editor(here: Opened) -> FlaskClient:
    return here.browser("malee")


def form_of(page: BeautifulSoup, action: str) -> dict[str, str]:
    """What a form on the page would send as it stands, without its buttons."""
    form = page.select_one(f'form[action="{action}"]')
    assert form is not None, action
    fields = {str(one["name"]): str(one.get("value", "")) for one in form.select("input:not([type=file])")}
    return fields | {str(one["name"]): one.text.removeprefix("\n") for one in form.select("textarea")}


def send(site: FlaskClient, page: str, action: str, **typed: str) -> TestResponse:
    """Fill in a form on a page and send it."""
    return site.post(action, data=form_of(soup(site, page), action) | typed)


def table(page: BeautifulSoup, rows: str = "table.rows:not(.concepts)") -> list[list[str]]:
    return [[text(cell) for cell in row.select("td")][:5] for row in page.select(f"{rows} tbody tr")]


def alert(answer: TestResponse) -> str:
    return text(BeautifulSoup(answer.text, "lxml").select_one("[role=alert]"))


def rows(desk: AdminServices) -> tuple[GlossaryRow, ...]:
    return desk.words.glossary().rows


def fish(base: KnowledgeBase) -> float:
    """How well the paper on fish answers a question with another word for it."""
    return max(
        one.score
        for one in base.searcher.search(SearchQuery("มัจฉาทิพย์")).results
        if one.document.title.startswith("ปลา")
    )


# ---- the glossary


@pytest.fixture
def many(desk: AdminServices) -> tuple[GlossaryRow, ...]:
    """A glossary of more than a page."""
    made = tuple(GlossaryRow(f"Shop {number}|Store {number}", f"ร้าน {number}") for number in range(60))
    desk.words.save_glossary("malee", (*made, GlossaryRow("Office", "สำนักงาน", "", "สสว.")), desk.words.glossary().seen)
    return desk.words.glossary().rows


@pytest.mark.usefixtures("many")
def test_the_glossary_is_shown_a_page_at_a_time_and_can_be_searched(editor: FlaskClient, desk: AdminServices) -> None:
    seen: list[list[str]] = []
    address: str | None = "/desk/words"
    while address:
        page = soup(editor, address)
        seen += table(page)
        following = page.select_one(".pages a[rel=next]")
        address = str(following["href"]) if following else None
    assert [row[0] for row in seen] == [row.en.replace("|", " | ") for row in rows(desk)]
    found = table(soup(editor, "/desk/words?q=สสว"))
    assert found
    assert all("สสว" in "".join(row) for row in found)
    none = soup(editor, "/desk/words?q=นกกระจอกเทศ")
    assert table(none) == []
    add = none.select_one("[role=status] a")
    assert add is not None
    assert soup(editor, str(add["href"])).select_one('[name=th][value="นกกระจอกเทศ"]')


def test_the_thesaurus_is_searched_too_and_a_concept_becomes_a_row(editor: FlaskClient, desk: AdminServices) -> None:
    page = soup(editor, "/desk/words?q=thailand")
    found = table(page, "table.concepts")
    assert found[0][0].startswith("Thailand | ")
    assert found[0][1].startswith("ไทย")
    edit = page.select_one("table.concepts a")
    assert edit is not None
    assert (
        editor.post("/desk/words/new", data=form_of(soup(editor, str(edit["href"])), "/desk/words/new")).status_code
        == 303
    )
    assert rows(desk)[0].en.startswith("Thailand")


def test_a_question_can_be_tested(editor: FlaskClient) -> None:
    page = soup(editor, "/desk/words?try=loans in Thailand")
    assert "ไทย" in text(page.select_one('p[role=status] strong[lang="th"]'))
    assert HOSTILE not in editor.get("/desk/words", query_string={"try": HOSTILE}).text


def test_a_row_is_added_changed_taken_out_and_brought_back(
    editor: FlaskClient, desk: AdminServices, base: KnowledgeBase
) -> None:
    shipped, before = rows(desk), fish(base)
    answer = send(editor, "/desk/words/new", "/desk/words/new", en=" fish ", th="มัจฉาทิพย์ | มีน", kind="term")
    assert answer.status_code == 303
    assert rows(desk) == (*shipped, GlossaryRow("fish", "มัจฉาทิพย์ | มีน", kind="term"))
    (line,) = (one for one in desk.audit.entries() if one.action == "glossary.save")
    assert line.actor == "malee"
    page = soup(editor, answer.location)
    assert "fish" in page.text
    edit = str(page.select("table.rows:not(.concepts) a")[-1]["href"])
    assert {"en": "fish", "th": "มัจฉาทิพย์ | มีน", "kind": "term"}.items() <= form_of(soup(editor, edit), edit).items()

    answer = send(editor, edit, edit, th="ปลา|มัจฉาทิพย์|มีน")
    assert answer.status_code == 303
    assert rows(desk) == (*shipped, GlossaryRow("fish", "ปลา|มัจฉาทิพย์|มีน", kind="term"))
    assert fish(base) > before

    edit = str(soup(editor, answer.location).select("table.rows:not(.concepts) a")[-1]["href"])
    gone = send(editor, edit, f"{edit}/delete")
    assert gone.status_code == 303
    assert rows(desk) == shipped
    again = editor.post("/desk/words/new", data=form_of(soup(editor, gone.location), "/desk/words/new"))
    assert again.status_code == 303
    assert rows(desk)[-1] == GlossaryRow("fish", "ปลา|มัจฉาทิพย์|มีน", kind="term")


@pytest.mark.parametrize(("language", "says"), [("en", "no other name"), ("th", "ไม่มีชื่ออื่น")])
def test_a_bad_row_is_told_and_what_was_typed_stays(
    editor: FlaskClient, desk: AdminServices, language: str, says: str
) -> None:
    shipped = rows(desk)
    address = f"/desk/words/new?ui={language}"
    answer = editor.post(address, data=form_of(soup(editor, address), "/desk/words/new") | {"en": HOSTILE})
    assert answer.status_code == 422
    assert says in alert(answer)
    page = BeautifulSoup(answer.text, "lxml")
    assert form_of(page, "/desk/words/new")["en"] == HOSTILE
    assert "<script>alert" not in answer.text
    assert rows(desk) == shipped


@pytest.mark.usefixtures("many")
def test_two_editors_change_different_rows_at_once_and_the_same_row_one_after_the_other(
    editor: FlaskClient, desk: AdminServices
) -> None:
    first, second = (
        str(link["href"]) for link in soup(editor, "/desk/words").select("table.rows:not(.concepts) a")[:2]
    )
    mine, theirs, same = (form_of(soup(editor, address), address) for address in (first, second, first))
    assert editor.post(first, data=mine | {"kind": "mine"}).status_code == 303
    assert editor.post(second, data=theirs | {"kind": "theirs"}).status_code == 303
    assert [row.kind for row in rows(desk)[:2]] == ["mine", "theirs"]
    late = editor.post(first, data=same | {"kind": "late"})
    assert late.status_code == 409
    assert "Someone else" in alert(late)
    assert [row.kind for row in rows(desk)[:2]] == ["mine", "theirs"]
    kept = form_of(BeautifulSoup(late.text, "lxml"), "/desk/words/new")  # to be added, if that is what they want
    assert kept["kind"] == "late"
    assert kept["en"] == same["en"]
    for address in (first, f"{first}/delete"):
        answer = editor.get(address) if address == first else editor.post(address, data=same)
        assert (answer.status_code, answer.location) == (303, "/desk/words")


def test_the_file_goes_out_and_comes_back(editor: FlaskClient, desk: AdminServices) -> None:
    shipped = rows(desk)
    answer = editor.get("/desk/words/glossary.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    told = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert told[0] == list(COLUMNS)
    assert [GlossaryRow(*cells) for cells in told[1:]] == list(shipped)
    changed = answer.data + "ostrich,นกกระจอกเทศ,,,\n".encode()
    fields = form_of(soup(editor, "/desk/words"), "/desk/words/replace")
    done = editor.post("/desk/words/replace", data=fields | {"file": (io.BytesIO(changed), "mine.csv")})
    assert done.status_code == 303
    assert rows(desk) == (*shipped, GlossaryRow("ostrich", "นกกระจอกเทศ"))
    late = editor.post("/desk/words/replace", data=fields | {"file": (io.BytesIO(answer.data), "mine.csv")})
    assert late.status_code == 409
    assert len(rows(desk)) == len(shipped) + 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"en,th\nfish\n", "mine.csv cannot be used. Line 2"),
        (b"PK\x03\x04\xff\xfe", "UTF-8"),
        (b"", "columns"),
        (b"en,th\n" + b"fish,\xe0\xb8\x9b\n" * 60_000, "more than 500 KB"),
    ],
)
def test_a_file_that_is_no_glossary_changes_nothing(
    editor: FlaskClient, desk: AdminServices, data: bytes, says: str
) -> None:
    before = desk.words.glossary()
    fields = form_of(soup(editor, "/desk/words"), "/desk/words/replace")
    answer = editor.post("/desk/words/replace", data=fields | {"file": (io.BytesIO(data), "mine.csv")})
    assert answer.status_code == 422
    assert says in alert(answer)
    assert desk.words.glossary() == before


def test_a_glossary_broken_by_hand_can_be_replaced_but_not_edited(
    editor: FlaskClient, desk: AdminServices, tmp_path: Path
) -> None:
    (tmp_path / "glossary.csv").write_text("en,th\nfish\n", encoding="utf-8")
    page = soup(editor, "/desk/words")
    assert "Line 2" in text(page.select_one("[role=alert]"))
    assert page.select_one('a[href="/desk/words/new"]') is None
    fields = form_of(page, "/desk/words/replace")
    good = io.BytesIO("th,en\nปลา,fish\n".encode())
    assert editor.post("/desk/words/replace", data=fields | {"file": (good, "x.csv")}).status_code == 303
    assert rows(desk) == (GlossaryRow("fish", "ปลา"),)


# ---- the own words


def tokens(page: BeautifulSoup) -> list[list[str]]:
    return [[text(one) for one in ones.select("li")] for ones in page.select("ul.tokens")]


def test_a_preview_shows_both_ways_to_cut_and_saves_nothing(
    editor: FlaskClient, tmp_path: Path, base: KnowledgeBase
) -> None:
    answer = send(editor, "/desk/words/thai", "/desk/words/thai", list=LIST + "ชุมชน\n", sentence=SENTENCE, do="preview")
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "lxml")
    before, after = tokens(page)
    assert before == ["โคก", "หนอง", "นา", "โมเดล", "สร้าง", "รายได้", "จาก", "ระบบนิเวศนวัตกรรม"]
    assert after == ["โคกหนองนา", "โมเดล", "สร้าง", "ราย", "ได้", "จาก", "ระบบนิเวศนวัตกรรม"]
    changed = [text(one) for one in page.select("ul.tokens .changed")]
    assert changed == ["โคก", "หนอง", "นา", "รายได้", "โคกหนองนา", "ราย", "ได้"]
    assert "ชุมชน" in text(page.select("section p")[-1])  # which changes nothing
    assert form_of(page, "/desk/words/thai").items() >= {"list": LIST + "ชุมชน\n", "sentence": SENTENCE}.items()
    assert not (tmp_path / custom_dictionary.OWN).exists()


def test_saving_says_how_many_documents_are_cut_anew(
    editor: FlaskClient, desk: AdminServices, base: KnowledgeBase
) -> None:
    answer = send(editor, "/desk/words/thai", "/desk/words/thai", list=LIST.replace("\n", "\r\n"), do="save")
    assert (answer.status_code, answer.location) == (303, "/desk/words/thai")
    assert desk.words.word_list().text == LIST
    page = soup(editor, "/desk/words/thai")
    assert form_of(page, "/desk/words/thai")["list"] == LIST
    assert "1 document is still being updated" in page.text
    (duty,) = (one for one in desk.duties if one.name == "cut documents anew")
    duty.do()
    assert "still being updated" not in soup(editor, "/desk/words/thai").text
    assert desk.audit.entries()[0].actor == "malee"


@pytest.mark.parametrize("do", ["preview", "save"])
@pytest.mark.parametrize(("language", "says"), [("en", "Line 2:"), ("th", "บรรทัดที่ 2")])
def test_a_bad_list_is_told_with_its_line_and_stays_in_the_form(
    editor: FlaskClient, tmp_path: Path, do: str, language: str, says: str
) -> None:
    editor.get(f"/desk/words/thai?ui={language}")
    bad = f"ชุมชน\n{HOSTILE}\n"
    answer = send(editor, "/desk/words/thai", "/desk/words/thai", list=bad, sentence=HOSTILE, do=do)
    assert answer.status_code == 422
    assert says in alert(answer)
    page = BeautifulSoup(answer.text, "lxml")
    assert form_of(page, "/desk/words/thai").items() >= {"list": bad, "sentence": HOSTILE}.items()
    assert "<script>alert" not in answer.text
    assert misspoken(page) == []
    assert not (tmp_path / custom_dictionary.OWN).exists()


def test_whoever_saves_second_sees_both_lists_and_can_save_again(editor: FlaskClient, desk: AdminServices) -> None:
    late = form_of(soup(editor, "/desk/words/thai"), "/desk/words/thai")
    assert send(editor, "/desk/words/thai", "/desk/words/thai", list=LIST, do="save").status_code == 303
    answer = editor.post("/desk/words/thai", data=late | {"list": "บ้านดงมูล\n", "do": "save"})
    assert answer.status_code == 409
    page = BeautifulSoup(answer.text, "lxml")
    assert "โคกหนองนา" in text(page.select_one("pre.theirs"))
    assert desk.words.word_list().text == LIST
    fields = form_of(page, "/desk/words/thai")
    assert fields["list"] == "บ้านดงมูล\n"
    assert editor.post("/desk/words/thai", data=fields | {"do": "save"}).status_code == 303
    assert desk.words.word_list().text == "บ้านดงมูล\n"


# ---- all of them

PAGES = ["/desk/words", "/desk/words?q=สสว", "/desk/words?q=none", "/desk/words?try=loans for women",
         "/desk/words?offset=9999", "/desk/words/new",
         "/desk/words/thai"]  # fmt: skip


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("address", [*PAGES, "a row", "a preview"])
def test_every_page_is_well_built_and_spoken_in_its_language(editor: FlaskClient, address: str, language: str) -> None:
    editor.get(f"/desk/words?ui={language}")
    if address == "a row":
        page = soup(editor, str(soup(editor, "/desk/words").select("table.rows:not(.concepts) a")[3]["href"]))
    elif address == "a preview":
        page = BeautifulSoup(
            send(editor, "/desk/words/thai", "/desk/words/thai", list=LIST, sentence=SENTENCE).text, "lxml"
        )
    else:
        page = soup(editor, address)
    assert page.html is not None
    assert page.html["lang"] == language
    assert misspoken(page) == []
    assert len(page.select("h1")) == 1
    levels = [int(heading.name[1]) for heading in page.select("main :is(h1, h2, h3)")]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for field in page.select("main :is(input:not([type=hidden]), textarea)"):
        assert page.select(f'label[for="{field["id"]}"]')
        assert all(one in ids for one in str(field.get("aria-describedby", "")).split())
    assert page.select("[style], script:not([src])") == []


@pytest.mark.usefixtures("many")
def test_every_form_that_writes_is_guarded(editor: FlaskClient, desk: AdminServices) -> None:
    row = str(soup(editor, "/desk/words").select("table.rows:not(.concepts) a")[0]["href"])
    before = desk.words.glossary(), desk.words.word_list()
    posts = ("/desk/words/new", row, f"{row}/delete", "/desk/words/replace", "/desk/words/thai")
    for address in posts:
        typed = {"en": "fish", "th": "ปลา", "list": LIST, "do": "save"}
        assert editor.post(address, data=typed).status_code == 400, address
    assert (desk.words.glossary(), desk.words.word_list()) == before
    for page in ("/desk/words", row, "/desk/words/new", "/desk/words/thai"):
        for form in soup(editor, page).select("form[method=post]"):
            token = form.select_one("[name=csrf_token]")
            assert isinstance(token, Tag)
            assert token["value"]


@pytest.mark.parametrize("role", [None, UserRole.READER])
def test_only_editors_come_in(here: Opened, role: UserRole | None) -> None:
    client = here.browser("somsri", role) if role else here.stranger()
    for address in PAGES:
        assert client.get(address).status_code == (403 if role else 302), address
    for address in ("/desk/words/new", "/desk/words/replace", "/desk/words/thai", "/desk/words/rows/x/delete"):
        assert client.post(address).status_code == (403 if role else 401), address
