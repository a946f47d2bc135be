"""The built site of the project's own content: what stands where, and that every link leads on."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from handbook.build import epoch
from handbook.site import Site, compile_site
from htmlpage import page, pages

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 11, 25)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def compiled() -> Site:
    return compile_site(ROOT, AS_OF)


def api(site: Path, name: str) -> list[dict[str, Any]]:
    content = json.loads((site / f"api/{name}.json").read_text(encoding="utf-8"))
    assert content["schema_version"] == 1
    assert content["as_of"] == AS_OF.isoformat()
    items: list[dict[str, Any]] = content["items"]
    return items


def test_own_content_has_no_errors(compiled: Site) -> None:
    assert [str(problem) for problem in compiled.errors] == []


def test_hooks_ran(site: Path, compiled: Site) -> None:
    """The canary: without the hooks a build has only the written pages."""
    for url in compiled.leaves:
        assert (site / url / "index.html").exists(), url
    assert "查职责" in page(site, "index.html").text


def test_no_link_leads_nowhere(site: Path) -> None:
    broken = []
    for found in pages(site):
        if found.path == "404.html":
            continue
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                continue
            target = os.path.normpath(os.path.join(os.path.dirname(found.path), parts.path))
            file = site / (target if parts.path else found.path)
            if file.is_dir():
                file = file / "index.html"
            if not file.exists():
                broken.append((found.path, link))
            elif parts.fragment and file.suffix == ".html":
                ids = page(site, file.relative_to(site).as_posix()).ids
                if unquote(parts.fragment) not in ids:
                    broken.append((found.path, link))
    assert broken == []


def test_ids_stand_once(site: Path) -> None:
    for found in pages(site):
        twice = [id for id, count in Counter(found.ids).items() if count > 1]
        assert twice == [], found.path


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    for found in pages(site):
        foreign = [url for url in found.loads if urlsplit(url).netloc]
        assert foreign == [], found.path
    for sheet in (site / "assets").glob("*.css"):
        assert "http" not in sheet.read_text(encoding="utf-8").replace("http://www.w3.org/", "")


def test_every_page_has_a_foot(site: Path, compiled: Site) -> None:
    for url in compiled.leaves:
        text = page(site, f"{url}index.html").text
        assert f"截至 {AS_OF.isoformat()}" in text, url
        assert "勘误单" in text, url


def test_unit_pages_show_their_duties(site: Path, compiled: Site) -> None:
    book = compiled.handbook
    for unit, duties in compiled.links.leads.items():
        text = page(site, f"units/{unit}/index.html").text
        for id in duties:
            assert book.duties[id].title in text
            assert book.duties[id].measure in text


def test_matrix_has_a_linked_cell_for_every_part_in_a_duty(site: Path, compiled: Site) -> None:
    html = (site / "matrix/index.html").read_text(encoding="utf-8")
    leads = sum(len(ids) for ids in compiled.links.leads.values())
    supports = sum(len(ids) for ids in compiled.links.supports.values())
    assert html.count(">●</a>") == leads
    assert html.count(">○</a>") == supports


def test_provisions_name_who_cites_them(site: Path, compiled: Site) -> None:
    for instrument, cited in compiled.links.cited_by.items():
        work = compiled.handbook.instruments[instrument]
        text = page(site, f"{work.section}/{work.id}/index.html").text
        for references in cited.values():
            for reference in references:
                assert reference.origin.title in text


def test_open_data(site: Path, compiled: Site) -> None:
    duties = {item["id"]: item for item in api(site, "duties")}
    assert duties.keys() == compiled.handbook.duties.keys()
    units = {item["id"]: item for item in api(site, "units")}
    provisions = {(item["instrument"], item["eid"]) for item in api(site, "provisions")}
    for id, duty in duties.items():
        for unit in duty["leads"]:
            assert id in units[unit]["leads"]
        for basis in duty["basis"]:
            if basis["eid"] and basis["eid"].startswith("art_"):
                assert (basis["instrument"], basis["eid"].split("__")[0]) in provisions
    for name in ("instruments", "provisions", "units", "fields", "duties", "citations"):
        for item in api(site, name):
            url = item["url"].partition("#")[0]
            assert (site / url / "index.html").exists(), item


def test_sitemap_lists_every_page(site: Path, compiled: Site) -> None:
    text = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert text.count("<loc>") == len(compiled.leaves)


def test_not_found_page(site: Path) -> None:
    assert "找不到这一页" in page(site, "404.html").text


def test_builds_are_byte_identical_and_mkdocs_by_hand_gives_the_same(
    site: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    done = run("scripts/build", "--out", str(again), "--as-of", AS_OF.isoformat())
    assert done.returncode == 0, done.stderr
    assert differing(site, again) == []
    done = run("scripts/build", "--out", str(again), "--as-of", AS_OF.isoformat(), "--no-print")
    assert done.returncode == 0, done.stderr
    for runner in ("mkdocs", "properdocs"):
        out = tmp_path / runner
        command = ("-m", runner, "build", "-q", "-f", "mkdocs.yml", "-d", str(out))
        done = run(*command, SOURCE_DATE_EPOCH=epoch(AS_OF))
        assert done.returncode == 0, done.stderr
        if runner == "properdocs":  # its own name stands in <meta>, on the pages and in the bundle
            for file in out.rglob("*.html"):
                text = file.read_text(encoding="utf-8")
                text = text.replace("mkdocs-ProperDocs 1.6.7", "mkdocs-1.6.1")
                file.write_text(text, encoding="utf-8", newline="\n")
            shutil.copy(again / "downloads/offline.zip", out / "downloads/offline.zip")
        assert differing(again, out) == [], runner


def differing(one: Path, other: Path) -> list[str]:
    """Files that are not the same in both folders."""
    names = [
        {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}
        for root in (one, other)
    ]
    odd = names[0] ^ names[1]
    _, mismatch, errors = filecmp.cmpfiles(one, other, names[0] & names[1], shallow=False)
    return sorted([*odd, *mismatch, *errors])


def test_generate_writes_every_page(compiled: Site, tmp_path: Path) -> None:
    done = run("scripts/generate", "--out", str(tmp_path), "--as-of", AS_OF.isoformat())
    assert done.returncode == 0, done.stderr
    written = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.md")}
    assert written == {leaf.path for leaf in compiled.leaves.values()}
