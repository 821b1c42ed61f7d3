"""Runs a piece of Python that dies without a word at its N-th call, or has no room on its disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Calls of functions, also those in C such as write, fsync and rename, counted from where the work begins.
_MORTAL = """
import os, signal, sys
from pathlib import Path
from kb.transfer import backup; from kb.transfer import export_import as collection
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from tests.support.encoder import WordEncoder

calls, last = 0, int(sys.argv[1])
def count(frame, event, argument):
    global calls
    if event in ("call", "c_call"):
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
paths = [Path(one) for one in sys.argv[2:]]
sys.setprofile(count)
{work}
sys.setprofile(None)
print(calls)
"""

_CRAMPED = """
import resource, sys
from pathlib import Path
from kb.transfer import backup; from kb.transfer import export_import as collection
from kb.errors import KbError
paths = [Path(one) for one in sys.argv[2:]]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
try:
    {work}
except KbError as error:
    print(error.code, error)
"""


def killed(work: str, call: int, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Do `work`, one or more lines on `paths`, up to call number `call`; without so many it prints how many."""
    return _run(_MORTAL.replace("{work}", work), call, *paths)


def cramped(work: str, most: int, *paths: Path) -> str:
    """Do `work`, one line on `paths`, when no file can grow beyond `most` bytes; gives what it says."""
    done = _run(_CRAMPED.replace("{work}", work), most, *paths)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run(program: str, number: int, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, str(number), *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
