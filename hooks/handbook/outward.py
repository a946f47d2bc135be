"""`check --links`: whether the official pages that instruments point to can still be opened.

The only part that uses the network; the weekly check of the code-hosting platforms runs it.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from handbook.model import Handbook, Version
from handbook.problems import Problem, problem

SECONDS = 20
AT_ONCE = 8
_AGENT = {"User-Agent": "Mozilla/5.0 (handbook link check)"}  # some sites refuse unknown programs


def check(handbook: Handbook) -> list[Problem]:
    """HB229 for every 官方链接 that cannot be opened."""
    versions = [v for work in handbook.instruments.values() for v in work.versions]
    linked = [version for version in versions if version.official_link]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        faults = pool.map(_fault, (version.official_link for version in linked))
        return list(_problems(linked, faults))


def _problems(versions: Iterable[Version], faults: Iterable[str]) -> Iterable[Problem]:
    for version, fault in zip(versions, faults, strict=True):
        if fault:
            place = version.source.place("官方链接")
            yield problem("HB229", place, url=version.official_link, reason=fault)


def _fault(url: str) -> str:
    """Why an address cannot be opened; "" when it can."""
    try:
        request = urllib.request.Request(url, headers=_AGENT)
        with urllib.request.urlopen(request, timeout=SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        return "网页不存在" if error.code in (404, 410) else f"对方回答 {error.code}"
    except (OSError, ValueError, http.client.HTTPException):
        return "连接不上"
