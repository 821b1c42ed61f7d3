"""Fixtures that the whole run shares: one loaded model, one knowledge base with the samples."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in kb/__main__.py
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from filelock import FileLock

from index.encoder import Encoder, load_encoder
from kb.accounts import passwords
from kb.cli.ingest import bring_in
from kb.knowledge_base import KnowledgeBase
from kb.pipeline.file_discovery import FileToIngest, find
from kb.settings import Settings, from_environment
from tests.support.encoder import WordEncoder

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data and seeds, which lie beside a checkout and are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (evaluation data and seeds), which is not here")
    return SHARED


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where the bundled model is unpacked, once for all runs on a machine."""
    return from_environment(os.environ).cache


@pytest.fixture(scope="session")
def encoder(cache: Path) -> Encoder:
    """The bundled model, loaded once."""
    return load_encoder("bundled", cache)


@pytest.fixture(scope="session")
def sample_base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A knowledge base with the sample documents and the bundled model. Only to be read."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # of all processes together: the first one makes the home, the others open it
    with FileLock(run / "samples.lock"):
        base = KnowledgeBase(Settings(home=run / "samples"), encoder)
        if not base.catalogue.documents():
            assert bring_in(base, [str(ROOT / "samples")])["failed"] == 0
    yield base
    base.close()


@pytest.fixture(scope="session")
def sample_files(sample_base: KnowledgeBase) -> dict[str, str]:
    """The file under samples/ of each of its documents, by id."""
    found = {}
    for source in find([str(ROOT / "samples")]):
        assert isinstance(source, FileToIngest)
        added = sample_base.ingestor.add(source.read(), name=source.name, origin=source.origin, stated=source.facts())
        assert {one.status for one in added} == {"unchanged"}
        for one in added:
            found[one.document_id] = Path(source.path).relative_to(ROOT / "samples").as_posix()
    return found


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2 at its cheapest: its usual costs are most of the time of tests that log in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="module")
def loaded_once(encoder: Encoder) -> Iterator[None]:
    """Have commands that run in this process take the model that is loaded, instead of loading it each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.embedding.model.load_encoder", lambda name, cache: encoder)
        yield


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """An empty knowledge base with an encoder that takes no time."""
    opened = KnowledgeBase(Settings(home=tmp_path / "home"), WordEncoder())
    yield opened
    opened.close()
