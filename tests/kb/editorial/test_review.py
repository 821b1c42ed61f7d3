"""Editors publish drafts and correct facts and texts; what they said stands against later files, and can be undone."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import NoText
from ingest.models import Block, BlockRole, Kind, StatedMetadata
from ingest.text.normalise import compose
from kb.admin import AdminServices
from kb.editorial import corrections
from kb.editorial.models import FactChanges
from kb.editorial.review import Review
from kb.editorial.text_markup import manuscript_of, text_of
from kb.errors import BadCorrection, BadText, BadTimes, NoSuchDocument, NoSuchVersion, NotADraft, SavedMeanwhile
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.pipeline.file_discovery import FileToIngest, find
from tests.conftest import ROOT
from tests.support import documents
from tests.support.encoder import WordEncoder
from tests.support.messages import raising

CRABS = b"Crab bank of Chumphon\n\n2 August 2019. Fishers of Thailand bring back the crab. SMEA helps them."
THAI = "ธนาคารปูม้า\n\n2 สิงหาคม 2562 ชาวประมงไทยคืนแม่ปูสู่ทะเล".encode()
VTT = (
    "WEBVTT\n\n00:00:01.000 --> 00:00:04.500\n<v Somchai>We lend the mother crab: nobody pays.\n\n"
    "00:00:05.000 --> 00:00:09.000\n<v สมหญิง>แม่ปูวางไข่แล้วกลับทะเล\n"
).encode()
CASES = b"id,title,challenge,results\n1,Pepper,Wet storage.,Dry pepper.\n2,Salt,Rain.,A roof.\n"


@pytest.fixture
def review(base: KnowledgeBase) -> Review:
    return AdminServices(base).review


def bring(
    base: KnowledgeBase, data: bytes = CRABS, name: str = "crabs.txt", stated: StatedMetadata | None = None
) -> str:
    return base.ingestor.add(data, name=name, stated=stated)[0].document_id


def drafted(base: KnowledgeBase, data: bytes = CRABS, name: str = "crabs.txt") -> str:
    ((added,),) = documents.write(base, [base.ingestor.read(data, name=name)], state="draft")
    return added.document_id


def log(review: Review, document_id: str) -> list[tuple[str, str]]:
    return [(one.actor, one.action) for one in review._audit.entries(subject=document_id)]


# ---- drafts


def test_drafts_are_found_by_nobody_until_they_are_published(base: KnowledgeBase, review: Review) -> None:
    one = drafted(base)
    assert [draft.id for draft in review.drafts()] == [one]
    assert base.catalogue.documents() == ()
    assert base.searcher.search(SearchQuery("crab")).total == 0
    assert review.document(one).text.startswith("Crab bank")
    assert review.original(one).data == CRABS
    review.correct("somchai", [one], FactChanges(set={"date": "3 ส.ค. 2562"}))
    assert base.catalogue.documents() == ()
    review.publish("somchai", [one])
    assert base.searcher.search(SearchQuery("crab")).results[0].document.date == "2019-08-03"
    assert review.drafts() == ()
    with pytest.raises(NotADraft):
        review.publish("somchai", [one])
    assert log(review, one) == [("somchai", "document.publish"), ("somchai", "document.correct")]


def test_drafts_are_published_or_discarded_together_or_not_at_all(base: KnowledgeBase, review: Review) -> None:
    one, two = drafted(base), bring(base, THAI, "thai.txt")
    for act in (review.publish, review.discard):
        with pytest.raises(NotADraft):
            act("somchai", [one, two])
        assert [draft.id for draft in review.drafts()] == [one]
    review.discard("somchai", [one])
    with pytest.raises(NoSuchDocument):
        review.document(one)
    documents.restore(base, [one])
    assert [draft.id for draft in review.drafts()] == [one]


# ---- the sheet


def test_the_sheet_shows_each_fact_with_its_places(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    review.correct("somchai", [one], FactChanges(set={"event": "Fair"}, clear=("themes",)))
    sheet = review.sheet(one)
    facts = {fact.name: fact for fact in sheet.facts}
    text = sheet.document.text
    (date,) = facts["date"].values
    assert [text[place.start : place.end] for place in date.places] == ["2 August 2019"]
    assert (date.value, facts["date"].corrected) == ("2019-08-02", False)
    assert [(value.value, value.basis) for value in facts["event"].values] == [("Fair", "stated")]
    assert facts["event"].corrected
    assert (facts["themes"].values, facts["themes"].corrected) == ((), True)
    assert facts["economies"].values[0].value == "Thailand"
    assert sheet.file == "crabs.txt"
    assert not sheet.corrected_text


def test_the_sheet_shows_speakers_and_parts_of_a_case(base: KnowledgeBase, review: Review) -> None:
    talk = review.sheet(bring(base, VTT, "talk.vtt"))
    assert [one.value for one in talk.speakers] == ["Somchai", "สมหญิง"]
    case = review.sheet(bring(base, CASES, "cases.csv"))
    assert [one.value for one in case.parts] == ["challenge", "results"]


# ---- facts


def test_what_is_corrected_is_a_version_and_wins_over_later_files(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    wanted = FactChanges(
        set={
            "title": "  The crab   bank ",
            "kind": "กรณีศึกษา",
            "date": "๒๕๖๓",
            "event": "makati 2019",
            "economies": "ไทย และ Viet Nam",
            "organisations": ["SMEA", "Town council"],
            "source": "A friend",
            "sample": "yes",
        }
    )
    assert review.correct("somchai", [one], wanted) == (one,)

    def check(version: int) -> None:
        told = base.reader.document(one).summary
        assert told.version == version
        assert (told.title, told.kind, told.date) == ("The crab bank", Kind.CASE, "2020")
        assert told.event == "APEC Local Innovation Ecosystem Forum, Makati 2019"
        assert told.economies == ("Thailand", "Viet Nam")
        assert (told.source, told.sample) == ("A friend", True)
        assert len(told.organisations) == 2

    check(2)
    bring(base, CRABS.replace(b"2 August 2019", b"9 May 2018") + b" More.")
    check(3)
    assert "9 May 2018" in base.reader.document(one).text
    assert base.verify() == ()


def test_what_is_not_known_stays_not_known(base: KnowledgeBase, review: Review) -> None:
    one = bring(base, stated=StatedMetadata(event="Bangkok 2019"))
    review.correct("somchai", [one], FactChanges(set={"date": ""}, clear=("event", "economies")))
    for more in (b"", b" More.", b" Still more, of 7 May 2018, in Viet Nam."):
        bring(base, CRABS + more, stated=StatedMetadata(event="Bangkok 2019"))
        told = base.reader.document(one).summary
        assert (told.date, told.event, told.economies) == (None, None, ())
    assert told.version == 4


def test_a_fact_is_let_go(base: KnowledgeBase, review: Review) -> None:
    """To what was stated with the file; what the text says where the file has changed meanwhile."""
    one = bring(base, stated=StatedMetadata(event="Fair", source="Press office"))
    review.correct("a", [one], FactChanges(set={"event": "Other", "date": "2011", "source": "X"}, clear=("economies",)))
    review.correct("a", [one], FactChanges(release=("event", "economies", "title", "source")))
    told = base.reader.document(one).summary
    assert (told.event, told.economies, told.source) == ("Fair", ("Thailand",), "Press office")
    assert told.date == "2011"
    bring(base, CRABS.replace(b"2 August 2019", b"9 May 2018"), stated=StatedMetadata(event="Fair"))
    assert base.reader.document(one).summary.date == "2011"
    review.correct("a", [one], FactChanges(release=("date",)))
    assert base.reader.document(one).summary.date == "2018-05-09"
    assert not any(fact.corrected for fact in review.sheet(one).facts)
    assert base.reader.document(one).summary.source == "crabs.txt"


def test_letting_go_what_a_file_says_of_itself(base: KnowledgeBase, review: Review) -> None:
    page = "---\ntitle: A\ndate: {}\n---\nThe bank of {}.\n"
    one = bring(base, page.format("2015", "crabs").encode(), "page.md")
    review.correct("a", [one], FactChanges(set={"date": "2011", "title": "B"}))
    bring(base, page.format("2016", "squids").encode(), "page.md")
    review.correct("a", [one], FactChanges(release=("date",)))
    told = base.reader.document(one).summary
    assert (told.date, told.title) == ("2016", "B")
    table = "id,date,title,challenge\n1,2012,Pepper,Wet storage.\n2,{},Salt,{}\n"
    _, salt = base.ingestor.add(table.format(2013, "Rain.").encode(), name="cases.csv")
    review.correct("a", [salt.document_id], FactChanges(set={"date": "2011"}))
    base.ingestor.add(table.format(2014, "Wind.").encode(), name="cases.csv")
    review.correct("a", [salt.document_id], FactChanges(release=("date",)))
    assert base.reader.document(salt.document_id).summary.date == "2014"


def test_what_changes_nothing_is_no_version(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    assert review.correct("a", [one], FactChanges()) == ()
    assert review.correct("a", [one], FactChanges(take={"economies": ["Japan"]}, release=("date",))) == ()
    assert review.correct("a", [], FactChanges(set={"date": "2011"})) == ()
    assert log(review, one) == []
    assert review.correct("a", [one], FactChanges(set={"date": "2019-08-02"})) == (one,)  # it is settled now
    assert base.reader.document(one).summary.version == 1
    assert review.correct("a", [one], FactChanges(set={"date": "2019-08-02"})) == ()
    bring(base, CRABS.replace(b"2 August 2019", b"9 May 2018"))
    assert base.reader.document(one).summary.date == "2019-08-02"


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        (FactChanges(set={"date": "some day"}), BadCorrection, "some day"),
        (FactChanges(set={"economies": "Atlantis"}), BadCorrection, "Atlantis"),
        (FactChanges(add={"economies": ["Atlantis"]}), BadCorrection, "Atlantis"),
        (FactChanges(set={"kind": "poem"}), BadCorrection, "poem"),
        (FactChanges(set={"sample": "perhaps"}), BadCorrection, "perhaps"),
        (FactChanges(set={"title": ["a", "b"]}), BadCorrection, "title"),
        (FactChanges(set={"title": " "}), "Every document needs a ", "title"),
        (FactChanges(clear=("kind",)), "Every document needs a ", "kind"),
        (FactChanges(add={"date": ["2019"]}), "The detail “", "date"),
        (FactChanges(set={"languages": "th"}), "” is not a detail that can be edited. Us", "languages"),
        (FactChanges(release=("text",)), "” is not a detail that can be edited. Us", "text"),
    ],
)
def test_a_wrong_value_changes_nothing_of_a_selection(
    base: KnowledgeBase, review: Review, changes: FactChanges, error: type[BadCorrection], said: str
) -> None:
    ids = [bring(base), bring(base, THAI, "thai.txt")]
    before = base.catalogue.documents()
    with raising(error) as caught:
        review.correct("a", ids, replace(changes, set={**changes.set, "event": "Fair"}))
    for language in ("en", "th"):
        assert said in caught.value.message(language)
    if caught.value.template == BadCorrection.template:
        assert ids[0] in str(caught.value)
    with pytest.raises(NoSuchDocument):
        review.correct("a", [*ids, "nothing"], FactChanges(set={"event": "Fair"}))
    assert base.catalogue.documents() == before


def test_two_hundred_are_corrected_in_a_moment(base: KnowledgeBase, review: Review) -> None:
    encoder = base.model.encoder
    assert isinstance(encoder, WordEncoder)
    paragraphs = b"\n\n".join(b"Fishers bring back the crab, number %d." % n for n in range(60))
    rows = [b"Paper %d of 2 August 2019\n\n%s\n\nEnd %d." % (n, paragraphs, n) for n in range(200)]
    ids = [bring(base, row, f"{n}.txt") for n, row in enumerate(rows)]
    base.searcher.search(SearchQuery("crab"))
    encoded, vectors = encoder.encoded, base.status().vectors
    began = time.process_time()
    wanted = FactChanges(set={"event": "Crab fair"}, add={"economies": ["ไทย"]}, take={"economies": ["Japan"]})
    assert review.correct("a", ids, wanted) == tuple(ids)
    assert time.process_time() - began < 4  # seconds of work; about one and a half
    assert (encoder.encoded, base.status().vectors) == (encoded, vectors)
    assert {(one.event, one.economies, one.version) for one in base.catalogue.documents()} == {
        ("Crab fair", ("Thailand",), 2)
    }
    assert (
        base.searcher.search(SearchQuery("crab", events=("Crab fair",))).total
        == base.searcher.search(SearchQuery("crab")).total
        > 0
    )
    for passage in base.reader.document(ids[0]).passages:
        assert passage.id == f"{ids[0]}-2-{passage.ordinal}"
    assert base.verify() == ()


def test_others_who_change_the_same_are_not_overwritten(
    base: KnowledgeBase, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bring(base)
    real, times = corrections.changed, iter(range(2))

    def late(*given):  # type: ignore[no-untyped-def]
        if next(times, None) == 0:
            bring(base, CRABS.replace(b"back", b"home"))
        return real(*given)

    monkeypatch.setattr(corrections, "changed", late)
    review.correct("a", [one], FactChanges(set={"event": "Fair"}))
    assert base.reader.document(one).summary.event == "Fair"
    assert "home" in base.reader.document(one).text


def test_what_is_corrected_while_a_file_is_read_stands(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    reading = base.ingestor.read(CRABS + b" More.", name="crabs.txt")
    review.correct("a", [one], FactChanges(set={"date": "2011", "sample": "yes"}, clear=("economies",)))
    list(documents.write(base, [reading]))
    told = base.reader.document(one).summary
    assert (told.version, told.date, told.economies, told.sample) == (3, "2011", (), True)


# ---- text


def test_a_text_is_corrected_and_facts_stay(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    text = review.text_of(one)
    assert text.startswith("# Crab bank of Chumphon\n\n") or text.startswith("Crab bank of Chumphon\n\n")
    assert review.correct_text("a", one, text.replace("\n", "\r\n") + "\n\n", 1) == 1
    better = text.replace("2 August 2019", "Today") + "\n\n# ชาวประมงไทยคืนแม่ปูสู่ทะเลและขายปูให้โรงแรม\n\n> สมชาย: ดีมาก"
    assert review.correct_text("a", one, better, 1) == 2
    document = base.reader.document(one)
    assert (document.summary.date, document.summary.languages) == ("2019-08-02", ("en", "th"))
    assert document.blocks[-1].speaker == "สมชาย"
    assert base.searcher.search(SearchQuery("โรงแรม")).results[0].document.id == one
    assert base.searcher.search(SearchQuery("August")).results[0].passages[0].evidence.highlights == ()
    assert review.sheet(one).corrected_text
    assert base.reader.original(one).data == CRABS
    assert base.reader.version(one, 1).text == CRABS.decode()
    assert base.verify() == ()


def test_an_edited_text_must_be_one(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    for text in ("", " \n\n ", "# \n\n---"):
        with pytest.raises(BadText):
            review.correct_text("a", one, text, 1)
    with pytest.raises(BadTimes, match="Line 3"):
        review.correct_text("a", one, "Words\n\n> [1:2] Somchai: well", 1)
    with pytest.raises(SavedMeanwhile):
        review.correct_text("a", one, "Words", 2)
    assert base.reader.document(one).summary.version == 1


def test_bringing_in_again_does_not_undo_it(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    review.correct_text("a", one, review.text_of(one) + "\n\nThe editor was here.", 1)
    identity = base.reader.revision(one).draft.identity
    assert review.edited(identity)
    same = [base.ingestor.add(CRABS, name="crabs.txt"), base.ingestor.add(CRABS, name="copy.txt")]
    assert [added.status for (added,) in same] == ["unchanged", "unchanged"]
    (other,) = base.ingestor.add(
        CRABS, name="crabs.txt", stated=StatedMetadata(event="Fair")
    )  # the same file with other facts
    assert other.status == "updated"
    assert "The editor was here." in base.reader.document(one).text
    assert base.reader.document(one).summary.event == "Fair"
    assert review.edited(identity)
    documents.remove(base, [one])
    bring(base, stated=StatedMetadata(event="Fair"))
    assert "The editor was here." in base.reader.document(one).text
    bring(base, CRABS + b" A new file.")  # what the queue asks an editor about
    assert base.reader.document(one).text.endswith("A new file.")
    assert not review.edited(identity)


def test_going_back(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    review.correct("a", [one], FactChanges(set={"date": "2011"}))
    review.correct_text("a", one, "Other words altogether, by the editor.", 2)
    assert review.go_back("a", one, 3) == 3
    assert review.go_back("a", one, 1) == 4
    told = base.reader.document(one)
    assert (told.text, told.summary.date) == (CRABS.decode(), "2019-08-02")
    assert not review.edited(base.reader.revision(one).draft.identity)
    assert not any(fact.corrected for fact in review.sheet(one).facts)
    assert review.go_back("a", one, 3) == 5
    told = base.reader.document(one)
    assert (told.text, told.summary.date) == ("Other words altogether, by the editor.", "2011")
    assert review.edited(base.reader.revision(one).draft.identity)
    bring(base)  # still the file that is known
    assert base.reader.document(one).summary.version == 5
    with pytest.raises(NoSuchVersion):
        review.go_back("a", one, 99)
    assert base.verify() == ()
    assert log(review, one)[0] == ("a", "document.go_back")


def test_going_back_before_a_later_file(base: KnowledgeBase, review: Review) -> None:
    one = bring(base)
    later = CRABS + b" Damaged."
    bring(base, later)
    review.go_back("a", one, 1)
    assert base.reader.original(one).data == CRABS
    assert review.edited(base.reader.revision(one).draft.identity)
    bring(base, later)  # the file that is there: going back is not undone
    assert base.reader.document(one).text == CRABS.decode()
    bring(base)
    assert base.reader.document(one).text == CRABS.decode()
    assert review.go_back("a", one, 2) == 4
    assert base.reader.document(one).text == later.decode()
    assert not review.edited(base.reader.revision(one).draft.identity)


def test_many_documents_of_one_file(base: KnowledgeBase, review: Review) -> None:
    pepper, salt = (added.document_id for added in base.ingestor.add(CASES, name="cases.csv"))
    review.correct_text("a", pepper, review.text_of(pepper) + "\n\n[evidence] A receipt.", 1)
    assert [added.status for added in base.ingestor.add(CASES, name="cases.csv")] == ["unchanged", "unchanged"]
    base.ingestor.add(CASES, name="cases.csv", stated=StatedMetadata(date="2019"))
    assert [block.label for block in base.reader.document(pepper).blocks][-1] == "evidence"
    assert {base.reader.document(one).summary.date for one in (pepper, salt)} == {"2019"}


# ---- the form in which texts are edited

MARKS = ("# ", "> ", "[challenge] ", "[00:01:02.500] ", "[1] ", "\\", "Name: ", "สมชาย: ", '{"role": "turn"} ', "::: ")
SIGNS = ("\n", "\n\n", "a", "ปูม้า", " ", "{", "}", ":", "[", "]", "\x85", "-")
PIECES = st.sampled_from([*MARKS, *SIGNS])
TEXT = st.lists(PIECES, min_size=1, max_size=8).map("".join)
TIME = st.none() | st.integers(0, 10**9)
BLOCK = st.builds(
    Block,
    text=TEXT,
    role=st.sampled_from([*BlockRole]),
    label=st.none() | st.sampled_from(["challenge", "x]"]),
    speaker=st.none() | TEXT,
    starts_at_ms=TIME,
    ends_at_ms=TIME,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=4))
def test_what_is_not_edited_gives_the_same_blocks(blocks: list[Block]) -> None:
    try:
        manuscript = compose(blocks)
    except NoText:
        return
    assert manuscript_of(text_of(manuscript)) == manuscript


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_whatever_is_typed_is_a_text_or_said_to_be_none(text: str) -> None:
    try:
        manuscript = manuscript_of(text)
    except BadText:
        return
    assert manuscript_of(text_of(manuscript)) == manuscript


def test_the_samples_in_the_form() -> None:
    from ingest.parsers import registry

    seen = set()
    for source in find([str(ROOT / "samples")]):
        assert isinstance(source, FileToIngest)
        for parsed in registry.read(source.read(), source.name):
            manuscript = compose(parsed.blocks)
            text = text_of(manuscript)
            assert manuscript_of(text) == manuscript
            assert '{"role"' not in text
            seen |= {block.role for block in manuscript.blocks}
    assert seen == {*BlockRole}


def test_the_form_is_plain(base: KnowledgeBase, review: Review, tmp_path: Path) -> None:
    assert review.text_of(bring(base, VTT, "talk.vtt")) == (
        "> [00:00:01.000 - 00:00:04.500] Somchai: We lend the mother crab: nobody pays.\n\n"
        "> [00:00:05.000 - 00:00:09.000] สมหญิง: แม่ปูวางไข่แล้วกลับทะเล"
    )
    assert review.text_of(bring(base, CASES, "cases.csv")) == (
        "# Pepper\n\n[challenge] Wet storage.\n\n[results] Dry pepper."
    )


def test_what_was_put_right_in_a_draft_is_not_shown_with_it(base: KnowledgeBase, review: Review) -> None:
    ((added,),) = documents.write(
        base, [base.ingestor.read(b"Market\n\nCall 081 234 5678.", name="m.txt")], state="draft"
    )
    id_ = added.document_id
    review.correct_text("malee", id_, "# Market\n\nCall the office.", 1)
    review.publish("malee", [id_])
    assert [one.summary.version for one in base.reader.versions(id_)] == [2]
    with pytest.raises(NoSuchVersion):
        base.reader.version(id_, 1)
    assert len(review.versions(id_)) == 2  # editors see both
    review.correct("malee", [id_], FactChanges(set={"date": "2019"}))
    assert [one.summary.version for one in base.reader.versions(id_)] == [3, 2]
