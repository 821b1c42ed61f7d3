"""What is sent in to the desk: taken whole, looked at, decided about, and brought in once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from ingest.models import Kind, StatedMetadata
from kb.admin import AdminServices
from kb.errors import AddressUnreachable, Conflict, Invalid, NoSuchBatch, NotAdded, NotFound, TooMuch
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery
from kb.settings import Settings
from kb.storage.records import Corrections
from kb.uploads import upload_items
from kb.uploads.models import Upload, UploadedAddress, UploadedFile, UploadedText, UploadItem
from kb.uploads.url_fetcher import FetchedPage
from kb.uploads.worker import Worker
from tests.support import documents
from tests.support.encoder import WordEncoder

WEAVERS = (
    "The weavers of the northern village sell cotton cloth through a cooperative. "
    "A school gave them looms, and a shop in the city takes what they make every month. "
    "Young people came back for the work, and two houses now take in guests. "
)
BAKERS = "Bakers at the coast dry seaweed for bread. Nobody else nearby has tried that before them."


class Web:
    """Addresses and what they give; an error is raised."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Exception] = {}
        self.asked: list[str] = []

    def __call__(self, address: str) -> FetchedPage:
        self.asked.append(address)
        page = self.pages[address]
        if isinstance(page, Exception):
            raise page
        return FetchedPage(address, page, "page.html", "text/html")


class Site:
    """A knowledge base with its desk, and a worker that is asked to work."""

    def __init__(self, home: Path) -> None:
        self.base = KnowledgeBase(Settings(home=home), WordEncoder())
        self.desk = AdminServices(self.base)
        self.batches = self.desk.batches
        self.web = Web()

    def send(self, *sent: Upload, facts: StatedMetadata | None = None, publish: bool = True) -> int:
        return self.batches.receive("somchai", sent, facts or StatedMetadata(), publish)

    def work(self) -> None:
        Worker(self.batches, fetching=self.web).once()

    def bring(self, *sent: Upload, facts: StatedMetadata | None = None, publish: bool = True) -> list[UploadItem]:
        batch = self.send(*sent, facts=facts, publish=publish)
        self.work()
        return self.batches.items(batch)

    def kept(self) -> int:
        """How many files are kept until they are in."""
        with self.base.database.reading() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM incoming").scalar_one())

    def titles(self) -> set[str]:
        return {one.title for one in self.base.catalogue.documents()}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "home")
    yield made
    assert made.base.verify() == ()
    made.base.close()


def file(name: str, text: str = WEAVERS) -> UploadedFile:
    return UploadedFile(name, text.encode())


def folder(**files: str | bytes) -> UploadedFile:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return UploadedFile("papers.zip", packed.getvalue())


# ---- sending in


def test_what_is_sent_in_becomes_documents_that_are_found(site: Site) -> None:
    weavers, bakers = site.bring(file("weavers.txt"), UploadedText("On bakers", BAKERS))
    assert (weavers.state, weavers.stage, weavers.name) == ("done", "searchable", "weavers.txt")
    assert (weavers.size, weavers.attempts, weavers.problem) == (len(WEAVERS), 1, None)
    assert weavers.passages == weavers.to_encode == weavers.encoded
    assert weavers.started_at is not None
    assert weavers.ended_at is not None
    assert weavers.queued_at <= weavers.started_at <= weavers.ended_at
    found = site.base.searcher.search(SearchQuery("seaweed bread")).results[0].document
    assert (found.title, found.id) == ("On bakers", bakers.documents[0].document_id)
    assert bakers.documents[0].status == "added"
    assert site.kept() == 0


def test_before_the_worker_comes_all_of_it_is_in_the_database(site: Site) -> None:
    batch = site.send(file("a.txt"), file("b.txt", BAKERS), publish=False)
    assert site.kept() == 2
    assert [(item.name, item.state, item.stage) for item in site.batches.items(batch)] == [
        ("a.txt", "waiting", "received"),
        ("b.txt", "waiting", "received"),
    ]
    told = site.batches.batch(batch)
    assert (told.actor, told.publish, told.total, told.finished) == ("somchai", False, 2, False)
    waiting = site.batches.waiting()
    assert (waiting.waiting, waiting.working, waiting.since is not None) == (2, 0, True)
    (line,) = site.desk.audit.entries()
    assert (line.actor, line.action, line.details["items"]) == ("somchai", "batch.receive", 2)


