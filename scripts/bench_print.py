"""The printed book measured beside WeasyPrint on the same pages, and products that did not change.

Needs the test environment. WeasyPrint prints the bare HTML: no contents, page references, landscape
pages or tags, which make it slower still; ours has all of them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import lxml.html
import weasyprint
from pypdf import PdfReader
from weasyprint.text.fonts import FontConfiguration

import benchmarks
import bootstrap
from handbook import urls
from handbook.formats import book, typeset
from handbook.formats.trimming import Chapter
from handbook.links import connect
from handbook.load import load
from handbook.pages.base import Context

TIMES = 3
_STYLE = """
@page { size: A4; margin: 26mm 22mm 24mm 28mm; @bottom-center { content: counter(page) } }
@font-face { font-family: Serif; src: url(%s) }
@font-face { font-family: Sans; src: url(%s) }
body { font: 10.5pt/1.75 Serif; margin: 0 } h1, h2, h3, h4, b, strong { font-family: Sans }
h1 { break-before: page } p { margin: 0; text-indent: 2em } table { border-collapse: collapse }
"""


def run(content: Path | None, folder: Path) -> list[benchmarks.Row]:
    """Measure a content folder; without one, made statutes of about the same length."""
    content = content or benchmarks.statutes(folder / "content", 60)
    site = folder / "site"
    build = ["scripts/build", "--content", str(content), "--as-of", benchmarks.AS_OF.isoformat()]
    benchmarks.usage(*build, "--out", str(site), "--no-search", "--no-print")
    pages = folder / "pages.json"
    pages.write_text(json.dumps([asdict(chapter) for chapter in _chapters(site)]), "utf-8")
    best: dict[str, benchmarks.Usage] = {}
    for name in ("ours", "weasyprint") * TIMES:
        target = folder / f"{name}.pdf"
        used = benchmarks.usage(__file__, name, str(content), str(pages), str(target))
        best[name] = min(best.get(name, used), used, key=lambda u: u.seconds)
    ours, peer = best["ours"], best["weasyprint"]
    counts = {name: _count(folder / f"{name}.pdf") for name in best}
    cold, warm = _again([*build, "--out", str(site), "--no-search"])
    detail = (
        f"{counts['ours']} 页 {ours.seconds:.2f} 秒，对照 WeasyPrint {counts['weasyprint']} 页 "
        f"{peer.seconds:.2f} 秒，只排正文，没有目录、页码引用、横页和标签"
    )
    return [
        benchmarks.Row("排印全书的 CPU", ours.seconds / peer.seconds, 1 / 3, detail),
        benchmarks.Row("排印的峰值内存（MB）", ours.megabytes, None, f"对照 {peer.megabytes:.0f}"),
        benchmarks.Row(
            "没有变化时再做全部文件", warm / cold, 0.05, f"{warm:.2f} 秒，第一次 {cold:.2f} 秒"
        ),
    ]


def _chapters(site: Path) -> list[Chapter]:
    """The instruments of a built site."""
    found = []
    for file in sorted(site.glob("r*/*/index.html")):
        tree = lxml.html.parse(str(file)).getroot()
        (article,) = tree.cssselect("article")
        html = "".join(lxml.html.tostring(part, encoding="unicode") for part in article)
        title = tree.cssselect("h1")[0].text_content()
        found.append(Chapter(f"{file.parent.relative_to(site).as_posix()}/", title, html))
    return found


def _count(pdf: Path) -> int:
    return len(PdfReader(pdf).pages)


def _again(build: list[str]) -> tuple[float, float]:
    """Seconds that all products take cold and when nothing changed, as the build tells them."""
    shutil.rmtree(bootstrap.ROOT / ".cache/products", ignore_errors=True)
    seconds = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, *build],
            cwd=bootstrap.ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        told = re.search(r"下载文件：.*，([\d.]+) 秒", done.stderr)
        assert told is not None
        seconds.append(float(told[1]))
    return seconds[0], seconds[1]


# one job in a process of its own


def ours(content: Path, chapters: list[Chapter], target: Path) -> None:
    """The book with contents, page references, a landscape matrix and tags (PDF/UA-1)."""
    handbook, _ = load(content, benchmarks.AS_OF)
    context = Context(handbook, connect(handbook)[0])
    tables = f"= 职责矩阵\n#landscape[\n{book.matrix_tables(context)}\n]"
    parts = (("法规", tuple(chapters)),)
    print_ = typeset.Print(book.opening(context), parts, tables)
    typeset.write(print_, target, benchmarks.AS_OF)


def peer(content: Path, chapters: list[Chapter], target: Path) -> None:
    """The same pages as WeasyPrint prints them, with the same fonts."""
    fonts = sorted(typeset.font_folder().glob("*.otf"))
    serif, sans = (next(f for f in fonts if name in f.name) for name in ("Serif", "Sans"))
    body = "".join(f'<section id="{urls.anchor(c.url)}">{c.html}</section>' for c in chapters)
    setup = FontConfiguration()
    style = weasyprint.CSS(string=_STYLE % (serif.as_uri(), sans.as_uri()), font_config=setup)
    weasyprint.HTML(string=f'<html lang="zh-CN"><body>{body}</body></html>').write_pdf(
        target, stylesheets=[style], font_config=setup
    )


def main() -> None:
    name, content, pages, target = sys.argv[1:]
    chapters = [Chapter(**page) for page in json.loads(Path(pages).read_text("utf-8"))]
    job = {"ours": ours, "weasyprint": peer}[name]
    job(Path(content), chapters, Path(target))


if __name__ == "__main__":
    main()
