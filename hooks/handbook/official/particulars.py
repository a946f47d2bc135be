"""What an instrument's front matter says, from its note, its last article and its file's name.

Everything that had to be guessed is named as a doubt; it goes into 待核实.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handbook.official.promulgation import DATE, EFFECTIVE, ON_PUBLICATION, Promulgation, day


@dataclass(frozen=True, slots=True)
class Particulars:
    """The front matter but for 编号, 标题 and 文本; what is unknown is "" or None."""

    kind: str = ""
    issuer: str = ""
    number: str = ""
    passed: date | None = None
    published: date | None = None
    effective: date | None = None
    change: str = ""
    origin: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def made_id(self) -> str:
        """An 编号 of kind and date, for a file whose name gives none."""
        return _KINDS[self.kind] + (f"-{self.published:%Y%m%d}" if self.published else "")


_KINDS = {
    "宪法": "xianfa",
    "法律": "falv",
    "行政法规": "xingzheng-fagui",
    "部门规章": "bumen-guizhang",
    "地方性法规": "difang-fagui",
    "地方政府规章": "difang-guizhang",
    "党内法规": "dangnei-fagui",
    "规范性文件": "wenjian",
}
_REGION = re.compile(r"(?!中华人民共和国)[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|自治州|自治县)")
_LATE = timedelta(days=31)


def particulars(title: str, made: Promulgation, body: str, name: str) -> Particulars:
    """What can be said of the instrument `title`, whose text is `body`, from the file `name`."""
    doubts: list[str] = []
    issuer = made.issuer or _guessed_issuer(title, doubts)
    published, complete = _published(made, name, doubts)
    effective = _effective(made, body, published, doubts)
    if not published and (signed := _signed_day(body)):
        published = effective = signed
        doubts.append("找不到公布日期和施行日期，暂按落款日期填写")
    if not published and effective:
        published = effective
        doubts.append("找不到公布日期，暂按施行日期填写")
    if not published:
        doubts.append("找不到公布日期和施行日期，请补上")
    return Particulars(
        kind=_kind(title, issuer, made.by_council),
        issuer=issuer,
        number=made.number,
        passed=made.passed,
        published=published,
        effective=effective,
        change=made.change if complete and (made.changed or made.published) else "",
        origin=f"题注：{made.note}" if made.note else "",
        doubts=tuple(doubts),
    )


def _guessed_issuer(title: str, doubts: list[str]) -> str:
    region = _REGION.match(title)
    if committee := re.match("中共[^中《》]{1,10}?委(?:员会)?", title):
        issuer = committee[0]
    elif region and title.endswith(("条例", "规定", "办法", "细则")):
        issuer = f"{region[0]}人民代表大会常务委员会"
    elif title.startswith(("中国共产党", "中共")):
        issuer = "中共中央"
    elif title.endswith("法") and not title.endswith("办法"):
        issuer = "全国人民代表大会常务委员会"
    elif title.endswith(("条例", "细则")) or title.startswith("国务院"):
        issuer = "国务院"
    elif author := re.match("([^《》]{2,25}?)关于", title):
        issuer = author[1]
    else:
        doubts.append("找不到制定机关，请补上")
        return ""
    doubts.append(f"找不到制定机关，暂按题名填写“{issuer}”")
    return issuer


def _kind(title: str, issuer: str, by_council: bool) -> str:
    """类别, by who made it."""
    if title == "中华人民共和国宪法":
        return "宪法"
    if issuer.startswith("全国人民代表大会"):
        return "法律"
    if "人民代表大会" in issuer:
        return "地方性法规"
    if issuer.startswith(("中共", "中国共产党", "中央")):
        return "党内法规"
    if issuer == "国务院" or by_council:
        return "行政法规"
    if issuer.endswith("人民政府"):
        return "地方政府规章"
    return "部门规章" if issuer.startswith("国家") or issuer.endswith("部") else "规范性文件"


def _published(made: Promulgation, name: str, doubts: list[str]) -> tuple[date | None, bool]:
    """公布日期, and whether the note goes as far as the text."""
    issued = made.published
    if made.changed and (not issued or issued < made.changed):
        issued = made.changed
        doubts.append("题注没有写公布日期，暂按通过或者修改的日期填写")
    named = _named_day(name)
    if not named or named == issued:
        return issued, True
    if not issued:
        doubts.append("没有题注，公布日期取自文件名")
        return named, False
    if named > issued + _LATE:
        doubts.append(f"题注只写到 {issued}，公布日期按文件名填写，请补查最近一次修改")
        return named, False
    doubts.append(f"文件名写的是 {named}，公布日期按题注填写")
    return issued, True


def _signed_day(body: str) -> date | None:
    """The date that stands alone at the end of a text."""
    found = DATE.fullmatch(body.rstrip().rpartition("\n")[2])
    return day(found) if found else None


def _named_day(name: str) -> date | None:
    found = re.search(r"(\d{4})-(\d\d)-(\d\d)", name)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _effective(
    made: Promulgation, body: str, published: date | None, doubts: list[str]
) -> date | None:
    """施行日期: the note's, else what the text says of itself, neither before it was published."""
    stated = [made.effective, _own_effective(body, published)]
    days = [found for found in stated if found]
    for found in days:
        if not published or found >= published:
            return found
    if days:
        doubts.append(f"写明的施行日期 {days[0]} 早于公布日期，像是最初的日期，暂按公布日期填写")
    elif published:
        doubts.append("找不到施行日期，暂按公布日期填写")
    return published


def _own_effective(body: str, published: date | None) -> date | None:
    """What the last sentence 本法自…起施行 says."""
    last = None
    for found in re.finditer(r"本[^，。；\s]{1,10}?自[^，。；]{1,40}", body):
        if spelled := EFFECTIVE.search(found[0]):
            last = day(spelled)
        elif ON_PUBLICATION.search(found[0]):
            last = published
    return last
