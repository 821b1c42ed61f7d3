"""`make docs`: the measured tables in docs/, made anew. Nobody types a figure.

Needs ../shared/eval.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in kb/__main__.py

import re
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from index.calibration import load
from index.encoder import load_encoder
from kb.cli.ingest import progress
from kb.cli.output import report_text, steps_text, verdicts_text
from kb.embedding.calibration import SHIPPED
from kb.evaluation import beir
from kb.evaluation.cross_fit import cross_fitted
from kb.evaluation.evaluate import RememberingEncoder, ablate, evaluate
from kb.settings import from_environment
from kb.vocabulary.glossary import shipped

ROOT = Path(__file__).resolve().parents[2]
EVAL = ROOT.parent / "shared" / "eval"


SETS = ("practices", "xquad-dev", "ntrex")


def main() -> None:
    """Make all of it."""
    settings = from_environment(os.environ)
    sets = {name: beir.load(EVAL / name) for name in SETS}
    encoder = RememberingEncoder(load_encoder(settings.model, settings.cache.expanduser()))
    vectors = load(SHIPPED, encoder.name)
    with tempfile.TemporaryDirectory() as folder:
        here = replace(settings, home=Path(folder), calibration="")
        for name, data in sets.items():
            others = [one for other, one in sets.items() if other != name]
            folds = cross_fitted(data, others, encoder, shipped(), vectors, Path(folder))
            told = partial(_progress, name)
            if name == "practices":
                steps = ablate(data, here, encoder, told, folds)
                insert(ROOT / "docs" / "quality.md", f"{name} steps", steps_text(steps))
                report = steps[-1]
            else:
                report = evaluate(data, here, encoder, told, folds)
                insert(ROOT / "docs" / "quality.md", f"{name} verdicts", verdicts_text(report))
            insert(ROOT / "docs" / "quality.md", name, report_text(report))


def _progress(name: str, queries: Iterable[str]) -> Iterable[str]:
    return progress(list(queries), unit=f"query of {name}")


def insert(path: Path, name: str, made: str) -> None:
    """Put `made` between the two comments that name it."""
    text = path.read_text(encoding="utf-8")
    between = re.compile(rf"(<!-- made by `make docs`: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not between.search(text):
        raise SystemExit(f"{path} has no place for {name}")
    path.write_text(between.sub(lambda found: f"{found[1]}{made}\n{found[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
