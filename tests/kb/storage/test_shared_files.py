"""A file that gave several documents: what of it is hidden or purged is not given out with the rest of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.models import StatedMetadata
from kb.admin import AdminServices
from kb.errors import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.models import IngestOutcome
from kb.settings import Settings
from kb.transfer import export_import
from kb.uploads.models import UploadedFile
from kb.uploads.worker import Worker
from tests.kb.editorial.test_trash import left, needles
from tests.support.encoder import WordEncoder

TABLE = (
    "title,text\n"
    "Looms of Alpha,The weavers of Alpha sell silk scarves and share their looms among families.\n"
    "Boats of Bravo,The quokkamongers of Bravo share ice and boats with their neighbours.\n"
)
LATER = TABLE.replace("silk scarves", "cotton scarves")  # Bravo stands in it, and is as it was
SECRET = needles(["quokkamonger", "Boats of Bravo"])


@pytest.fixture
def desk(base: KnowledgeBase) -> AdminServices:
    return AdminServices(base)


def brought(desk: AdminServices, data: str, *, publish: bool = True) -> list[str]:
    """The ids of Alpha and Bravo, as the table gave them."""
    batch = desk.batches.receive("somchai", [UploadedFile("cases.csv", data.encode())], StatedMetadata(), publish)
    Worker(desk.batches).once()
    (item,) = desk.batches.items(batch)
    if item.state == "held":
        desk.batches.accept("somchai", [item.id])
        Worker(desk.batches).once()
        item = desk.batches.item(item.id)
    found = desk.review.summaries([one.document_id for one in item.documents])
    return [one.id for one in sorted(found, key=lambda one: "Bravo" in one.title)]


@pytest.mark.parametrize("versions", [[TABLE], [TABLE, LATER]], ids=["as it came", "unchanged in a later file"])
def test_the_file_is_withheld_while_a_document_of_it_is_hidden(desk: AdminServices, versions: list[str]) -> None:
    for data in versions:
        alpha, bravo = brought(desk, data)
    assert desk.base.reader.original(alpha).data.decode() == versions[-1]
    desk.removal.remove("somchai", [bravo])
    with pytest.raises(NotFound, match="This file also contains unpublished docu"):
        desk.base.reader.original(alpha)
    assert desk.review.original(alpha).data.decode() == versions[-1]  # editors see what is removed, too
    desk.removal.undo("somchai", [bravo])
    assert desk.base.reader.original(alpha).data.decode() == versions[-1]


def test_the_file_is_withheld_while_a_document_of_it_is_a_draft(desk: AdminServices) -> None:
    alpha, bravo = brought(desk, TABLE, publish=False)
    desk.review.publish("somchai", [alpha])
    with pytest.raises(NotFound, match="This file also contains unpublished docu"):
        desk.base.reader.original(alpha)
    desk.review.publish("somchai", [bravo])
    assert desk.base.reader.original(alpha).data.decode() == TABLE


def test_the_file_of_one_document_is_given_whatever_becomes_of_others(desk: AdminServices) -> None:
    (alpha,) = desk.base.ingestor.add(b"The weavers of Alpha sell silk.", name="alpha.txt")
    (bravo,) = desk.base.ingestor.add(b"The boats of Bravo.", name="bravo.txt")
    desk.removal.remove("somchai", [bravo.document_id])
    assert desk.base.reader.original(alpha.document_id).data == b"The weavers of Alpha sell silk."


@pytest.mark.parametrize("versions", [[TABLE], [TABLE, LATER]], ids=["as it came", "unchanged in a later file"])
def test_of_what_is_purged_nothing_is_left_in_the_files_of_others(
    desk: AdminServices, tmp_path: Path, versions: list[str]
) -> None:
    for data in versions:
        alpha, bravo = brought(desk, data)
    home = desk.base.settings.home
    assert left(home, SECRET)
    desk.removal.remove("somchai", [bravo])
    assert desk.removal.purge("somchai", [bravo]).clean
    assert left(home, SECRET) == set()
    file = desk.base.reader.original(alpha)
    assert (file.name, file.data.decode()) == (f"{alpha}.txt", desk.base.reader.document(alpha).text)
    assert desk.base.verify() == ()


def test_the_same_file_brings_back_what_was_purged_of_it(desk: AdminServices) -> None:
    alpha, bravo = brought(desk, TABLE)
    desk.removal.remove("somchai", [bravo])
    desk.removal.purge("somchai", [bravo])
    assert brought(desk, TABLE) == [alpha, bravo]
    assert desk.base.reader.original(bravo).data.decode() == TABLE


def test_what_is_left_of_it_is_exported_and_comes_in_again(desk: AdminServices, tmp_path: Path) -> None:
    alpha, bravo = brought(desk, TABLE)
    desk.removal.remove("somchai", [bravo])
    desk.removal.purge("somchai", [bravo])
    export_import.export(desk.base.settings.home, tmp_path / "export")
    other = KnowledgeBase(Settings(home=tmp_path / "other"), WordEncoder())
    (added,) = export_import.bring_back(other, export_import.checked(tmp_path / "export"))
    assert isinstance(added, IngestOutcome)
    assert added.status == "added"
    assert other.reader.original(alpha) == desk.base.reader.original(alpha)
    other.close()
