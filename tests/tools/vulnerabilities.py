"""Asks the package index whether a pinned dependency has a known vulnerability: `make check` runs it.

Without a network, or with an index that tells nothing of vulnerabilities, that is said and is no failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINS = ("requirements.txt", "tests/requirements.txt")
_QUESTION = ("-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off", "--timeout", "10")
_SECONDS = 300


def asked() -> str | None:
    """What pip-audit says of the pins as JSON; None when it could not ask."""
    files = [part for name in PINS for part in ("-r", str(ROOT / name))]
    command = [sys.executable, *_QUESTION, "--format", "json", *files]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout or None


def told(answer: str | None) -> tuple[Sequence[str], int]:
    """Lines to print, and the exit status: 1 when something is known to be vulnerable."""
    if answer is None:
        return ["No answer about vulnerabilities of dependencies: is there a network? Not checked."], 0
    dependencies: list[Mapping[str, object]] = json.loads(answer)["dependencies"]
    checked = [one for one in dependencies if "vulns" in one]
    lines = [f"Asked for known vulnerabilities: {len(checked)} of {len(dependencies)} dependencies answered for."]
    for one in checked:
        for found in one["vulns"]:  # type: ignore[attr-defined]
            mended = ", ".join(found["fix_versions"]) or "no version yet"
            lines.append(f"{one['name']} {one['version']}: {found['id']}, mended in {mended}. Pin it with `make lock`.")
    return lines, int(len(lines) > 1)


if __name__ == "__main__":
    said, status = told(asked())
    print(*said, sep="\n")
    sys.exit(status)
