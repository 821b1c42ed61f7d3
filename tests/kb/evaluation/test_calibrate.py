"""A calibration from files and folders: what it takes, what it tells, and that nothing is half done."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from index import bundled_model
from index.calibration import load, neutral
from kb.cli.main import main
from kb.embedding.calibration import OWN, calibration_for
from kb.errors import HomeUnusable, Invalid
from kb.evaluation.calibrate import FEWEST, calibrate_on, write
from kb.settings import Settings
from tests.support.encoder import WordEncoder

GOODS = ("fish", "coffee", "rice", "silk", "sugar", "boats", "umbrellas", "tea", "honey", "crabs", "bamboo")
THAI_GOODS = ("ปลา", "กาแฟ", "ข้าว", "ผ้าไหม", "น้ำตาล", "เรือ", "ร่ม", "ชา", "น้ำผึ้ง", "ปู", "ไม้ไผ่")


def texts(folder: Path, languages: tuple[str, ...] = ("en", "th"), count: int = len(GOODS)) -> Path:
    """Documents of four sentences with a heading, one for each of the goods and languages."""
    folder.mkdir()
    for number, (thing, thai) in list(enumerate(zip(GOODS, THAI_GOODS, strict=True)))[:count]:
        english_text = (
            f"# How one village sells its {thing}\n\nThe village makes {thing} by hand. Nobody in town bought {thing}. "
            f"A school of design drew a box for {thing}. Now hotels order {thing} every month.\n"
        )
        thai_text = (
            f"# หมู่บ้านหนึ่งขาย{thai}อย่างไร\n\nหมู่บ้านนี้ผลิต{thai}ด้วยมือ\n\nไม่มีใครในเมืองซื้อ{thai}เลย\n\n"
            f"โรงเรียนออกแบบช่วยทำกล่องใส่{thai}ให้\n\nตอนนี้โรงแรมสั่ง{thai}ทุกเดือน\n"
        )
        for language, text in (("en", english_text), ("th", thai_text)):
            if language in languages:
                (folder / f"{number}.{language}.md").write_text(text, encoding="utf-8")
    return folder


def kb(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *arguments], env={"KB_LANGUAGE": "en"})


def test_from_plain_texts(tmp_path: Path) -> None:
    folder = texts(tmp_path / "goods")
    made = calibrate_on([folder], Settings(home=tmp_path), encoder=WordEncoder())
    assert (made.model, made.source, made.languages) == ("words", "goods", ("en", "th"))
    write(made, tmp_path / "home" / "c.npz")
    again = calibrate_on([folder], Settings(home=tmp_path), "goods", WordEncoder())
    loaded = load(tmp_path / "home" / "c.npz", "words")
    for one in (again, loaded):
        np.testing.assert_array_equal(one.same_language.weights, made.same_language.weights)
        np.testing.assert_array_equal(one.certainty.weights, made.certainty.weights)
    assert again.name == made.name
    assert [one.name for one in (tmp_path / "home").iterdir()] == ["c.npz"]


def test_ranking_alone_leaves_stored_vectors_valid(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    before = calibrate_on([texts(tmp_path / "goods")], settings, encoder=WordEncoder())
    write(before, tmp_path / OWN)
    before = load(tmp_path / OWN, "words")
    few = texts(tmp_path / "few", count=10)
    after = calibrate_on([few], settings, encoder=WordEncoder(), ranking_only=True)
    assert after.name == before.name
    assert after.source == "few"
    assert not np.array_equal(after.same_language.weights, before.same_language.weights)


@pytest.mark.parametrize(
    ("languages", "count", "wanting"), [(("en",), 11, "th"), (("th",), 11, "en"), (("en", "th"), 3, "en")]
)
def test_too_few_texts(tmp_path: Path, languages: tuple[str, ...], count: int, wanting: str) -> None:
    folder = texts(tmp_path / "goods", languages, count)
    with pytest.raises(Invalid, match=" questions that they answer\\. Give texts ") as raised:
        calibrate_on([folder], Settings(home=tmp_path), encoder=WordEncoder())
    there = count if wanting in languages else 0
    assert raised.value.values["language"] == wanting
    assert raised.value.values["documents"] == there < FEWEST
    assert f"{there} documents" in raised.value.message("en")
    assert f"เอกสารในภาษานั้น {there} ฉบับ" in raised.value.message("th")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    made = neutral("words", 8, ("en", "th"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "folder", tmp_path / "file" / "c.npz"):
        with pytest.raises(HomeUnusable):
            write(made, path)
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["file", "folder"]
    write(made, tmp_path / "file")  # an earlier one is replaced
    np.testing.assert_allclose(load(tmp_path / "file", "words").rotation, made.rotation, atol=1e-3)


@pytest.mark.model
def test_the_command(tmp_path: Path) -> None:
    folder, home = texts(tmp_path / "goods"), tmp_path / "home"
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = kb(home, "calibrate", str(folder))
    assert done.exit_code == 0, done.output
    assert "photo.png" in done.stderr
    assert "PNG image" in done.stderr
    told = done.stdout.splitlines()
    assert told[:2] == [f"{language}: 11 documents, 11 passages, 22 questions" for language in ("en", "th")]
    assert told[2].startswith("Documents known in both languages: 11")
    assert told[3].startswith(f"Wrote {home / 'calibration.npz'} after ")
    assert "kb reindex" in told[4]
    in_use = calibration_for(bundled_model.name(), lambda: 0, Settings(home=home))
    assert in_use.source == "goods"


@pytest.mark.model
def test_the_command_says_what_is_wrong_and_writes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for path in (texts(tmp_path / "goods", ("th",)), tmp_path / "nowhere"):
        done = kb(home, "calibrate", str(path))
        assert done.exit_code == 1
        assert path.name in done.stderr
        assert not home.exists()
    assert kb(home, "calibrate").exit_code == 2
