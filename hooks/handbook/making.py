"""Making the files for the office: all at once, each only when something in it changed.

Finished files are kept in .cache/ under the hash of all that goes into them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from pathlib import Path

from handbook.formats import word
from handbook.products import Product

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "products"
KEPT = 30 * 86400  # seconds since its last use


def make(wanted: Sequence[Product], pages: Mapping[str, str], out: Path, day: date) -> str:
    """Write the products into the site `out`; returns what went wrong, one line each, or "".

    pages: address -> HTML of the page's own content. Tells how far it is on stderr.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    code, started = _code(), time.monotonic()
    fresh, wrong = 0, {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(_make, product, pages, code, out, day): product for product in wanted}
        for done, job in enumerate(as_completed(jobs), 1):
            path = jobs[job].path
            _tell(f"\r做文件 {done}/{len(jobs)}　{path}\033[K")
            try:
                fresh += job.result()
            except RuntimeError as error:
                wrong[path] = f"{path} 没有做成：{error}"
    _forget()
    _tell("\r\033[K")
    seconds = time.monotonic() - started
    counts = f"{len(wanted)} 个，新做 {fresh} 个，没有变化的 {len(wanted) - fresh - len(wrong)} 个"
    print(f"下载文件：{counts}，{seconds:.1f} 秒。", file=sys.stderr, flush=True)
    return "\n".join(wrong[path] for path in sorted(wrong))


def _tell(line: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        print(line, end="", file=sys.stderr, flush=True)


def _code() -> bytes:
    """What writes the files: other code makes other files."""
    folder = Path(word.__file__).parent
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())


def _make(product: Product, pages: Mapping[str, str], code: bytes, out: Path, day: date) -> bool:
    """Write one product, whole or not at all; returns whether it had to be made."""
    content = product.content(pages)
    key = hashlib.sha256(repr(content).encode() + code).hexdigest()
    kept = CACHE / (key + Path(product.path).suffix)
    missing = not kept.exists()
    if missing:
        fresh = kept.with_suffix(f".{os.getpid()}.new{kept.suffix}")
        product.write(content, fresh, day)
        fresh.replace(kept)
    else:
        os.utime(kept)
    target = out / product.path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, target)
    return missing


def _forget() -> None:
    """Delete what was not used for long."""
    now = max((file.stat().st_mtime for file in CACHE.iterdir()), default=0)
    for file in CACHE.iterdir():
        if file.stat().st_mtime < now - KEPT:
            file.unlink()
