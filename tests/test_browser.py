"""The site in a real Chromium: nothing from elsewhere, nothing broken, usable at 390 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

PATHS = (
    "",
    "units/mzj/",
    "duties/zj-001/",
    "matrix/",
    "rules/gongzuo-guize/",
    "coverage/",
    "calendar/",
    "ledger/",
    "glossary/",
    "lists/",
    "citations/",
    "404.html",
)


def opened(browser: Browser, url: str, width: int = 1280) -> tuple[Page, list[str]]:
    """A page, and what went wrong on it: console errors, failed or foreign requests."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("requestfailed", lambda request: wrong.append(request.url))
    home = url.split("/", 3)[2]
    page.on("request", lambda asked: wrong.append(asked.url) if home not in asked.url else None)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page, wrong


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_work(browser: Browser, address: str, path: str, width: int) -> None:
    page, wrong = opened(browser, address + path, width)
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    page.context.close()


def test_copy_citation(browser: Browser, address: str) -> None:
    page, wrong = opened(browser, address + "rules/gongzuo-guize/")
    page.locator("#art_2__para_1").hover()
    page.locator("#art_2__para_1 .copy").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "《区委统一战线工作领导小组工作规则》第二条第一款"
    assert wrong == []
    page.context.close()


def test_permalink_stands_on_every_provision(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address + "rules/gongzuo-guize/")
    provisions = page.locator(".prov [id*='__para_'], .prov [id*='__point_']")
    assert provisions.count() > 60
    assert page.locator(".prov .pl").count() == provisions.count()
    page.goto(address + "rules/zhize-fengong/")
    heading = page.locator("#part_2")
    heading.hover()
    heading.locator(".copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "《区委统一战线工作领导小组成员单位工作职责分工方案》第二部分"
    page.context.close()


def test_home_answers_in_two_clicks(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address)
    page.locator(".cards a", has_text="区民宗局").first.click()
    assert page.locator("h1").inner_text() == "区民族宗教事务局"
    page.go_back()
    page.locator(".cards a", has_text="宗教工作").first.click()
    page.locator("table.duties a").first.click()
    assert "/duties/" in page.url
    page.context.close()


def test_matrix_head_and_first_column_stay(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address + "matrix/")
    box = page.locator(".matrix")
    box.evaluate("box => { box.scrollTop = 900; box.scrollLeft = 400; }")
    frame = box.bounding_box()
    corner = page.locator(".matrix .corner").bounding_box()
    row = page.locator(".matrix tbody tr:nth-child(12) th").first.bounding_box()
    assert frame
    assert corner
    assert row
    assert abs(corner["x"] - frame["x"]) < 3
    assert abs(corner["y"] - frame["y"]) < 3
    assert abs(row["x"] - frame["x"]) < 3
    page.context.close()
