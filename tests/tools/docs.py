"""`make docs`: the measured tables in docs/, made anew. Nobody types a figure.

Needs ../shared/eval.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in kb/__main__.py

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from kb.cli.ingest import progress
from kb.cli.output import report_text, steps_text, verdicts_text
from kb.evaluation import beir
from kb.evaluation.calibrate import calibrate_on
from kb.evaluation.evaluate import Report, ablate
from kb.settings import Settings, from_environment

ROOT = Path(__file__).resolve().parents[2]
EVAL = ROOT.parent / "shared" / "eval"


def main() -> None:
    """Make all of it."""
    settings = from_environment(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        here = replace(settings, home=Path(folder), calibration="")
        dev = measured("xquad-dev", here)
        # The calibration that ships is made from ntrex, so ntrex is measured with one made from xquad-dev.
        other = Path(folder) / "from-xquad-dev.npz"
        calibrate_on([EVAL / "xquad-dev"], here).save(other)
        news = measured("ntrex", replace(here, calibration=str(other)))
    for name, steps in (("xquad-dev", dev), ("ntrex", news)):
        insert(ROOT / "docs" / "quality.md", name, report_text(steps[-1]))
        insert(ROOT / "docs" / "quality.md", f"{name} steps", steps_text(steps))
        insert(ROOT / "docs" / "quality.md", f"{name} verdicts", verdicts_text(steps[-1]))


def measured(name: str, settings: Settings) -> tuple[Report, ...]:
    """The measures over one evaluation set, step by step."""
    data = beir.load(EVAL / name)
    return ablate(data, settings, progress=lambda queries: progress(list(queries), unit=f"query of {name}"))


def insert(path: Path, name: str, made: str) -> None:
    """Put `made` between the two comments that name it."""
    text = path.read_text(encoding="utf-8")
    between = re.compile(rf"(<!-- made by `make docs`: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not between.search(text):
        raise SystemExit(f"{path} has no place for {name}")
    path.write_text(between.sub(lambda found: f"{found[1]}{made}\n{found[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
