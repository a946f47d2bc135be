"""`check --watch`: checks again whenever a content file changes, and says what is new and gone."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from threading import Event
from typing import NoReturn

from watchdog.events import (
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.polling import PollingObserver

from handbook.problems import Problem
from handbook.report import no_folder, say, total
from handbook.site import check_site

QUIET = 0.2  # seconds without a change before checking: editors write a file in several steps
# reading a file is an event too, and checking reads them all
_CHANGES = [FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent]


def watch(content: Path, as_of: date) -> int:
    """Check until Ctrl-C; returns an exit code."""
    if not content.is_dir():
        return no_folder(content)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    changed = Event()
    observer = PollingObserver(timeout=0.5)  # sees shared drives too, as the preview does
    handler = _Handler(changed)
    for folder in (content / "data", content / "docs"):
        if folder.is_dir():
            observer.schedule(handler, str(folder), recursive=True, event_filter=_CHANGES)
    observer.start()
    try:
        _loop(content, as_of, changed)
    except KeyboardInterrupt:
        return 0
    finally:
        observer.stop()
        observer.join()


def _loop(content: Path, as_of: date, changed: Event) -> NoReturn:
    problems = check_site(content, as_of)
    say(problems)
    print("改了文件会自动再检查（按 Ctrl-C 结束）。", file=sys.stderr, flush=True)
    while True:
        while not changed.wait(1):  # without a time, Ctrl-C would not be heard on Windows
            pass
        while changed.is_set():
            changed.clear()
            time.sleep(QUIET)
        before, problems = problems, check_site(content, as_of)
        _tell(before, problems)


def _tell(before: Sequence[Problem], after: Sequence[Problem]) -> None:
    """What came and what went; a problem that only moved to another line is neither."""
    for problem in _more(before, after):
        print(f"改好 {problem}", file=sys.stderr)
    for problem in _more(after, before):
        print(f"新增 {problem}", file=sys.stderr)
    print(f"{time.strftime('%H:%M:%S')} {total(after)}", file=sys.stderr, flush=True)


def _more(these: Sequence[Problem], those: Sequence[Problem]) -> list[Problem]:
    left = Counter(map(_same, those))
    found = []
    for problem in these:
        if left[_same(problem)]:
            left[_same(problem)] -= 1
        else:
            found.append(problem)
    return found


def _same(problem: Problem) -> tuple[str, str, str]:
    return problem.place.path, problem.code, problem.message


class _Handler(FileSystemEventHandler):
    def __init__(self, changed: Event) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._changed.set()