def test_each_document_is_in_the_log_with_who_sent_it(site: Site) -> None:
    (item,) = site.bring(file("a.txt"))
    (line,) = site.desk.audit.entries(subject=item.documents[0].document_id)
    assert (line.actor, line.action) == ("somchai", "document.add")
    assert line.details == {"item": item.id, "batch": item.batch}


def test_drafts_are_kept_and_not_found(site: Site) -> None:
    (item,) = site.bring(file("a.txt"), publish=False)
    assert (item.state, item.stage) == ("done", "encoded")
    assert site.base.catalogue.documents() == ()
    assert site.base.searcher.search(SearchQuery("weavers cotton")).total == 0
    documents.publish(site.base, [item.documents[0].document_id])
    assert site.base.searcher.search(SearchQuery("weavers cotton")).total == 1


def test_a_folder_gives_an_item_for_each_file_with_the_facts_beside_it(site: Site) -> None:
    packed = folder(
        one_txt=WEAVERS,
        one_txt_yaml="title: Looms\nkind: case",
        inner__two_txt=BAKERS,
        inner__facts_yaml="event: Bangkok 2019\nkind: report",
        readme_txt="not a document",
    )
    items = site.bring(packed, facts=StatedMetadata(kind=Kind.RELEASE))
    assert [(item.name, item.state) for item in items] == [("one.txt", "done"), ("inner/two.txt", "done")]
    found = {one.title: one for one in site.base.catalogue.documents()}
    assert found["Looms"].kind is Kind.RELEASE  # what the editor states wins, as a flag of the command does
    assert {one.event for one in found.values()} == {None, "APEC Local Innovation Ecosystem Forum, Bangkok 2019"}


def test_a_folder_picked_in_the_browser_is_as_one_on_disk(site: Site) -> None:
    items = site.bring(
        file("papers/one.txt"),
        file("papers/one.txt.yaml", "title: Looms"),
        file("papers/.hidden.txt"),
        file("papers/README.md"),
        file("two.txt", BAKERS),
        file("two.txt.yaml", "kind: no such kind"),
    )
    assert [(item.name, item.state) for item in items] == [("papers/one.txt", "done"), ("two.txt", "failed")]
    assert site.titles() == {"Looms"}


def test_one_bad_file_of_three_does_not_stop_the_others(site: Site) -> None:
    items = site.bring(folder(a_txt=WEAVERS, b_pdf=b"%PDF-1.7 and nothing more", c_txt=BAKERS))
    assert [item.state for item in items] == ["done", "failed", "done"]
    problem = items[1].problem
    assert problem is not None
    assert problem.code == "not_added"
    assert "damaged" in problem.message("en") or "incomplete" in problem.message("en")
    assert "PDF" in problem.message("th")


def test_a_folder_that_cannot_be_taken_is_one_failed_item(site: Site) -> None:
    good, bad = site.bring(file("a.txt"), folder(readme_txt="nothing else"))
    assert (good.state, bad.state, bad.name) == ("done", "failed", "papers.zip")
    assert bad.problem is not None
    assert bad.problem.code == "bad_folder"


def test_what_is_too_large_or_empty_fails_and_the_rest_goes_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.parsers.registry.MAX_BYTES", 1000)
    items = site.bring(UploadedFile("large.txt", b"x" * 1001), UploadedFile("empty.txt", b""), file("a.txt", BAKERS))
    assert [item.state for item in items] == ["failed", "failed", "done"]
    with pytest.raises(Conflict, match="The file of "):
        site.batches.retry("somchai", [items[0].id])
    site.batches.replace("somchai", items[0].id, b"Now it is short enough to be taken in.")
    site.work()
    assert site.batches.item(items[0].id).state == "done"
    with pytest.raises(Conflict, match="\\) has changed in the meantime, so nothing wa"):
        site.batches.replace("somchai", items[0].id, b"Once more")
    with pytest.raises(NotAdded):
        site.batches.replace("somchai", items[1].id, b"x" * 1001)


