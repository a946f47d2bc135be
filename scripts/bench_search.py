"""Search measured in Chromium beside Pagefind as it comes and Material's own lunr, in one run.

Needs the test environment (Playwright, Chromium). Content is a folder of statutes or made pages.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import random
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import benchmarks

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]

# Each engine as three scripts: make it ready, answer a query, answer with the addresses of all
# hits; and what it loads.
OURS = (
    "async () => { await window.handbook.search('㊙'); }",
    "async q => (await window.handbook.search(q, { limit: 20 })).total",
    "async q => (await window.handbook.search(q, { limit: 100000 })).results.map(r => r.url)",
    r"/(?:assets/search|pagefind/)",
)
PAGEFIND = (
    "async () => { window.p = await import('/pagefind/pagefind.js'); await p.init();"
    " await p.search('xyz'); }",
    "async q => { const s = await p.search(q); await Promise.all(s.results.slice(0, 20)"
    ".map(r => r.data())); return s.results.length; }",
    "async q => Promise.all((await p.search(q)).results.map(async r => (await r.data()).url))",
    "/pagefind/",
)
LUNR = (
    "async () => { const path = JSON.parse(document.getElementById('__config').textContent).search;"
    " const index = await (await fetch('/search/search_index.json')).json();"
    " window.w = new Worker(path); window.ask = m => new Promise(done => {"
    " w.onmessage = e => done(e.data); w.postMessage(m); });"
    " await ask({ type: 0, data: { ...index, options: { suggest: false } } }); }",
    "async q => (await ask({ type: 2, data: q })).data.items.length",
    "async q => (await ask({ type: 2, data: q })).data.items.flat().map(i => i.location)",
    r"/(?:search/|assets/javascripts/(?:workers|lunr)/)",
)
TIMED = (
    "async q => { const t = performance.now(); await (COUNT)(q); return performance.now() - t; }"
)


@dataclass(frozen=True)
class Figures:
    """What one engine shows on one site."""

    name: str
    index: benchmarks.Usage  # making it
    first: float  # KB before the first query
    bytes: float  # KB a query, 95th percentile
    new: float  # ms a query whose index is loaded, 95th percentile
    again: float  # ms of the same query once more, 95th percentile
    recall: float
    precision: float


def run(content: Path | None, base: Path, count: int) -> list[Figures]:
    """Measure the three engines on a content folder (None: 3,000 made pages), `count` queries."""
    content = content or benchmarks._with_pages(base / "content", 3000)
    ours = base / "ours"
    full = ("scripts/build", "--content", str(content), "--out", str(ours), "--no-print")
    without = benchmarks.usage(*full, "--no-search")
    index = _less(benchmarks.usage(*full), without)
    bare, lunr, pagefind = _bare(content, base)
    documents = _documents(ours)
    queries = _queries(documents, count)
    peers = (
        ("本项目", ours, OURS, index),
        ("Pagefind 默认", bare, PAGEFIND, pagefind),
        ("Material lunr", bare, LUNR, lunr),
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        found = []
        for name, site, engine, used in peers:
            with _served(site) as (address, sizes):
                page = browser.new_context().new_page()
                page.goto(address)
                page.wait_for_load_state("networkidle")
                found.append(_measure(name, page, sizes, engine, used, documents, queries))
                page.context.close()
        browser.close()
    return found


def _bare(content: Path, base: Path) -> tuple[Path, benchmarks.Usage, benchmarks.Usage]:
    """A bare site with both peers' indexes, and what lunr's and Pagefind's took."""
    site = base / "bare"
    costs = []
    for plugins in ([], ["search"]):
        settings = {**benchmarks._bare(content / "docs"), "plugins": plugins}
        path = base / "bare.yml"
        path.write_text(json.dumps(settings), encoding="utf-8")
        shutil.rmtree(site, ignore_errors=True)
        command = ("-m", "mkdocs", "build", "-q", "-f", str(path), "-d", str(site))
        costs.append(benchmarks.usage(*command))
    pagefind = benchmarks.usage("-m", "pagefind_bin", "--site", str(site), "--quiet")
    return site, _less(costs[1], costs[0]), pagefind


