"""The editing desk: a record mended in a real browser, and what it refuses."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from handbook.desk import forms, saving
from handbook.desk.server import Desk

ROOT = Path(__file__).parent.parent
DUTIES = "data/duties/zongjiao.yml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "tests/small", tmp_path / "content"))


@dataclass(frozen=True)
class Served:
    """A desk without a browser."""

    content: Path
    port: int
    token: str

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        """Status and text of the answer; a header of "" is left out."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        own = {"Host": f"127.0.0.1:{self.port}", "Origin": f"http://127.0.0.1:{self.port}"}
        own |= {"X-Token": self.token, "Content-Length": str(len(body))}
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in own.items():
            if value:
                link.putheader(name, value)
        link.endheaders(body)
        answer = link.getresponse()
        return answer.status, answer.read().decode()

    def record(self) -> dict[str, Any]:
        """What the form of zj-001 is opened with."""
        _, html = self.send("GET", "/edit?kind=duties&id=zj-001")
        found = re.search(r'id="data">(.*?)</script>', html)
        assert found is not None
        opened: dict[str, Any] = json.loads(found[1])
        return opened

    def post(self, path: str, opened: Mapping[str, Any], **values: Any) -> Any:
        """Check or save what was opened, with other values."""
        body = {key: opened[key] for key in ("kind", "id", "base", "path")}
        data = json.dumps({**body, "values": {**opened["values"], **values}}).encode()
        status, text = self.send("POST", path, data)
        assert status == 200, text
        return json.loads(text)


@pytest.fixture
def served(content: Path) -> Iterator[Served]:
    desk = Desk(content, date(2026, 11, 25), 0, "http://127.0.0.1:8000/")
    desk.start()
    yield Served(content, desk.server_port, desk.token)
    desk.shutdown()
    desk.server_close()


def files(content: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}


# in the browser


