"""Run MkDocs on a content folder: an atomic build into `out`, or a live preview.

MkDocs runs as a process of its own with a small configuration that inherits the project's (or the
content folder's own) mkdocs.yml; `mkdocs build` by hand gives the same pages.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from handbook.site import compile_site

ROOT = Path(__file__).resolve().parents[2]
HOOKS = ROOT / "hooks"


def build(
    content: Path,
    out: Path,
    as_of: date,
    *,
    strict: bool = False,
    search: bool = True,
    print_: bool = True,
) -> int:
    """Build `content` into `out`; `out` is replaced at the end and only when all is well.

    search: with the search index and the offline bundle. print_: with the files for the office.

    Returns the exit code: 0 done, 1 the content has errors, 2 wrong usage.
    """
    wrong = _unsuitable(content, out)
    if wrong:
        print(f"用法：{wrong}", file=sys.stderr)
        return 2
    started = time.monotonic()
    new = out.parent / f".{out.name}.building"
    old = out.parent / f".{out.name}.replaced"
    _clear(new)
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        print("检查内容，生成页面 …", file=sys.stderr, flush=True)
        options = {"strict": strict, "search": search, "print": print_}
        if _render(content, new, as_of, options):
            return 1
        _clear(old)
        if out.exists():
            out.rename(old)
        new.rename(out)
    finally:
        _clear(new)
    _clear(old)
    pages = sum(1 for _ in out.rglob("index.html"))
    seconds = time.monotonic() - started
    print(f"完成：{pages} 页，{seconds:.1f} 秒，在 {out}/", file=sys.stderr)
    return 0


def print_one(content: Path, out: Path, as_of: date, what: str, name: str, form: str) -> int:
    """Write one printed product into the folder `out`, named as in the site's downloads.

    what, name, form: as `products.find` takes them. Returns the exit code.
    """
    from handbook import making, products

    if not content.is_dir():
        print(f"用法：没有内容文件夹 {content}。", file=sys.stderr)
        return 2
    site = compile_site(content, as_of)
    for problem in site.errors:
        print(problem, file=sys.stderr)
    if site.errors:
        print(f"内容有 {len(site.errors)} 处错误，没有打印。", file=sys.stderr)
        return 1
    try:
        product = products.find(site, what, name, form)
    except LookupError as error:
        print(f"用法：{error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
        if product.sources:  # made from pages, which only the renderer makes
            failed = _render(content, Path(folder), as_of, {"print": product.path})
        else:
            wrong = making.make([product], {}, Path(folder), as_of)
            print(wrong, end="\n" * bool(wrong), file=sys.stderr)
            failed = bool(wrong)
        if failed:
            return 1
        out.mkdir(parents=True, exist_ok=True)
        target = out / Path(product.path).name
        shutil.copyfile(Path(folder) / product.path, target)
    print(f"完成：{target}", file=sys.stderr)
    return 0


def serve(content: Path, as_of: date, port: int) -> int:
    """Preview on 127.0.0.1, with the editing desk on the next port. Returns an exit code.

    Content errors are shown and never end it.
    """
    from handbook.desk import forms
    from handbook.desk.server import Desk

    wrong = _unsuitable(content, None)
    if wrong:
        print(f"用法：{wrong}", file=sys.stderr)
        return 2
    preview, desk = f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port + 1}/"
    try:
        Desk(content, as_of, port + 1, preview).start()
    except (OSError, OverflowError):
        print(f"环境：端口 {port + 1} 不能用，表单打不开；用 --port 换一个。", file=sys.stderr)
        desk = ""
    print(f"预览：{preview} （按 Ctrl-C 结束）", file=sys.stderr, flush=True)
    if desk:
        print(f"用表单改记录：{desk}", file=sys.stderr, flush=True)
    options = {"desk": desk, "forms": [f"data/{of.data}" for of in forms.SHEETS]}
    with _configuration(content, as_of, options) as config:
        command = ["serve", "-q", "-f", config, "-a", f"127.0.0.1:{port}", "--livereload"]
        return _until_ended(command, as_of)


def epoch(day: date) -> str:
    """SOURCE_DATE_EPOCH for a day."""
    return str(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))


def _unsuitable(content: Path, out: Path | None) -> str:
    if not content.is_dir():
        return f"没有内容文件夹 {content}。"
    if out is None:
        return ""
    if out.is_file():
        return f"{out} 是一个文件，不能用作网站的文件夹。"
    if out == content or out in content.parents or out.is_relative_to(content / "docs"):
        return f"网站不能写到内容里：{out}。换一个 --out。"
    if out.is_dir() and any(out.iterdir()) and not (out / "sitemap.xml").exists():
        return f"{out} 里有别的文件，不像是以前生成的网站。清空它，或换一个 --out。"
    return ""


@contextmanager
def _configuration(content: Path, as_of: date, options: Mapping[str, Any]) -> Iterator[str]:
    own = content / "mkdocs.yml"
    settings: dict[str, Any] = {
        "INHERIT": str(own if own.exists() else ROOT / "mkdocs.yml"),
        "docs_dir": str(content / "docs"),
        "hooks": [str(HOOKS / "mkdocs_hooks.py")],
        "theme": {"custom_dir": str(HOOKS / "theme")},
        "watch": [str(content / "data")] if (content / "data").is_dir() else [],
        "extra": {"handbook": {"content": str(content), "as_of": as_of.isoformat(), **options}},
    }
    with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
        if not (content / "docs").is_dir():  # a handbook without written pages is one still
            settings["docs_dir"] = f"{folder}/docs"
            os.mkdir(f"{folder}/docs")
        path = Path(folder) / "mkdocs.json"
        path.write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
        yield str(path)


def _render(content: Path, out: Path, as_of: date, options: Mapping[str, bool | str]) -> int:
    with _configuration(content, as_of, options) as config:
        return _mkdocs(["build", "-q", "-f", config, "-d", str(out)], as_of)


def _mkdocs(arguments: list[str], as_of: date) -> int:
    return subprocess.run(**_process(arguments, as_of), check=False).returncode


def _until_ended(arguments: list[str], as_of: date) -> int:
    """Run MkDocs until Ctrl-C or SIGTERM, which end it too. Returns its exit code, else 0.

    It has a session of its own, where it hears of Ctrl-C only once, from here.
    """
    ended = False
    process = subprocess.Popen(**_process(arguments, as_of), start_new_session=True)

    def end(*_: object) -> None:
        nonlocal ended
        ended = True
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    code = process.wait()
    return 0 if ended else code


def _process(arguments: list[str], as_of: date) -> dict[str, Any]:
    """How `subprocess` runs MkDocs."""
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": epoch(as_of),
        "PYTHONUTF8": "1",
        "NO_MKDOCS_2_WARNING": "1",
    }
    # everything worth reading is on stderr; stdout has MkDocs's own words about the end
    return {
        "args": [sys.executable, "-m", "mkdocs", *arguments],
        "cwd": ROOT,
        "env": environment,
        "stdout": subprocess.DEVNULL,
    }


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
