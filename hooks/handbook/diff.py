"""What `diff` does: two revisions of a content folder to a change report and a sheet to sign."""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from handbook.changes import compare
from handbook.changes.history import History, Revision, Unavailable, different
from handbook.changes.wording import Report, conclusion
from handbook.formats import leaflet, signing, typeset
from handbook.formats.changereport import WRITERS
from handbook.pages.base import Context
from handbook.site import Site, compile_site

WORKING = "工作区"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. head "": the content folder as it is, with what is not committed yet."""

    content: Path
    base: str
    head: str
    as_of: date
    form: str
    out: Path | None = None
    sign: Path | None = None


def diff(wanted: Wanted) -> int:
    """Write what was asked for. 1: the content has errors or an address breaks; 2: wrong usage."""
    if not wanted.content.is_dir():
        return _wrong(f"没有内容文件夹 {wanted.content}")
    for target in (wanted.out, wanted.sign):
        if target is not None and target.is_dir():
            return _wrong(f"{target} 是文件夹，写一个文件名")
    try:
        with tempfile.TemporaryDirectory(prefix="handbook-diff-") as folder:
            report, site, _ = _report(wanted, Path(folder))
        _write(report, site.handbook.settings.body, wanted)
    except Unavailable as error:
        return _wrong(str(error).removesuffix("。"))
    except RuntimeError as error:
        return _wrong(f"会签单没有做成：{error}")
    except OSError as error:
        return _wrong(f"写不了 {error.filename}：{error.strerror}")
    return _say(report)


def insert(content: Path, since: str, as_of: date, out: Path) -> int:
    """Write changes.pdf into `out`: what changed since an edition, for those who hold its print.

    since: its 版本日期, or a revision. Exit codes as of `diff`.
    """
    wanted = Wanted(content, since, "", as_of, "md")
    if not content.is_dir():
        return _wrong(f"没有内容文件夹 {content}")
    try:
        with tempfile.TemporaryDirectory(prefix="handbook-diff-") as folder:
            report, site, edition = _report(wanted, Path(folder))
        if report.errors:
            return _say(report)
        out.mkdir(parents=True, exist_ok=True)
        context = Context(site.handbook, site.links)
        typeset.write(leaflet.insert(context, report, edition), out / "changes.pdf", as_of)
    except Unavailable as error:
        return _wrong(str(error).removesuffix("。"))
    except RuntimeError as error:
        return _wrong(f"没有做成：{error}")
    except OSError as error:
        return _wrong(f"写不了 {error.filename}：{error.strerror}")
    print(f"完成：{out / 'changes.pdf'}", file=sys.stderr)
    return 0


def _report(wanted: Wanted, folder: Path) -> tuple[Report, Site, str]:
    """The report, the new site, and what the old edition is called. Raises Unavailable."""
    history = History.of(wanted.content)
    dated = re.fullmatch(r"\d{4}-\d{2}-\d{2}", wanted.base)
    base = history.edition(wanted.base) if dated else history.revision(wanted.base)
    head = history.revision(wanted.head) if wanted.head else None
    old, new = folder / "old", folder / "new" if head else wanted.content
    old.mkdir()
    before = history.extract(base, old)
    if head is not None:
        new.mkdir()
        if not history.extract(head, new):
            raise Unavailable(f"版本“{head.name}”里没有这个内容文件夹（docs/ 和 data/）。")
    was, now = compile_site(old, wanted.as_of), compile_site(new, wanted.as_of)
    report = Report(
        handbook=now.handbook.settings.name,
        base=base.label,
        head=head.label if head else WORKING,
        as_of=wanted.as_of,
        changes=compare(was, now, different(old, new)),
        errors=now.errors,
        base_errors=len(was.errors) if before else 0,
        new=not before,
        behind=history.behind(base, head.commit if head else "HEAD"),
    )
    return report, now, _edition(was, base)


def _edition(was: Site, base: Revision) -> str:
    """The old edition as its cover names it."""
    settings = was.handbook.settings
    named = settings.edition or base.name
    return f"{named}（{settings.edition_date}）" if settings.edition_date else named


def _write(report: Report, body: str, wanted: Wanted) -> None:
    text = WRITERS[wanted.form](report)
    if wanted.out is None:
        sys.stdout.write(text)
    else:
        wanted.out.parent.mkdir(parents=True, exist_ok=True)
        wanted.out.write_text(text, encoding="utf-8", newline="\n")
    if wanted.sign is not None:
        signing.write(report, body, wanted.sign)


def _say(report: Report) -> int:
    """On stderr, as `check` does: the errors, the addresses that break, the conclusion."""
    for problem in report.errors:
        print(problem, file=sys.stderr)
    for broken in report.changes.addresses.broken:
        print(
            f"错误：网址 /{broken.url}（{broken.title}）会失效。提示：{broken.hint}",
            file=sys.stderr,
        )
    print(conclusion(report), file=sys.stderr)
    return int(report.failed)


def _wrong(message: str) -> int:
    print(f"用法：{message}。", file=sys.stderr)
    return 2
