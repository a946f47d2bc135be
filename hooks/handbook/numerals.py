"""Chinese numerals <-> int, 0 to 9999: how articles, items and parts are counted.

Used by `provisions` and `citations`; knows nothing of either.
"""

from __future__ import annotations

import re
from functools import lru_cache

ZEROS = "零〇○"
LARGEST = 9999

CHINESE = f"[{ZEROS}一二三四五六七八九十百千]+"  # regex sources for grammars built on this module
ARABIC = "[0-9０-９]+"
NUMERAL = f"(?:{CHINESE}|{ARABIC})"

_DIGITS = "零一二三四五六七八九"
_VALUE = {"": 0, **{digit: value for value, digit in enumerate(_DIGITS)}}
_ARABIC = re.compile("[0-9０-９]{1,4}")
_CHINESE = re.compile(
    "(?:(?P<thousand>[一二三四五六七八九])千)?"
    "(?:零?(?P<hundred>[一二三四五六七八九])百)?"
    "(?:零?(?P<ten>[一二三四五六七八九]?)(?P<tens>十))?"
    "(?:零?(?P<one>[一二三四五六七八九]))?"
)
_FOLD = str.maketrans("〇○", "零零")


@lru_cache(maxsize=16384)
def to_int(text: str) -> int | None:
    """The number that `text` (一百二十三, 12 or １２) writes, or None when it is no such numeral.

    十 may stand for 一十, and 零 may be left out (一百五 is 105); digits one by one
    (二〇二三) are no numeral.
    """
    if _ARABIC.fullmatch(text):
        return int(text)
    folded = text.translate(_FOLD)
    if folded == "零":
        return 0
    found = _CHINESE.fullmatch(folded)
    if not found or not folded or folded[0] == "零":
        return None
    thousand, hundred, ten, one = (
        _VALUE[found[name] or ""] for name in ("thousand", "hundred", "ten", "one")
    )
    if found["tens"] and not found["ten"]:
        ten = 1
    return thousand * 1000 + hundred * 100 + ten * 10 + one


def to_chinese(number: int) -> str:
    """`number` as law counts: 10 is 十, 12 十二, 110 一百一十, 105 一百零五, 1010 一千零一十.

    Raises ValueError outside 0 to 9999.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"no numeral for {number}")
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
        gap = not digit
    if text.startswith("一十"):
        return text[1:]
    return text or "零"
