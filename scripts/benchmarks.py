"""What `scripts/bench` measures: ratios against a peer, the two alternating in one run, best of N.

CPU is user and system time of the whole process tree. The content is made here, the same each time.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from handbook import links, load, rules
from handbook.formats import offline

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 11, 25)
ENVIRONMENT = {
    **os.environ,
    "NO_MKDOCS_2_WARNING": "1",
    "PYTHONUTF8": "1",
    "PYTHONPATH": str(ROOT / "hooks"),
}
_CHARACTERS = (
    "统一战线工作领导小组成员单位职责分工督促检查协调联络请示报告民族宗教事务条例民营经济"
    "新的社会阶层人士党外知识分子港澳台海外侨务基层基础考核依法按期书面材料登记核对会议"
)
_ARTICLES = ["二", "三", "六", "二十", "二十二", "三十五", "四十二"]


@dataclass(frozen=True)
class Row:
    """One measured figure; `limit` None means that it is only told."""

    name: str
    value: float
    limit: float | None
    detail: str


def run(*, quick: bool) -> list[Row]:
    """Measure everything; `quick` on a tenth of the size, for a look whether it works."""
    part = 10 if quick else 1
    times = 1 if quick else 3
    with tempfile.TemporaryDirectory(prefix="handbook-bench-") as folder:
        base = Path(folder)
        return [
            *_records(base / "records", 5000 // part, times),
            *_pages(base, 1000 // part, times),
            *_matrix(base / "matrix"),
        ]


# Content


class _Writer:
    """Made texts, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)

    def words(self, count: int) -> str:
        return "".join(self.random.choice(_CHARACTERS) for _ in range(count))

    def page(self, number: int) -> str:
        """A page of about 1,500 characters with headings, a list, a table and citations."""
        parts = [f"# {self.words(8)}{number}\n"]
        for section in range(5):
            parts.append(f"## {self.words(6)}{section}\n")
            for _ in range(3):
                article = self.random.choice(_ARTICLES)
                cited = f"依照《登记条例》第{article}条办理"
                parts.append(f"{self.words(45)}，{cited}。{self.words(35)}。\n")
            parts.append(f"- {self.words(18)}\n- {self.words(18)}\n")
        parts.append(f"| 事项 | 时限 |\n|---|---|\n| {self.words(6)} | {self.words(6)} |\n")
        return "\n".join(parts)

    def regulation(self, articles: int, title: str = "登记条例") -> str:
        from handbook.numerals import to_chinese

        head = (
            f"---\n标题: {title}\n类别: 行政法规\n制定机关: 国务院\n公布日期: 2020-01-01\n"
            "施行日期: 2020-02-01\n文本: 全文\n---\n\n第一章 总则\n\n"
        )
        body = "".join(
            f"第{to_chinese(n)}条 {self.words(60)}。\n\n（一）{self.words(20)}；\n\n"
            f"（二）{self.words(20)}。\n\n{self.words(40)}。\n\n"
            for n in range(1, articles + 1)
        )
        return head + body

    def duty(self, number: int, units: int) -> str:
        lead, one, two = (self.random.randrange(units) for _ in range(3))
        supports = [f"第{u}局" for u in dict.fromkeys((one, two)) if u != lead]
        first, second = self.random.sample(_ARTICLES, 2)
        return (
            f"- 编号: d-{number}\n  事项: {self.words(12)}{number}\n  领域: 综合\n"
            f"  牵头: 第{lead}局\n  配合: [{', '.join(supports) or '办公室'}]\n  依据:\n"
            f"    - 《登记条例》第{first}条\n    - 《登记条例》第{second}条第一款第（一）项\n"
            f"  频次: 每季度\n  时限: 每季度末月25日前\n  成果: {self.words(8)}\n"
            f"  考核: {self.words(14)}，按时率100%\n  分值: 3\n  佐证: {self.words(8)}\n"
            f"  说明: {self.words(40)}\n\n"
        )


