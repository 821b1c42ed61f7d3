"""Runs a piece of Python that dies without a word at its N-th call, or has no room on its disk."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PRELOADED = multiprocessing.get_context("forkserver")
_PRELOADED.set_forkserver_preload(
    ["kb.admin", "kb.transfer.backup", "kb.transfer.export_import", "tests.support.encoder"]
)

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
    return run(_MORTAL.replace("{work}", work), call, *paths)


def cramped(work: str, most: int, *paths: Path) -> str:
    """Do `work`, one line on `paths`, when no file can grow beyond `most` bytes; gives what it says."""
    done = run(_CRAMPED.replace("{work}", work), most, *paths)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, as `python -c` does; it is forked off one that has loaded Saphan before.

    To load it takes longer than most of these programs run.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _PRELOADED.Process(target=_execute, args=(program, [*map(str, arguments)], out, err))
        process.start()
        process.join()
        assert process.exitcode is not None
        return subprocess.CompletedProcess(program, process.exitcode, out.read_text(), err.read_text())


def _execute(program: str, arguments: list[str], out: Path, err: Path) -> None:
    for path, stream in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    sys.argv = ["-c", *arguments]
    exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    sys.stdout.flush()