def free() -> int:
    """A port that nothing uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def start(content: Path, port: int) -> subprocess.Popen[bytes]:
    """A real `scripts/serve`."""
    command = [sys.executable, "scripts/serve", "--content", str(content), "--port", str(port)]
    return subprocess.Popen(
        [*command, "--as-of", "2026-11-25"], cwd=ROOT, stderr=subprocess.DEVNULL
    )


@pytest.fixture
def preview(content: Path) -> Iterator[str]:
    """The address of a real `scripts/serve` on the content."""
    port = free()
    process = start(content, port)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait(address, "手册")
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, text: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                if text in answer.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise TimeoutError(address)


@pytest.mark.parametrize("width", [1280, 390])
def test_from_a_wrong_value_to_the_saved_file(
    browser: Browser, preview: str, content: Path, width: int
) -> None:
    before = (content / DUTIES).read_text("utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(f"{preview}duties/zj-001/")
    page.get_by_text("在表单里改").click()
    field = page.locator('[name="root[时限]"]')
    expect(field).to_have_value("6月底、12月底")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    field.fill("6月31日")
    page.get_by_role("button", name="检查改动").click()
    expect(page.locator('[data-schemapath="root.时限"] .bad')).to_contain_text("6月31日")
    expect(page.get_by_role("button", name="保存到文件")).to_be_disabled()
    assert (content / DUTIES).read_text("utf-8") == before
    field.fill("6月30日、12月31日")
    page.get_by_role("button", name="检查改动").click()
    expect(page.locator("#said")).to_contain_text("6月底、12月底 → 6月30日、12月31日")
    page.get_by_role("button", name="保存到文件").click()
    expect(page.locator("#said")).to_contain_text(f"已经写进 {DUTIES}")
    assert (content / DUTIES).read_text("utf-8") == before.replace(
        "时限: 6月底、12月底", "时限: 6月30日、12月31日", 1
    )
    _wait(f"{preview}duties/zj-001/", "6月30日、12月31日")
    field.fill("6月30日、12月30日")  # the form goes on from what it saved
    page.get_by_role("button", name="检查改动").click()
    expect(page.locator("#said")).to_contain_text("检查过了，可以保存")
    assert wrong == []
    page.close()


def test_a_new_record_by_keyboard(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.get_by_role("searchbox").fill("民主")
    expect(page.locator("section li:visible")).to_have_count(1)
    page.goto(f"http://127.0.0.1:{served.port}/edit?kind=glossary")
    page.locator('[name="root[词条]"]').focus()
    page.keyboard.type("联席会议")
    page.locator('[name="root[释义]"]').focus()
    page.keyboard.type("几个单位定期商量事情的会议。")
    page.get_by_role("button", name="检查改动").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="保存到文件")).to_be_enabled()
    page.get_by_role("button", name="保存到文件").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="词条“联席会议”", level=1)).to_be_visible()
    text = (served.content / "data/glossary.yml").read_text("utf-8")
    assert text.endswith("- 词条: 联席会议\n  释义: 几个单位定期商量事情的会议。\n")
    page.close()


def test_a_date_that_no_month_has_is_not_taken_for_none(browser: Browser, served: Served) -> None:
    page = browser.new_page(locale="en-US")
    page.goto(f"http://127.0.0.1:{served.port}/edit?kind=ledger&id=wt-001")
    field = page.locator('[name="root[完成日期]"]')
    expect(field).to_have_value("2026-06-20")
    field.focus()
    page.keyboard.type("02312026")
    page.get_by_role("button", name="检查改动").click()
    expect(page.locator("#said")).to_contain_text("“完成日期”不是一个完整的、有的日子")
    expect(page.get_by_role("button", name="保存到文件")).to_be_disabled()
    field.fill("2026-06-25")
    page.get_by_role("button", name="检查改动").click()
    expect(page.locator("#said")).to_contain_text("2026-06-20 → 2026-06-25")
    page.close()


def test_steps_move_and_a_problem_leads_to_its_step(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/edit?kind=duties&id=zj-001")
    first = page.locator('[name="root[步骤][0][做什么]"]')
    second = page.locator('[name="root[步骤][1][做什么]"]')
    before = first.input_value(), second.input_value()
    page.locator('[data-schemapath="root.步骤"]').get_by_role("button", name="下移").first.press(
        "Enter"
    )
    expect(first).to_have_value(before[1])
    expect(second).to_have_value(before[0])
    page.locator('[name="root[步骤][1][单位][0]"]').fill("区民宗")
    page.get_by_role("button", name="检查改动").click()
    beside = page.locator('[data-schemapath="root.步骤.1.单位"] .bad')
    expect(beside).to_contain_text("区民宗")
    page.locator("#said").get_by_role("button", name="步骤").press("Enter")
    expect(page.locator('[name="root[步骤][1][单位][0]"]')).to_be_focused()
    expect(second).to_have_value(before[0])  # nothing that was typed is lost
    page.close()


def test_values_are_completed(served: Served) -> None:
    _, html = served.send("GET", "/edit?kind=duties&id=zj-001")
    offered = {
        id: re.findall("<option>(.*?)</option>", options)
        for id, options in re.findall('<datalist id="(.*?)">(.*?)</datalist>', html)
    }
    assert {"区民宗局", "各成员单位"} <= set(offered["units"])
    assert "宗教工作" in offered["fields"]
    assert "《宗教事务条例》" in offered["instruments"]
    keys = served.record()["schema"]["properties"]
    lists = {
        name: (about.get("items") or about)
        .get("options", {})
        .get("inputAttributes", {})
        .get("list")
        for name, about in keys.items()
    }
    assert (lists["牵头"], lists["领域"], lists["依据"]) == ("units", "fields", "instruments")


def test_a_page_leads_to_a_form_where_there_is_one(preview: str, served: Served) -> None:
    def button(page: str) -> str:
        with urllib.request.urlopen(preview + page, timeout=10) as answer:
            found = re.search('href="[^"]*/(edit[?][^"]*)">在表单里改', answer.read().decode())
        return found[1].replace("&amp;", "&") if found else ""

    for page in ("duties/zj-001/", "units/mzj/", "fields/zongjiao/"):
        assert 'id="data"' in served.send("GET", "/" + button(page))[1], page
    for page, name in {"ledger/": "wt-001", "matrix/": "zj-001", "glossary/": "民主协商"}.items():
        assert name in served.send("GET", "/" + button(page))[1], page
    for page in ("training/xinren/", "", "rules/"):
        assert button(page) == "", page
    assert "没有能用表单改的记录" in served.send("GET", "/edit?path=data/courses/xinren.yml")[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_ends_the_command_ends_the_preview(content: Path, number: int) -> None:
    port = free()
    process = start(content, port)
    _wait(f"http://127.0.0.1:{port}/", "手册")
    process.send_signal(number)
    assert process.wait(20) == 0
    for closed in (port, port + 1):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", closed), timeout=5)


# what is refused


REFUSED = {
    "another host": ({"Host": "evil.example"}, 403, "只能在本机打开"),
    "no token": ({"X_Token": ""}, 403, "过期了"),
    "another token": ({"X_Token": "x" * 43}, 403, "过期了"),
    "another site": ({"Origin": "https://evil.example"}, 403, "别的网站"),
    "no origin": ({"Origin": ""}, 403, "别的网站"),
    "no length": ({"Content_Length": ""}, 411, "多长"),
    "too large": ({"Content_Length": str(2**30)}, 413, "太大"),
    "far too large": ({"Content_Length": "9" * 5000}, 413, "太大"),
    "token not in ASCII": ({"X_Token": "\xe9"}, 403, "过期了"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_other_pages_send_is_refused(served: Served, case: str) -> None:
    headers, status, message = REFUSED[case]
    before = files(served.content)
    found, text = served.send("POST", "/save", b"", **headers)
    assert (found, message in text) == (status, True), text
    assert files(served.content) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"kind": "duties"}',
        b"\xff\xfe",
        b'{"kind": "duties", "base": {}, "values": {"\xe4\xba\x8b\xe9\xa1\xb9": 1}}',
        b'{"kind": "duties", "base": {}, "values": {"a": "\\ud800"}}',
        b'{"kind": "duties", "base": {}, "values": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
    ],
)
def test_what_cannot_be_read_is_refused(served: Served, body: bytes) -> None:
    status, text = served.send("POST", "/save", body)
    assert (status, "读不懂" in text) == (400, True), text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../forms.py",
        "/static/%2e%2e/forms.py",
        "/static/",
        "/nothing",
        "/static//etc/passwd",
        "http://[/edit",
    ],
)
def test_no_other_file_is_served(served: Served, path: str) -> None:
    status, text = served.send("GET", path)
    assert status == 404
    assert "没有这个" in text


def test_no_other_file_is_written(served: Served) -> None:
    before = files(served.content)
    new = {"kind": "glossary", "id": "", "base": {}, "values": {}}
    for path in ("data/handbook.yml", "../out.yml", "/tmp/out.yml", "data/glossary.yml/../x.yml"):
        answer = served.post("/save", {**new, "path": path}, 词条="新词", 释义="解释。")
        assert f"不能写到 {path}" in answer["wrong"]
    assert files(served.content) == before


def test_a_record_changed_meanwhile_is_a_conflict(served: Served) -> None:
    opened = served.record()
    file = served.content / DUTIES
    file.write_text(file.read_text("utf-8").replace("6月底、12月底", "6月底"), "utf-8")
    before = files(served.content)
    answer = served.post("/save", opened, 时限="12月底")
    assert "在文件里改过了" in answer["wrong"]
    assert answer["meanwhile"] == [{"key": "时限", "old": "6月底、12月底", "new": "6月底"}]
    assert files(served.content) == before


def test_a_file_changed_while_it_is_checked_is_not_written(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, file = served.record(), served.content / DUTIES
    check = saving.check

    def slow(*of: Any) -> saving.Outcome:
        outcome = check(*of)
        file.write_text("# 说明\n" + file.read_text("utf-8"), "utf-8")
        return outcome

    monkeypatch.setattr(saving, "check", slow)
    answer = served.post("/save", opened, 时限="12月底、6月底")
    assert (answer["saved"], "被别的程序改了" in answer["wrong"]) == (False, True)
    assert "时限: 6月底、12月底" in file.read_text("utf-8")


def test_another_record_changed_meanwhile_is_none(served: Served) -> None:
    opened = served.record()
    file = served.content / DUTIES
    file.write_text("# 说明\n" + file.read_text("utf-8"), "utf-8")
    assert served.post("/save", opened, 时限="12月底、6月底")["saved"]
    assert file.read_text("utf-8").startswith("# 说明\n")


def test_of_two_saves_at_once_one_is_a_conflict(served: Served) -> None:
    opened, answers = served.record(), []
    threads = [
        threading.Thread(target=lambda d=day: answers.append(served.post("/save", opened, 时限=d)))
        for day in ("6月底、11月底", "5月底、12月底")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer["saved"] for answer in answers) == [False, True]
    assert any("在文件里改过了" in answer["wrong"] for answer in answers)


def test_an_identifier_is_used_once(served: Served) -> None:
    new = {"kind": "duties", "id": "", "base": {}, "path": "", "values": {}}
    assert "“zj-001”已经用过了" in served.post("/check", new, 编号="zj-001")["wrong"]
    assert "先写“编号”" in served.post("/check", new, 事项="甲")["wrong"]


def test_an_identifier_stays(served: Served) -> None:
    before = files(served.content)
    answer = served.post("/save", served.record(), 编号="zj-999")
    assert "“编号”定了就不能改" in answer["wrong"]
    assert files(served.content) == before


def test_an_identifier_that_two_records_have_is_not_edited(served: Served) -> None:
    file = served.content / DUTIES
    file.write_text(file.read_text("utf-8").replace("zj-002", "zj-001"), "utf-8")
    before = files(served.content)
    assert "“zj-001”有 2 条" in served.post("/save", served.record(), 时限="12月底")["wrong"]
    assert files(served.content) == before


STEPS = [{"单位": ["区民宗局"], "做什么": "征求意见"}, {"单位": ["区民宗"], "做什么": "反馈"}]


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["牵头"], ["区民宗"]),
        (["依据"], ["《宗教事务条例》第九百条"]),
        (["时限"], "6月31日"),
        (["事项"], ""),
        (["步骤", 1, "单位"], STEPS),
        (["步骤", 0, "做什么"], [{"单位": ["区民宗局"]}]),
    ],
)
def test_problems_are_told_by_key(served: Served, keys: list[Any], value: Any) -> None:
    answer = served.post("/check", served.record(), **{keys[0]: value})
    errors = [found["keys"] for found in answer["problems"] if found["error"]]
    assert keys in [found[: len(keys)] for found in errors]
    assert not answer["good"]


def test_what_cannot_be_edited_is_told_with_its_place(served: Served) -> None:
    file = served.content / DUTIES
    text = file.read_text("utf-8").replace("  时限: 6月底、12月底\n", "", 1)
    file.write_text(text.replace("  频次:", "  ? 待核实\n  : 电话\n  频次:", 1), "utf-8")
    before = files(served.content)
    answer = served.post("/save", served.record(), 待核实="")
    assert "data/duties/zongjiao.yml:1:3: 错误[HB714]" in answer["problems"][0]["text"]
    assert files(served.content) == before


def test_a_list_that_is_written_otherwise_is_shown_and_kept(served: Served) -> None:
    file = served.content / DUTIES
    file.write_text(file.read_text("utf-8").replace("  频次:", "  配合: {甲: 乙}\n  频次:", 1))
    opened = served.record()
    about = opened["schema"]["properties"]["配合"]
    assert (opened["values"]["配合"], about["readOnly"]) == ("{甲: 乙}", True)
    line = file.read_text("utf-8").split("配合")[0].count("\n") + 1
    assert f"第 {line} 行" in about["description"]
    assert served.post("/check", opened)["wrong"] == "没有改动。"


def test_untouched_forms_change_nothing(served: Served) -> None:
    """Every record of the small handbook: its form, sent back as it is, changes no key."""
    _, html = served.send("GET", "/")
    links = re.findall(r'href="(/edit\?kind=(\w+)&amp;id=[^"]*)"', html)
    assert len(links) > 10
    assert {kind for _, kind in links} == {of.data for of in forms.SHEETS}
    for link, _ in links:
        _, page = served.send("GET", link.replace("&amp;", "&"))
        found = re.search(r'id="data">(.*?)</script>', page)
        assert found is not None
        assert served.post("/check", json.loads(found[1]))["wrong"] == "没有改动。"


def test_a_site_that_is_built_has_no_desk(tmp_path: Path, content: Path) -> None:
    command = ["scripts/build", "--content", str(content), "--out", str(tmp_path / "site")]
    subprocess.run(
        [sys.executable, *command, "--no-print"], cwd=ROOT, capture_output=True, check=True
    )
    names = {path.name for path in (tmp_path / "site").rglob("*")}
    assert not names & {"jsoneditor.js", "desk.js", "desk.css"}
    for page in (tmp_path / "site").rglob("*.html"):
        assert "在表单里改" not in page.read_text("utf-8")


def test_the_library_is_what_its_makers_publish() -> None:
    import hashlib

    import handbook.desk

    file = Path(handbook.desk.__file__).parent / "static/jsoneditor.js"
    assert hashlib.sha256(file.read_bytes()).hexdigest() in (handbook.desk.__doc__ or "")