def _content(folder: Path, writer: _Writer, *, units: int, duties: int) -> Path:
    files = {
        "data/handbook.yml": "名称: 试验手册\n地区: X区\n机构: 领导小组\n",
        "data/fields.yml": "- 编号: general\n  名称: 综合\n",
        "data/units.yml": "- 编号: office\n  名称: 办公室\n  类别: 党委部门\n"
        + "".join(f"- 编号: u{n}\n  名称: 第{n}局\n  类别: 政府部门\n" for n in range(units)),
        "data/duties/general.yml": "".join(writer.duty(n, units) for n in range(duties)),
        "docs/regulations/dengji.md": writer.regulation(50),
        "docs/index.md": "# 试验手册\n",
    }
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def statutes(folder: Path, count: int) -> Path:
    """Content with `count` regulations of fifty articles, about eight A4 pages each."""
    writer = _Writer()
    _content(folder, writer, units=20, duties=40)
    for number in range(count):
        text = writer.regulation(50, f"第{number}号条例")
        (folder / f"docs/regulations/law-{number}.md").write_text(text, encoding="utf-8")
    return folder


def _with_pages(folder: Path, count: int) -> Path:
    """Content with `count` written pages in ten folders."""
    writer = _Writer()
    _content(folder, writer, units=2, duties=2)
    for number in range(count):
        file = folder / f"docs/part-{number * 10 // count}/page-{number}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(writer.page(number), encoding="utf-8")
    return folder


# Measuring


def _best(times: int, *jobs: Callable[[], float]) -> list[float]:
    """The least of `times` measurements of each job, the jobs taking turns."""
    rounds = [[job() for job in jobs] for _ in range(times)]
    return [min(found) for found in zip(*rounds, strict=True)]


def _cpu(job: Callable[[], object]) -> float:
    """CPU seconds of a job in this process, with the cyclic garbage collector off."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        job()
        return time.process_time() - start
    finally:
        gc.enable()


@dataclass(frozen=True)
class Usage:
    """What a command and its children used."""

    seconds: float  # CPU
    megabytes: float  # of the largest of the processes, at its peak


def usage(*command: str) -> Usage:
    """Run a command with this Python. Raises CalledProcessError when it fails."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _process(*command: str) -> float:
    return usage(*command).seconds


def _records(folder: Path, count: int, times: int) -> list[Row]:
    _content(folder, _Writer(), units=40, duties=count)
    text = (folder / "data/duties/general.yml").read_text(encoding="utf-8")

    def own() -> None:
        handbook, problems = load.load(folder, AS_OF)
        connected, more = links.connect(handbook)
        found = [*problems, *more, *rules.check(handbook, connected)]
        assert len(handbook.duties) == count, found[:3]

    peer, ours = _best(
        times, lambda: _cpu(lambda: yaml.compose(text, Loader=yaml.CSafeLoader)), lambda: _cpu(own)
    )
    detail = f"{ours:.2f} 秒，对照 {peer:.2f} 秒（只组成 YAML 节点）"
    return [Row(f"{count} 条记录读取并检查", ours / peer, 2.0, detail)]


def _pages(base: Path, count: int, times: int) -> list[Row]:
    small, large = _with_pages(base / "one", count), _with_pages(base / "three", 3 * count)
    site, same = base / "site", base / "same"
    _process("scripts/generate", "--content", str(small), "--out", str(same))

    build = ("scripts/build", "--out", str(site), "--no-print", "--as-of", AS_OF.isoformat())

    def ours(folder: Path, *options: str) -> Callable[[], float]:
        return lambda: _process(*build, "--content", str(folder), *options)

    def bare(docs: Path) -> Callable[[], float]:
        path = base / f"{docs.name}.yml"
        path.write_text(json.dumps(_bare(docs)), encoding="utf-8")
        command = ("-m", "mkdocs", "build", "-q", "-f", str(path), "-d", str(base / "plain"))
        return lambda: _process(*command)

    peer, pages_peer, one, full = _best(
        times, bare(small / "docs"), bare(same), ours(small, "--no-search"), ours(small)
    )
    pages = _beyond_text(site, small / "docs")
    (bundle,) = _best(times, lambda: _cpu(lambda: offline.write(site, AS_OF)))
    index = full - one - bundle
    (three,) = _best(times, ours(large, "--no-search"))
    memory = usage(*build, "--content", str(large), "--no-search")
    edit = _edit(small, count)
    return [
        Row(f"{count} 页生成", one / peer, 1.0, f"{one:.2f} 秒，对照 {peer:.2f} 秒（只用 MkDocs）"),
        Row(f"{3 * count} 页比 {count} 页", three / one, 3.4, f"{three:.2f} 秒比 {one:.2f} 秒"),
        Row("搜索索引", index / peer, 0.5, f"{index:.2f} 秒，对照 {peer:.2f} 秒（只用 MkDocs）"),
        Row(
            "搜索索引，比成品页面",
            index / pages_peer,
            None,
            f"对照 {pages_peer:.2f} 秒（只用 MkDocs 生成 scripts/generate 写出的页面）",
        ),
        Row("离线版", bundle / peer, None, f"{bundle:.2f} 秒"),
        Row("每页 HTML 比正文多（KB，平均）", sum(pages) / len(pages), 30, "十个文件夹"),
        Row("每页 HTML 比正文多（KB，最多）", max(pages), 30, ""),
        Row("预览时改一页", edit / one, 1.1, f"{edit:.2f} 秒，对照一次生成 {one:.2f} 秒"),
        Row("峰值内存（MB）", memory.megabytes, None, f"{3 * count} 页，不含搜索"),
    ]


