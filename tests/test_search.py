"""Search in a real Chromium: nothing missed, nothing false, both engines alike, any input."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from handbook.numerals import to_int
from handbook.search import BEHIND
from handbook.search.text import fold

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "small"
BLOCK_TAGS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "tr", "div", "section", "details"}
    | {"summary", "table", "ul", "ol", "blockquote", "pre", "dt", "dd", "dl", "figure", "caption"}
    | {"legend", "label", "fieldset", "form"}
)
LEFT_OUT = {"pl", "cited", "badge", "foot", "crumbs"}
VOID = {"br", "hr", "img", "input", "meta", "link", "col", "source", "wbr"}
NO_WASM = "Object.defineProperty(window, 'WebAssembly', { value: undefined });"
NO_SEGMENTER = "delete Intl.Segmenter;"
READY = "window.handbook && window.handbook.search"
NUMBER = re.compile(r"第([一二三四五六七八九十百零〇]+|\d+)(?=[编章节条款项目部])")
ASK = "async ([q, limit]) => await window.handbook.search(q, { limit })"


class Blocks(HTMLParser):
    """The blocks of a page's own content, read apart from the code under test."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []  # tag, text
        self._open: list[tuple[str, bool]] = []  # tag, whether it is left out
        self._words: list[str] = []

    def _break(self) -> None:
        text = fold("".join("".join(self._words).split()))
        self._words.clear()
        if text:
            tag = next((t for t, _ in reversed(self._open) if t in BLOCK_TAGS), "")
            self.blocks.append((tag, text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        if tag in BLOCK_TAGS:
            self._break()
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        out = "data-noindex" in given or bool(
            {"pl", "cited", "badge", "foot", "crumbs"} & {*classes}
        )
        inside = "md-content" in classes or any(t == "article" for t, _ in self._open)
        out = out or (tag == "body" and not inside)
        self._open.append((tag, out))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self._break()
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        article = next((n for n, (t, _) in enumerate(self._open) if t == "article"), None)
        if article is None or any(out for _, out in self._open[article:]):
            return
        self._words.append(data)


@pytest.fixture(scope="module")
def texts(site: Path) -> dict[str, list[tuple[str, str]]]:
    """Address -> blocks of every page."""
    found = {}
    for file in site.rglob("index.html"):
        html = file.read_text(encoding="utf-8")
        if 'http-equiv="refresh"' not in html:
            parser = Blocks()
            parser.feed(html)
            url = file.parent.relative_to(site).as_posix()
            found["" if url == "." else f"{url}/"] = parser.blocks
    return found


def opened(browser: Browser, address: str, script: str = "") -> tuple[Page, list[str]]:
    page = browser.new_context().new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    if script:
        page.add_init_script(script)
    page.goto(address)
    page.wait_for_function(READY)
    return page, wrong


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    found, _ = opened(browser, address)
    yield found
    found.context.close()


def ask(page: Page, query: str, limit: int = 1000) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate(ASK, [query, limit])
    return answer


def urls(answer: dict[str, Any], address: str) -> list[str]:
    hits = (hit for hit in answer["results"] if not hit.get("synonym"))
    return [hit["url"].removeprefix(address) for hit in hits]


def queries(texts: dict[str, list[tuple[str, str]]], count: int, seed: int) -> list[str]:
    pick = random.Random(seed)
    blocks = sorted({text for found in texts.values() for _, text in found if len(text) > 1})
    found: set[str] = set()
    while len(found) < count:
        text = pick.choice(blocks)
        length = min(pick.randint(2, 8), len(text))
        start = pick.randint(0, len(text) - length)
        part = text[start : start + length]
        if '"' not in part and "“" not in part and "”" not in part:
            found.add(part)
    return sorted(found)


def arabic(text: str) -> str:
    """The text with the numbers of its provisions as digits."""
    return NUMBER.sub(lambda found: f"第{to_int(found[1])}", text)


def test_nothing_is_missed_and_nothing_is_false(
    page: Page, address: str, texts: dict[str, list[tuple[str, str]]]
) -> None:
    headings = {
        text
        for found in texts.values()
        for tag, text in found
        if tag.startswith("h") and "“" not in text and len(text) < 60
    }
    wrong = []
    digits = {url: [arabic(text) for _, text in found] for url, found in texts.items()}
    for query in [*queries(texts, 500, 1), *sorted(headings)]:
        truth = {url for url, found in texts.items() if any(query in text for _, text in found)}
        if NUMBER.search(query):  # 第12条 and 第十二条 find each other
            asked = arabic(query)
            truth |= {url for url, found in digits.items() if any(asked in t for t in found)}
        answer = ask(page, query)
        if set(urls(answer, address)) != truth or answer["total"] != len(truth):
            wrong.append((query, set(urls(answer, address)) ^ truth))
    assert wrong == []


ODD = [
    "第12条",
    "第十二条",
    "第(三)项",
    "統戰",
    "一 二",
    "“宗教 事务”",
    "A",
    "<!--",
    "lt",
    "区民宗局",
    "统战条例",
]


@pytest.mark.parametrize("script", [NO_WASM, NO_SEGMENTER])
def test_engines_answer_alike(
    browser: Browser,
    page: Page,
    address: str,
    texts: dict[str, list[tuple[str, str]]],
    script: str,
) -> None:
    other, wrong = opened(browser, address, script)
    for query in [*queries(texts, 60, 2), *ODD]:
        assert ask(page, query, 20) == ask(other, query, 20), query
    assert wrong == []
    other.context.close()


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("raise FileNotFoundError", "没有装好"),
        ("return 'no such file'", "没有装好"),
        (f"return {sys.executable!r}", "没有做成"),
    ],
)
def test_an_index_that_fails_leaves_the_site_as_it_was(
    tmp_path: Path, answers: str, says: str
) -> None:
    out = tmp_path / "site"
    command = [sys.executable, "scripts/build", "--content", str(SMALL), "--out", str(out)]
    subprocess.run([*command, "--no-print"], cwd=ROOT, capture_output=True, check=True)
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    fake = tmp_path / "instead" / "pagefind_bin" / "__init__.py"
    fake.parent.mkdir(parents=True)
    fake.write_text(f"def get_executable(): {answers}\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(fake.parent.parent)}
    done = subprocess.run(
        [*command, "--no-print"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert before == {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}


@pytest.mark.parametrize("gone", [False, True])  # no connection, or a newer site there by now
@pytest.mark.parametrize(
    "lost", ["pagefind/**", "wasm*", "*.pf_meta", "*.pf_index", "*.pf_fragment"]
)
def test_the_second_engine_takes_over_when_the_first_fails(
    browser: Browser, address: str, lost: str, gone: bool
) -> None:
    context = browser.new_context()
    other = context.new_page()
    other.route(f"**/{lost}", lambda route: route.fulfill(status=404) if gone else route.abort())
    other.goto(address)
    other.wait_for_function(READY)
    assert ask(other, "领导小组")["total"] > 10
    context.close()


def test_from_a_disk(
    browser: Browser, page: Page, site: Path, address: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(site / "downloads/offline.zip") as bundle:
        bundle.extractall(tmp_path)
    disk, wrong = opened(browser, (tmp_path / "index.html").as_uri())
    base = tmp_path.as_uri() + "/"
    for query in ("信教公民", "第十二条", "区民宗局", "没有这样的话"):
        here = [
            hit["url"].replace(base, "").replace("index.html", "")
            for hit in ask(disk, query)["results"]
        ]
        there = [hit["url"].removeprefix(address) for hit in ask(page, query)["results"]]
        assert here == there
    disk.locator(".cards a", has_text="区民宗局").first.click()
    assert disk.locator("h1").inner_text() == "区民族宗教事务局"
    assert "截至" in disk.locator(".foot").inner_text()
    assert wrong == []
    disk.context.close()


def test_ranking(page: Page, site: Path) -> None:
    titles = [hit["title"] for hit in ask(page, "宗教事务条例")["results"]]
    assert titles[0] == "宗教事务条例"
    ranked = [hit for hit in ask(page, "职责分工")["results"] if not hit.get("synonym")]
    tiers = []
    for hit in ranked:
        headings = [s["heading"] for s in hit["sections"]]
        tiers.append(
            0 if "职责分工" in hit["title"] else 1 if "职责分工" in "".join(headings) else 2
        )
    assert tiers[0] == 0
    first_body = tiers.index(2)
    assert 0 not in tiers[first_body:]
    assert BEHIND == ("已修改", "已废止")


def test_folding_and_other_names(page: Page) -> None:
    def total(query: str) -> int:
        count: int = ask(page, query)["total"]
        return count

    assert total("第12条") == total("第十二条") > 0
    assert total("（一）") == total("(一)") > 0
    assert total("統一戰綫") == total("统一战线") > 0
    assert total("领导 小组") >= total("“领导 小组”") == total("领导小组") > 0
    also = [hit for hit in ask(page, "大统战格局")["results"] if hit.get("synonym")]
    assert also
    assert ask(page, "大统战格局")["results"][-1].get("synonym")


BAD = [
    "",
    "   ",
    "的",
    "领" * 10_000,
    '"',
    '""',
    "“”",
    ".*",
    "[",
    "(?:",
    "\\",
    "<img src=x onerror=alert(1)>",
    "</script>",
    "&lt;",
    "\u0000\u0007",
    "\ud800",
    "\udc00a",
    "😀",
    "%",
    "𠮷",
    "constructor",
    "__proto__",
]


@pytest.mark.parametrize("script", ["", NO_WASM])
def test_any_input(browser: Browser, address: str, script: str) -> None:
    other, wrong = opened(browser, address, script)
    for query in BAD:
        # lone surrogates cannot be sent to the browser as they are
        units = [ord(c) for c in query]
        run = "async units => await window.handbook.search(String.fromCodePoint(...units))"
        answer = other.evaluate(run, units)
        assert answer["total"] >= 0
    for nothing in ("", "   ", '"', "“”"):
        assert ask(other, nothing) == {"total": 0, "results": []}
    assert wrong == []
    other.context.close()


def test_box_by_keyboard(browser: Browser, address: str) -> None:
    box, wrong = opened(browser, address)
    box.keyboard.press("/")
    box.keyboard.type("信教公民")
    box.wait_for_selector(".find__list a")
    assert "找到" in box.locator(".find__status").inner_text()
    box.keyboard.press("ArrowDown")
    box.keyboard.press("ArrowDown")
    chosen = box.locator(".find__list a[aria-selected]")
    assert box.locator(".find input").get_attribute(
        "aria-activedescendant"
    ) == chosen.get_attribute("id")
    box.keyboard.press("Enter")
    box.wait_for_selector("mark.found")
    assert "#art_" in box.url
    box.keyboard.press("Escape")
    assert box.locator("mark.found").count() == 0
    box.keyboard.press("Control+k")
    box.keyboard.type("没有这样的话")
    box.wait_for_selector(".hit__none")
    box.keyboard.press("Escape")
    assert box.locator(".find__panel").is_hidden()
    assert wrong == []
    box.context.close()


def test_results_page(browser: Browser, address: str) -> None:
    results, wrong = opened(browser, f"{address}search/?q=联络员")
    results.wait_for_selector(".results__list .hit")
    before = results.locator(".results__list .hit").count()
    results.locator(".results__facets select").first.select_option("职责")
    results.wait_for_url("**kind=*")
    results.wait_for_selector(".results__list .hit")
    assert 0 < results.locator(".results__list .hit").count() < before
    assert set(results.locator(".hit__kind").all_inner_texts()) == {"职责"}
    results.goto(f"{address}search/?q=<img src=x onerror=window.hurt=1>")
    results.wait_for_selector(".results__count")
    assert results.evaluate("window.hurt") is None
    assert wrong == []
    results.context.close()


def test_by_touch_on_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = context.new_page()
    phone.goto(address)
    phone.locator(".find input").tap()
    phone.keyboard.type("信教公民")
    phone.wait_for_selector(".find__list a")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator(".find__list a").nth(1).tap()
    phone.wait_for_selector("mark.found")
    context.close()


def test_synonyms_of_the_editors(page: Page) -> None:
    also = [hit for hit in ask(page, "非公企业")["results"] if hit.get("synonym")]
    assert any("民营企业" in section["excerpt"] for hit in also for section in hit["sections"])


def test_pinyin_initials_of_units(page: Page) -> None:
    answer = ask(page, "mzj")
    found = [hit["title"] for hit in answer["results"] if hit.get("synonym")]
    assert {"区民族宗教事务局", "区民政局"} <= set(found)
    assert answer["total"] == 0


def test_a_query_loads_little(browser: Browser, address: str) -> None:
    tab = browser.new_context().new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    tab.goto(address)
    tab.wait_for_function(READY)
    assert tab.evaluate(ASK, ["鱻", 20])["total"] == 0
    assert sum(url.startswith("pagefind/index/") for url in asked) <= 4
    assert not [url for url in asked if url.startswith(("assets/search-text", "pagefind/fragment"))]
    tab.context.close()