def _less(whole: benchmarks.Usage, part: benchmarks.Usage) -> benchmarks.Usage:
    """What the whole took more than the part; the peak is the whole's."""
    return benchmarks.Usage(whole.seconds - part.seconds, whole.megabytes)


def _documents(site: Path) -> dict[str, list[str]]:
    """Address -> texts, as the second engine has them."""
    text = (site / "assets/search-text.js").read_text(encoding="utf-8")
    rows = json.loads(text.partition("=")[2].rstrip().rstrip(";"))
    return {row[0]: [block[1] for block in row[6]] for row in rows if row[6]}


def _queries(documents: dict[str, list[str]], count: int) -> list[str]:
    pick = random.Random(7)
    texts = [text for found in documents.values() for text in found if len(text) > 8]
    found: set[str] = set()
    while len(found) < count:
        text = pick.choice(texts)
        length = pick.randint(2, 8)
        start = pick.randint(0, len(text) - length)
        found.add(text[start : start + length].replace('"', "").replace("“", "") or "的")
    return sorted(found)


def _measure(
    name: str,
    page: Page,
    sizes: dict[str, int],
    engine: tuple[str, str, str, str],
    index: benchmarks.Usage,
    documents: dict[str, list[str]],
    queries: list[str],
) -> Figures:
    """Figures of an engine on an open page; sizes: path -> bytes of what it was served so far."""
    ready, count, urls, parts = engine

    def loaded() -> int:
        return sum(size for path, size in sizes.items() if re.match(parts, path))

    page.evaluate(ready)
    first = loaded()
    costs, again, new, recall, precision, hits = [], [], [], 0.0, 0.0, 0
    timed = TIMED.replace("COUNT", count)
    for query in queries:
        before = loaded()
        page.evaluate(count, query)
        costs.append(loaded() - before)
        again.append(page.evaluate(timed, query))
    for query in queries:  # the first time is too long ago to be remembered
        new.append(page.evaluate(timed, query))
        got = {_address(url) for url in page.evaluate(urls, query)} & documents.keys()
        truth = {url for url, texts in documents.items() if any(query in text for text in texts)}
        recall += len(got & truth) / len(truth) if truth else 1
        precision += len(got & truth) / len(got) if got else 0
        hits += bool(got)
    p95 = int(0.95 * len(queries))
    return Figures(
        name,
        index,
        first / 1024,
        sorted(costs)[p95] / 1024,
        sorted(new)[p95],
        sorted(again)[p95],
        recall / len(queries),
        precision / (hits or 1),
    )


def _address(url: str) -> str:
    path = url.partition("#")[0].partition("?")[0]
    if "://" in path:
        path = path.split("/", 3)[3]
    return path.lstrip("/")


@contextlib.contextmanager
def _served(site: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """The address of a site, and the bytes of each file that it served, to workers too."""
    sizes: dict[str, int] = {}

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def send_header(self, keyword: str, value: str) -> None:
            if keyword == "Content-Length":
                sizes[self.path] = int(value)
            super().send_header(keyword, value)

    handler = functools.partial(Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", sizes
    server.shutdown()


def _chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    return path or "/usr/bin/chromium"


def table(found: list[Figures]) -> str:
    lines = [
        "引擎｜建索引（CPU 秒）｜峰值（MB）｜首次搜索前（KB）｜每次搜索 p95（KB）"
        "｜索引已载入 p95（毫秒）｜再搜 p95（毫秒）｜查全率｜查准率"
    ]
    for f in found:
        lines.append(
            f"{f.name}｜{f.index.seconds:.2f}｜{f.index.megabytes:.0f}｜{f.first:.0f}｜{f.bytes:.0f}"
            f"｜{f.new:.1f}｜{f.again:.1f}｜{f.recall:.4f}｜{f.precision:.4f}"
        )
    return "\n".join(lines)
