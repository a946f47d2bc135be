"""The editing desk's small web server: pages with forms, on 127.0.0.1 only.

A page of another site can neither read from it (no cross-origin headers, and the Host must be this
machine, against DNS rebinding) nor write to it: saving needs the token that its own pages know.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from handbook.desk import forms, pages, saving
from handbook.desk.saving import Form

MOST = 1024 * 1024  # bytes of a form
_DEEPEST = 5  # levels of what a form sends: itself, values, a list, a record in it, its list
_SURROGATE = re.compile("[\ud800-\udfff]")
_STATIC = Path(__file__).with_name("static")
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class Desk(ThreadingHTTPServer):
    """The server of one content folder. Raises OSError when the port is taken."""

    daemon_threads = True

    def __init__(self, content: Path, as_of: date, port: int, preview: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.content, self.as_of, self.preview = content, as_of, preview
        self.token = secrets.token_urlsafe(32)
        self.saving = threading.Lock()
        port = self.server_port
        self.hosts = frozenset((f"127.0.0.1:{port}", f"localhost:{port}"))

    def start(self) -> None:
        """Serve in the background until the process ends."""
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Refused(Exception):
    """A request that is not answered: status and a Chinese sentence."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    server: Desk
    server_version, sys_version = "handbook", ""
    timeout = 30  # seconds that a request may stand still

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, respond: Callable[[], None]) -> None:
        try:
            if self.headers.get("Host") not in self.server.hosts:
                raise _Refused(HTTPStatus.FORBIDDEN, "只能在本机打开，网址以 127.0.0.1 开头。")
            respond()
        except _Refused as refused:
            self._send(refused.status, "text/plain", str(refused))
        except ConnectionError:
            pass

    # pages

    def _get(self) -> None:
        try:
            parts = urlsplit(self.path)
        except ValueError:
            raise _Refused(HTTPStatus.NOT_FOUND, "没有这个页面。") from None
        path = unquote(parts.path)
        if path.startswith("/static/"):
            self._static(path.removeprefix("/static/"))
            return
        if path not in ("/", "/edit"):
            raise _Refused(HTTPStatus.NOT_FOUND, "没有这个页面。")
        asked = {name: value[0] for name, value in parse_qs(parts.query).items()}
        desk = self.server
        html = pages.page(desk.content, desk.as_of, asked, desk.token, desk.preview)
        self._send(HTTPStatus.OK, "text/html", html)

    def _static(self, name: str) -> None:
        file = _STATIC / name
        if name not in {one.name for one in _STATIC.iterdir()} or file.suffix not in _TYPES:
            raise _Refused(HTTPStatus.NOT_FOUND, "没有这个文件。")
        self._send(HTTPStatus.OK, _TYPES[file.suffix], file.read_bytes())

    # saving

    def _post(self) -> None:
        if self.path not in ("/check", "/save"):
            raise _Refused(HTTPStatus.NOT_FOUND, "没有这个页面。")
        if self.headers.get("Origin") not in {f"http://{host}" for host in self.server.hosts}:
            raise _Refused(HTTPStatus.FORBIDDEN, "别的网站不能用这里保存。")
        token = self.headers.get("X-Token", "").encode("utf-8", "replace")
        if not hmac.compare_digest(token, self.server.token.encode()):
            raise _Refused(
                HTTPStatus.FORBIDDEN, "预览重新启动过，这个页面过期了：记下改动，刷新再改。"
            )
        form = _form(self._body())
        with self.server.saving:
            act = saving.save if self.path == "/save" else saving.check
            outcome = act(self.server.content, self.server.as_of, form)
        answer = {
            "wrong": outcome.wrong,
            "meanwhile": [asdict(change) for change in outcome.meanwhile],
            "changes": [asdict(change) for change in outcome.changes],
            "problems": [asdict(found) for found in outcome.problems],
            "good": outcome.good,
            "saved": outcome.good and self.path == "/save",
            "path": outcome.path,
        }
        self._send(HTTPStatus.OK, "application/json", json.dumps(answer, ensure_ascii=False))

    def _body(self) -> Any:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "没有说明内容有多长。")
        if len(length) > len(str(MOST)) or int(length) > MOST:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "内容超过 1 MiB，太大了。")
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise _Refused(HTTPStatus.BAD_REQUEST, "内容读不懂，刷新页面再试。") from None

    # answers

    def _send(self, status: HTTPStatus, kind: str, body: str | bytes) -> None:
        data = body.encode("utf-8") if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)


def _form(body: Any) -> Form:
    good = isinstance(body, dict) and _plain(body, _DEEPEST)
    of = forms.sheet(str(body.get("kind", ""))) if good else None
    values, base = (body.get("values"), body.get("base")) if of else (None, None)
    if of is None or not isinstance(values, dict) or not isinstance(base, dict):
        raise _Refused(HTTPStatus.BAD_REQUEST, "内容读不懂，刷新页面再试。")
    return Form(of, str(body.get("id", "")), base, values, str(body.get("path", "")))


def _plain(value: Any, levels: int) -> bool:
    """Whether a value is text, or lists and mappings of it, no deeper than `levels`."""
    if isinstance(value, str):
        return not _SURROGATE.search(value)  # no file can hold one
    if not levels or not isinstance(value, dict | list):
        return False
    items = [*value, *value.values()] if isinstance(value, dict) else value
    return all(_plain(item, levels - 1) for item in items)