def _bare(docs: Path) -> dict[str, object]:
    return {
        "site_name": "bare",
        "docs_dir": str(docs),
        "theme": {
            "name": "material",
            "language": "zh",
            "font": False,
            "features": ["navigation.prune"],
        },
        "plugins": [],
        "markdown_extensions": [
            "admonition",
            "attr_list",
            "def_list",
            "footnotes",
            "md_in_html",
            "tables",
            "toc",
        ],
    }


def _beyond_text(site: Path, docs: Path) -> list[float]:
    """KB of HTML beyond the text, for every written page in the ten folders."""
    found = []
    for source in docs.glob("part-*/*.md"):
        built = site / source.relative_to(docs).with_suffix("") / "index.html"
        html = built.stat().st_size
        found.append((html - len(source.read_bytes())) / 1024)
    return found


# Preview


def _edit(content: Path, count: int) -> float:
    """CPU seconds that a preview takes from saving a page to serving it."""
    page = content / "docs/part-0/page-0.md"
    with _serving(content) as (process, address):
        url = f"{address}part-0/page-0/"
        _wait(url, "<h1")
        before = _tree_cpu(process.pid)
        page.write_text(f"{page.read_text(encoding='utf-8')}\n改过的一段\n", encoding="utf-8")
        _wait(url, "改过的一段")
        return _tree_cpu(process.pid) - before


@contextmanager
def _serving(content: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["scripts/serve", "--content", str(content), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}/"
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def _wait(url: str, text: str, seconds: float = 120) -> None:
    """Wait until the page at `url` holds `text`. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                if text in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.3)
    raise TimeoutError(url)


def _tree_cpu(pid: int) -> float:
    """CPU seconds so far of a process and everything below it (Linux's /proc)."""
    ticks = 0
    for process in [pid, *_below(pid)]:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])
    return ticks / os.sysconf("SC_CLK_TCK")


def _below(pid: int) -> list[int]:
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            found += [child, *_below(child)]
    return found


# Matrix


def _matrix(folder: Path) -> list[Row]:
    _content(folder, _Writer(), units=30, duties=100)
    site = folder / "site"
    seconds = _process("scripts/build", "--content", str(folder), "--out", str(site), "--no-print")
    size = (site / "matrix/index.html").stat().st_size / 1024
    detail = f"30 个单位 × 100 项职责，全站 {seconds:.2f} 秒"
    shutil.rmtree(site)
    return [Row("职责矩阵的 HTML（KB）", size, None, detail)]


def table(rows: list[Row]) -> str:
    """The rows as a plain Chinese table."""
    lines = ["项目｜实测｜上限｜结论｜说明"]
    for row in rows:
        limit = "—" if row.limit is None else f"{row.limit:g}"
        verdict = "—" if row.limit is None else "达到" if row.value <= row.limit else "未达到"
        detail = re.sub(r"\s+", " ", row.detail)
        lines.append(f"{row.name}｜{row.value:.2f}｜{limit}｜{verdict}｜{detail}")
    return "\n".join(lines)