def test_nothing_and_too_much_are_refused_as_a_whole(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for nothing in ((), (file("facts.yaml", "title: x"), file("x/README.md"))):
        with pytest.raises(Invalid, match="Nothing was sent\\. Choose files, paste te"):
            site.send(*nothing)
    monkeypatch.setattr(upload_items, "MOST_ITEMS", 2)
    with pytest.raises(TooMuch, match="several batches"):
        site.send(file("a.txt"), folder(b_txt="b", c_txt="c"))
    monkeypatch.setattr(upload_items, "MOST_BYTES", 300)
    with pytest.raises(TooMuch, match="The files have more than "):
        site.send(file("a.txt"), file("b.txt"))
    assert site.batches.batches() == []
    assert site.kept() == 0
    assert site.desk.audit.entries() == []


def test_names_are_made_safe(site: Site) -> None:
    names = ["../../etc/passwd", "ก\u202eข.txt", "C:\\temp\\โครงการ.txt", "\x00", "a\nb.txt"]
    batch = site.send(*(file(name, f"{WEAVERS} {name!r}") for name in names))
    assert [item.name for item in site.batches.items(batch)] == [
        "etc/passwd",
        "กข.txt",
        "C:/temp/โครงการ.txt",
        "?",
        "ab.txt",
    ]


def test_ten_thousand_small_files_are_received_soon(site: Site) -> None:
    many = [UploadedFile(f"{number}.txt", b"Paper %d." % number) for number in range(10_000)]
    started = time.monotonic()
    batch = site.send(*many)
    assert time.monotonic() - started < 10
    assert site.batches.batch(batch).counts["waiting"] == 10_000
    assert [item.name for item in site.batches.items(batch, offset=9_998)] == ["9998.txt", "9999.txt"]
    site.batches.cancel("somchai", batch)
    assert site.kept() == 0


def test_pasted_text_is_known_by_its_title(site: Site) -> None:
    (first,) = site.bring(UploadedText("  On\nbakers ", BAKERS))
    assert first.name == "On bakers"
    (again,) = site.bring(UploadedText("On bakers", BAKERS))
    assert again.documents[0].status == "unchanged"
    (untitled,) = site.bring(UploadedText("", "Only words, and no title to know them by."))
    assert untitled.name == "Only words, and no title to know them by."
    (dated,) = site.bring(UploadedText("Results of 5/6", "Three looms were sold on that day."))
    assert site.base.reader.document(dated.documents[0].document_id).summary.source == "Results of 5/6"
    assert len(site.base.catalogue.documents()) == 3


# ---- addresses


def test_an_address_is_fetched_and_cited(site: Site) -> None:
    site.web.pages["https://example.org/weavers"] = f"<html><title>W</title><p>{WEAVERS}</p></html>".encode()
    (item,) = site.bring(UploadedAddress(" https://EXAMPLE.org/weavers "))
    assert (item.state, item.address) == ("done", "https://example.org/weavers")
    assert [one.source for one in site.base.catalogue.documents()] == ["https://example.org/weavers"]


def test_an_address_that_does_not_answer_can_be_tried_again(site: Site) -> None:
    site.web.pages["https://example.org/"] = AddressUnreachable(host="example.org", reason="away")
    item, inside = site.bring(UploadedAddress("https://example.org/"), UploadedAddress("file:///etc/passwd"))
    assert item.problem is not None
    assert (item.state, item.problem.code) == ("failed", "address_unreachable")
    assert inside.problem is not None
    assert (inside.state, inside.problem.code) == ("failed", "bad_address")
    site.web.pages["https://example.org/"] = BAKERS.encode()
    site.batches.retry("somchai", [item.id])
    site.work()
    assert site.batches.item(item.id).state == "done"


def test_what_was_looked_at_goes_in_and_not_what_the_address_gives_later(site: Site) -> None:
    site.bring(file("a.txt"))
    site.web.pages["https://example.org/"] = (WEAVERS + "One more sentence at the end.").encode()
    (item,) = site.bring(UploadedAddress("https://example.org/"))
    assert item.state == "held"
    site.web.pages["https://example.org/"] = b"Something else altogether, put there meanwhile."
    site.batches.accept("somchai", [item.id])
    site.work()
    done = site.batches.item(item.id)
    assert (done.state, len(site.web.asked)) == ("done", 1)
    assert "One more sentence" in site.base.reader.document(done.documents[0].document_id).text


# ---- decisions


def test_the_same_again_needs_no_decision(site: Site) -> None:
    site.bring(file("a.txt"))
    same, copy = site.bring(file("a.txt"), file("b.txt"))
    assert [item.documents[0].status for item in (same, copy)] == ["unchanged", "unchanged"]
    assert (same.state, same.stage, copy.state) == ("done", "searchable", "done")
    assert len(site.base.catalogue.documents()) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_a_near_duplicate_waits_for_a_decision(site: Site, accepted: bool) -> None:
    (first,) = site.bring(file("a.txt"))
    (held,) = site.bring(file("b.txt", WEAVERS + "They also dye with indigo."))
    assert (held.state, held.stage) == ("held", "split")
    (near,) = held.near
    assert (near.document_id, near.why) == (first.documents[0].document_id, "like")
    assert 0.5 < near.likeness < 1
    assert len(site.base.catalogue.documents()) == 1
    assert site.base.searcher.search(SearchQuery("indigo")).results[0].document.id == near.document_id
    assert site.kept() == 1
    (site.batches.accept if accepted else site.batches.leave_out)("mali", [held.id])
    assert site.desk.audit.entries(limit=1)[0].actor == "mali"
    site.work()
    assert site.batches.item(held.id).state == ("done" if accepted else "cancelled")
    assert len(site.base.catalogue.documents()) == 1 + accepted
    assert site.kept() == 0
    with pytest.raises(Conflict, match="\\) has changed in the meantime, so nothing wa"):
        site.batches.accept("mali", [held.id])


def test_near_duplicates_within_one_batch_are_held_too(site: Site) -> None:
    items = site.bring(file("a.txt"), file("b.txt", WEAVERS + "And more."), file("c.txt", BAKERS))
    assert [item.state for item in items] == ["done", "held", "done"]


def test_what_was_removed_is_near_to_nothing(site: Site) -> None:
    (first,) = site.bring(file("a.txt"))
    documents.remove(site.base, [first.documents[0].document_id])
    (item,) = site.bring(file("b.txt", WEAVERS + "And more."))
    assert item.state == "done"


def test_a_new_version_waits_for_a_decision(site: Site) -> None:
    (first,) = site.bring(file("a.txt", BAKERS), publish=False)
    id_ = first.documents[0].document_id
    (held,) = site.bring(file("a.txt"))
    assert [(near.document_id, near.why) for near in held.near] == [(id_, "version")]
    site.batches.accept("somchai", [held.id])
    site.work()
    done = site.batches.item(held.id)
    assert [(one.document_id, one.status) for one in done.documents] == [(id_, "updated")]
    assert site.base.reader.document(id_).summary.version == 2


def test_a_new_version_of_what_an_editor_corrected_says_so(site: Site) -> None:
    (first,) = site.bring(file("a.txt"))
    id_ = first.documents[0].document_id
    stored = site.base.reader.revision(id_)
    corrected = Corrections(StatedMetadata(title="Looms"))
    draft = replace(stored.draft, description=corrected.on(stored.draft.description), corrected=corrected)
    assert documents.revise(site.base, [replace(stored, draft=draft)])
    (held,) = site.bring(file("a.txt", WEAVERS + "And more."))
    assert [(near.document_id, near.why) for near in held.near] == [(id_, "corrected")]


def test_a_file_that_only_has_the_same_name_is_brought_in_apart(site: Site) -> None:
    (first,) = site.bring(file("agenda.txt", BAKERS))
    (held,) = site.bring(file("agenda.txt"))
    assert held.near[0].likeness < 0.1
    site.batches.accept("somchai", [held.id], apart=True)
    site.work()
    (other,) = site.batches.item(held.id).documents
    assert other.status == "added"
    assert other.document_id != first.documents[0].document_id
    assert len(site.base.catalogue.documents()) == 2


def test_what_is_known_by_its_address_cannot_be_brought_in_apart(site: Site) -> None:
    facts = StatedMetadata(source="https://example.org/agenda")
    site.bring(file("a.txt", BAKERS), facts=facts)
    (held,) = site.bring(file("b.txt"), facts=facts)
    assert held.near[0].why == "version"
    with pytest.raises(Conflict, match="example"):
        site.batches.accept("somchai", [held.id], apart=True)
    assert site.batches.item(held.id).state == "held"


def test_of_what_is_left_out_nothing_stays_in_the_files(site: Site) -> None:
    site.bring(file("a.txt"))
    (held,) = site.bring(file("b.txt", WEAVERS + "Zanzibar."))
    home = site.base.settings.home

    def stays() -> bool:
        site.base.close()
        return any(b"Zanzibar" in path.read_bytes() for path in home.iterdir())

    assert stays()
    site.batches.leave_out("somchai", [held.id])
    assert not stays()


def test_decisions_are_all_or_none(site: Site) -> None:
    site.bring(file("a.txt"))
    (held,) = site.bring(file("b.txt", WEAVERS + "And more."))
    done = site.bring(file("c.txt", BAKERS))[0]
    with pytest.raises(Conflict, match=r"c\.txt"):
        site.batches.accept("somchai", [held.id, done.id])
    with pytest.raises(NotFound, match="There is no item "):
        site.batches.leave_out("somchai", [held.id, 999])
    assert site.batches.item(held.id).state == "held"
    assert all(line.action != "item.accept" for line in site.desk.audit.entries())


# ---- trying again


def test_a_failed_file_is_tried_again_with_other_facts_or_another_file(site: Site) -> None:
    (item,) = site.bring(file("a.txt", "\n\n!!! ... ???\n"))
    assert item.problem is not None
    assert (item.state, item.problem.code) == ("failed", "not_added")
    site.batches.retry("somchai", [item.id])
    assert site.batches.item(item.id).problem is None
    site.work()
    assert (site.batches.item(item.id).state, site.kept()) == ("failed", 1)
    site.batches.replace("somchai", item.id, WEAVERS.encode())
    site.work()
    assert (site.batches.item(item.id).state, site.kept()) == ("done", 0)


def test_held_items_may_be_tried_again_with_other_facts(site: Site) -> None:
    site.bring(file("a.txt"))
    (held,) = site.bring(file("b.txt", WEAVERS + "And more."))
    site.batches.retry("somchai", [held.id], StatedMetadata(title="Another title", sample=True))
    assert site.batches.item(held.id).facts == StatedMetadata(title="Another title", sample=True)
    site.work()
    assert site.batches.item(held.id).state == "held"
    site.batches.accept("somchai", [held.id])
    site.work()
    assert "Another title" in site.titles()


def test_a_fault_of_ours_is_told_without_its_insides(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret insides")

    with monkeypatch.context() as patched:
        patched.setattr("kb.pipeline.stages.compose", broken)
        (item,) = site.bring(file("a.txt"))
    assert item.problem is not None
    assert (item.state, item.problem.code) == ("failed", "went_wrong")
    assert "secret" not in item.problem.message("en") + item.problem.message("th")
    assert "secret insides" in caplog.text
    site.batches.retry("somchai", [item.id])
    site.work()
    assert site.batches.item(item.id).state == "done"


# ---- cancelling, blanking, looking


def test_a_batch_is_cancelled_and_what_is_in_stays(site: Site) -> None:
    (done,) = site.bring(file("a.txt", BAKERS))
    batch = site.send(file("b.txt"), file("c.txt", "Other words altogether."))
    site.batches.cancel("somchai", batch)
    site.work()
    assert site.batches.batch(batch).counts["cancelled"] == 2
    assert (len(site.base.catalogue.documents()), site.kept()) == (1, 0)
    assert site.batches.item(done.id).state == "done"
    with pytest.raises(NoSuchBatch):
        site.batches.cancel("somchai", 99)


def test_cancelled_while_it_is_encoded_nothing_of_it_is_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.uploads.item_processor._SECONDS", 0)
    encoder = site.base.model.encoder
    assert isinstance(encoder, WordEncoder)
    batch = site.send(file("a.txt", "\n\n".join(f"{WEAVERS} {WEAVERS} Part {n}." for n in range(20))))
    wrapped = encoder._vector

    def cancelling(token: str):  # type: ignore[no-untyped-def]
        if encoder.encoded == 5:
            encoder.encoded += 1
            progress = site.batches.progress(batch)
            assert progress.counts["working"] == 1
            assert 0 < progress.encoded < progress.to_encode
            site.batches.cancel("mali", batch)
        return wrapped(token)

    monkeypatch.setattr(encoder, "_vector", cancelling)
    site.work()
    assert [item.state for item in site.batches.items(batch)] == ["cancelled"]
    assert (site.base.catalogue.documents(), site.kept()) == ((), 0)
    assert encoder.encoded < 12


def test_of_purged_documents_items_keep_no_words(site: Site) -> None:
    (item,) = site.bring(file("secret name.txt"), facts=StatedMetadata(title="Secret title"))
    (held,) = site.bring(file("b.txt", WEAVERS + "And more."))
    ids = [item.documents[0].document_id]
    documents.remove(site.base, ids)
    documents.purge(site.base, ids)
    with site.base.database.writing() as connection:
        site.batches.blank(connection, ids)
    blank = site.batches.item(item.id)
    assert (blank.name, blank.facts, blank.state) == ("", StatedMetadata(), "done")
    assert site.batches.item(held.id) == replace(held, near=())


def test_batches_are_listed_newest_first(site: Site) -> None:
    numbers = [site.send(UploadedText(f"{n}", f"Words of number {n}.")) for n in range(5)]
    assert [one.id for one in site.batches.batches(limit=2)] == numbers[:2:-1]
    assert [one.id for one in site.batches.batches(limit=2, before=numbers[3])] == [numbers[2], numbers[1]]
    with pytest.raises(NoSuchBatch):
        site.batches.batch(99)
    with pytest.raises(NotFound, match="There is no item "):
        site.batches.item(99)
    with pytest.raises(NoSuchBatch):
        site.batches.progress(99)


def test_time_left_is_told_when_it_can_be_and_not_before(site: Site) -> None:
    batch = site.send(*(file(f"{n}.txt", f"Words of number {n} and nothing else.") for n in range(10)))
    assert site.batches.progress(batch).seconds_left is None

    def settle(which: str, **values: object) -> None:
        columns = ", ".join(f"{name} = {value}" for name, value in values.items())
        with site.base.database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE items SET {columns} WHERE id IN ({which})")

    done = {"state": "'done'", "size": 1000, "passages": 4, "to_encode": 4, "encoded": 4}
    ago = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-{} seconds')"
    settle("1, 2, 3, 4", **done, started_at=ago.format(7), ended_at=ago.format(5))
    settle("5, 6, 7, 8, 9, 10", size=1000)
    assert site.batches.progress(batch).seconds_left is None  # nobody is at work
    settle("5", state="'working'", started_at=ago.format(1), to_encode=4, encoded=2)
    told = site.batches.progress(batch)
    assert told.rate == pytest.approx(2, rel=0.05)
    assert told.seconds_left == pytest.approx(11, rel=0.05)  # five and a half of them, two seconds each
    second = site.send(UploadedText("Later", "x" * 3000))
    assert site.batches.progress(second).seconds_left is None  # nothing of it can be measured
    settle("6, 7, 8, 9, 10", **done, started_at=ago.format(3), ended_at=ago.format(1))
    assert site.batches.progress(batch).seconds_left == pytest.approx(1, rel=0.05)
