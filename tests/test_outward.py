"""scripts/check --links against a real server."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contents import head, write
from handbook.examples import EXAMPLES

ROOT = Path(__file__).parent.parent


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/here" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def check(content: Path, *options: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "scripts/check", "--format", "json", "--content", str(content), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def link(line: str, host: str) -> str:
    return line.partition(": ")[2].replace("http://127.0.0.1", host)


def test_official_links_are_tried_only_when_asked(host: str, tmp_path: Path) -> None:
    example = EXAMPLES["HB229"]
    body = "第一条 为了报告，制定本办法。\n"
    content = write(
        tmp_path,
        {
            "docs/regulations/a.md": head("甲办法", 官方链接=link(example.right, host)) + body,
            "docs/regulations/b.md": head("乙办法", 官方链接=link(example.wrong, host)) + body,
            "docs/regulations/c.md": head("丙办法", 官方链接="http://127.0.0.1:9/") + body,
        },
    )
    assert check(content) == []
    found = [(p["path"], p["line"], p["code"], p["message"]) for p in check(content, "--links")]
    assert found == [
        (
            "docs/regulations/b.md",
            8,
            "HB229",
            f"官方链接打不开（网页不存在）：{host}/gone",
        ),
        ("docs/regulations/c.md", 8, "HB229", "官方链接打不开（连接不上）：http://127.0.0.1:9/"),
    ]
