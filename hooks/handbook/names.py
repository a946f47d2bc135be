"""Names to ids: what people call a unit, field or instrument, and what they may have meant."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import get_close_matches

_BLANKS = re.compile(r"[\s　]+")
# Endings of institutions' names; a short unknown name without one looks like a person's name.
_INSTITUTION = re.compile(
    r"(部|委|办|局|院|会|室|中心|队|校|社|团|处|站|所|组|街道|镇|乡|村|区|县|市|联|盟|党|府|台|馆|厅"
    r"|科|署|司|支部|总支|公司|商会|单位|部门|机关|学院|大学|法庭|园区|寺|协|联席会议)$"
)


def fold(name: str) -> str:
    """A name without blanks and with half-width brackets, for comparing."""
    return _BLANKS.sub("", name).replace("（", "(").replace("）", ")")


def looks_personal(name: str) -> bool:
    """True for 2–4 Chinese characters without an institution's ending (像是人名)."""
    return bool(re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", name)) and not _INSTITUTION.search(name)


class Names:
    """The names of one kind of record. `word` is what the kind is called in messages."""

    def __init__(self, word: str) -> None:
        self.word = word
        self._ids: dict[str, dict[str, None]] = defaultdict(dict)
        self._shown: dict[str, str] = {}  # id -> the name to show

    def add(self, id: str, *names: str) -> None:
        """Register a record under its id and all its names (the first is the one shown)."""
        self._shown.setdefault(id, next((name for name in names if name), id))
        for name in (id, *names):
            if name:
                self._ids[fold(name)][id] = None

    def find(self, name: str) -> list[str]:
        """The ids that `name` may mean: none, one, or several when it is ambiguous."""
        found = self._ids.get(name) or self._ids.get(fold(name))
        return list(found) if found else []

    def candidates(self, ids: list[str]) -> str:
        """Ambiguous ids as a Chinese list for a message."""
        return "、".join(f"{self._shown[id]}（{id}）" for id in ids)

    def hint(self, name: str) -> str:
        """A did-you-mean for an unknown name."""
        close = get_close_matches(fold(name), self._ids, n=2, cutoff=0.5)
        if not close:
            return f"先登记这个{self.word}，或改成已有的名称、简称、别名、编号。"
        one_each = {next(iter(self._ids[key])): key for key in reversed(close)}
        return f"是不是“{'”或“'.join(reversed(one_each.values()))}”？"
