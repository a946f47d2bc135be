"""Pinyin initials, so that mzj finds 民宗局.

The first 3,755 characters of GB 2312 stand in the order of their pinyin, so that the code tells the
initial without a dictionary. A character of several readings has the one it is filed under.
"""

from __future__ import annotations

from bisect import bisect_right

_LETTERS = "abcdefghjklmnopqrstwxyz"
_STARTS = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC),
    *(0xC2E8, 0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9),
    0xD4D1,
)
_END = 0xD7FA


def initials(name: str) -> str:
    """The initials of a name: 区民宗局 -> qmzj; "" if a character has none in the table."""
    letters = []
    for char in name:
        code = int.from_bytes(char.encode("gb2312", "ignore"), "big")
        if not _STARTS[0] <= code < _END:
            return ""
        letters.append(_LETTERS[bisect_right(_STARTS, code) - 1])
    return "".join(letters)
