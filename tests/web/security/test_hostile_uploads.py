"""What somebody could send to do harm: it does none, and nothing of it is left where it should not be."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from bs4 import BeautifulSoup

from kb.uploads.filenames import UNSEEN
from kb.uploads.models import UploadItem
from kb.uploads.worker import Worker
from tests.support.site_server import served
from tests.support.visitors import Opened, opened, token_of

WORDS = "Weavers of the village sell cotton cloth to shops in the city. "
SCRIPTED = (
    "<!doctype html><html><head><title>Fair</title><script>alert('in head')</script></head>"
    f"<body onload=alert(1)><h1>Fair</h1><p>{WORDS * 3}<img src=x onerror=alert(2)></p>"
    "<p><a href='javascript:alert(3)'>A link</a></p><script>alert('in body')</script></body></html>"
)
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script><text>{WORDS}</text></svg>'


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Opened]:
    made = opened(tmp_path / "home")
    yield made
    assert made.base.verify() == ()
    made.base.close()


def send(site: Opened, *files: tuple[str, bytes]) -> list[UploadItem]:
    """Send files in as an editor, to be published, and do the work; what became of them."""
    browser = site.browser("malee")
    form = {"csrf_token": token_of(browser, "/desk/bring-in"), "publish": "yes"}
    sent = [(BytesIO(data), name) for name, data in files]
    assert browser.post("/desk/bring-in", data=form | {"files": sent}).status_code == 303
    Worker(site.desk.batches).once()
    return site.desk.batches.items(site.desk.batches.batches()[0].id, limit=20_000)


def packed(files: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def raw(name: bytes, data: bytes, token: str) -> bytes:
    """The body of a form with a file whose name is written as no browser writes it."""
    return (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n"
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="' + name + b'"\r\n'
        b"Content-Type: text/html\r\n\r\n" + data + b"\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.txt",
        "..\\..\\windows\\win.txt",
        "/etc/cron.d/paper.txt",
        "nul\0l.txt",
        "tab\tbell\x07.txt",
        "รายงานการประชุม.txt",
        "ก" * 300 + ".txt",
        "\u202etxt.exe",
        "..",
        ".",
        "-rf *.txt",
        "con.txt",
        "\ufeffa\u2028b.txt",
        "<b>bold</b>.txt",
    ],
)
def test_a_name_does_no_harm(site: Opened, tmp_path: Path, name: str) -> None:
    browser = site.browser("malee")
    body = raw(name.encode(), WORDS.encode(), token_of(browser, "/desk/bring-in"))
    answer = browser.post("/desk/bring-in", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 303
    Worker(site.desk.batches).once()
    (item,) = site.desk.batches.items(1)
    assert item.state == "done"
    assert not UNSEEN.search(item.name)
    assert ".." not in item.name.split("/")
    assert not item.name.startswith("/")
    assert len(item.name) <= 150
    page = browser.get("/desk/batches/1").text
    assert not UNSEEN.search(page.replace("\n", ""))
    assert not BeautifulSoup(page, "lxml").select(".items b")
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
    given = browser.get(f"/desk/documents/{item.documents[0].document_id}/original")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert not UNSEEN.search(unquote(given.headers["Content-Disposition"]))


def test_a_scripted_page_is_text_here_and_a_download_as_it_came(site: Opened) -> None:
    (item,) = send(site, ("fair.html", SCRIPTED.encode()))
    document = f"/documents/{item.documents[0].document_id}"
    reader = site.stranger()
    page = reader.get(document)
    assert "alert(" not in page.text
    assert "javascript:" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]  # so that default-src holds
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    original = reader.get(f"{document}/original")
    assert original.data == SCRIPTED.encode()
    assert original.mimetype == "application/octet-stream"
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert original.headers["Content-Disposition"] == "attachment; filename=fair.html"


def test_pictures_that_run_and_files_of_two_kinds(site: Opened) -> None:
    paper = packed({"word/document.xml": b"<w/>", "a.txt": WORDS.encode()})
    items = send(
        site,
        ("drawing.svg", SVG.encode()),
        ("photo.jpg.html", b"\xff\xd8\xff\xe0" + SCRIPTED.encode()),
        ("gif.html", b"GIF89a/*" + SCRIPTED.encode()),
        ("paper.pdf", b"%PDF-1.7\n" + SCRIPTED.encode()),
        ("page.pdf", SCRIPTED.encode() + packed({"inner.txt": WORDS.encode()})),
        ("paper.docx", paper),
        ("nothing.txt", b""),
        ("noughts.txt", b"\0" * 5000),
    )
    reader = site.stranger()
    for item in items:
        assert item.state in ("done", "failed", "held")
        assert item.problem is None or item.problem.code == "not_added"
        for made in item.documents:
            assert "alert(" not in reader.get(f"/documents/{made.document_id}").text
    by_name = {item.name: item.state for item in items}
    assert by_name["nothing.txt"] == by_name["noughts.txt"] == by_name["drawing.svg"] == "failed"


def test_bombs_are_refused_before_they_go_off(site: Opened) -> None:
    much = b"0" * (30 << 20)
    folder = packed({f"{n}.txt": much for n in range(6)})
    document = packed({"word/document.xml": b"<w>" + b" " * (120 << 20) + b"</w>", "[Content_Types].xml": b""})
    assert len(folder) + len(document) < 1 << 20
    began = time.monotonic()
    items = send(site, ("folder.zip", folder), ("paper.docx", document))
    assert time.monotonic() - began < 20
    assert [item.state for item in items] == ["failed", "failed"]
    assert [item.problem.code for item in items if item.problem] == ["bad_folder", "not_added"]


def test_a_folder_with_names_that_lead_outside(site: Opened, tmp_path: Path) -> None:
    names = ["../outside.txt", "/absolute.txt", "C:/drive.txt", "inside/paper.txt", "inside/bad\u202ename.txt"]
    items = send(site, ("folder.zip", packed({name: WORDS.encode() for name in names})))
    assert [item.name for item in items if item.state == "done"] == ["inside/paper.txt"]
    assert sum(item.state == "failed" for item in items) == 4
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_ten_thousand_files(site: Opened) -> None:
    """Taken in one go, and shown by pages; nothing of it is worked on here, since that takes minutes."""
    browser = site.browser("malee")
    token = token_of(browser, "/desk/bring-in")
    folder = packed({f"{n:05}.txt": WORDS.encode() + str(n).encode() for n in range(10_000)})
    began = time.monotonic()
    answer = browser.post("/desk/bring-in", data={"csrf_token": token, "files": [(BytesIO(folder), "all.zip")]})
    assert answer.status_code == 303
    assert browser.get("/desk/batches/1?offset=9950").text.count("<li id=") == 50
    assert browser.get("/desk/batches/1/progress?item=1").status_code == 200
    assert browser.post("/desk/batches/1/cancel", data={"csrf_token": token}).status_code == 303
    assert time.monotonic() - began < 60
    more = packed({f"{n}.txt": b"x" for n in range(10_001)})
    answer = browser.post("/desk/bring-in", data={"csrf_token": token, "files": [(BytesIO(more), "more.zip")]})
    assert answer.status_code == 303
    (item,) = site.desk.batches.items(2)
    assert item.problem is not None
    assert item.problem.code == "bad_folder"


def test_many_files_at_once_and_too_many(site: Opened) -> None:
    browser = site.browser("malee")
    token = token_of(browser, "/desk/bring-in")

    def sent(number: int) -> int:
        files = [(BytesIO(f"{WORDS} {n}".encode()), f"{n}.txt") for n in range(number)]
        return browser.post("/desk/bring-in", data={"csrf_token": token, "files": files}).status_code

    assert sent(1500) == 303
    assert site.desk.batches.batch(1).total == 1500
    assert sent(10_001) == 413
    assert sent(10_300) == 413
    assert len(site.desk.batches.batches()) == 1


def test_several_people_at_once(site: Opened) -> None:
    def one(number: int) -> int:
        browser = site.browser(f"editor{number}")
        form = {"csrf_token": token_of(browser, "/desk/bring-in"), "publish": "yes"}
        files = [(BytesIO(f"Paper {number} {n}: {WORDS}".encode()), f"{number}-{n}.txt") for n in range(5)]
        return browser.post("/desk/bring-in", data=form | {"files": files}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(one, range(6))) == {303}
    batches = site.desk.batches.batches()
    assert sorted(batch.actor for batch in batches) == [f"editor{n}" for n in range(6)]
    assert [batch.total for batch in batches] == [5] * 6


def test_a_connection_that_breaks_off_leaves_nothing(
    site: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    browser = site.browser("malee")
    token = token_of(browser, "/desk/bring-in")
    cookie = browser.get_cookie("saphan")
    assert cookie is not None
    whole = raw(b"paper.txt", WORDS.encode() * 30_000, token)
    with served(site.app) as address:
        place = urlsplit(address)
        for part in (200, len(whole) // 2, len(whole) - 4):
            with socket.create_connection((place.hostname or "", place.port or 0)) as wire:
                head = (
                    f"POST /desk/bring-in HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: saphan={cookie.value}\r\n"
                    f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(whole)}\r\n\r\n"
                )
                wire.sendall(head.encode() + whole[:part])
        deadline = time.monotonic() + 10
        while spooled(spool) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert spooled(spool) == []
    assert site.desk.batches.batches() == []


def spooled(folder: Path) -> list[str]:
    """Files in a folder, or open in this process though they have no name there any more."""
    there = [path.name for path in folder.iterdir()]
    for number in os.listdir("/proc/self/fd"):
        try:
            path = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue  # the one that lists them
        if path.startswith(str(folder)):
            there.append(path)
    return there


def test_a_body_that_is_shorter_than_it_says_takes_nothing(site: Opened) -> None:
    browser = site.browser("malee")
    body = raw(b"paper.txt", WORDS.encode(), token_of(browser, "/desk/bring-in"))
    for part in (body[:-9], body[: len(body) // 2]):
        answer = browser.post("/desk/bring-in", data=part, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == 400
    assert site.desk.batches.batches() == []
