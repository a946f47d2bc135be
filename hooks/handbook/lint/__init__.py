"""How the handbook is written: warnings about its own sentences, one small function a rule.

A rule takes a text and what the handbook calls things, and yields what it finds. Nothing is found
in titles 《…》, quoted words “…” (but their punctuation and abbreviations), block quotations, code,
links and headings. What is right as it is gets a comment before it with the code and the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from handbook.citations import masked
from handbook.lint.prose import GUIDES, ORDERS, TEACHES, Files, Prose, quotations, texts
from handbook.lint.words import HAN, Words
from handbook.model import Handbook
from handbook.problems import Problem, problem
from handbook.schema import INSTRUMENT, TERM, UNIT_KIND
from handbook.spans import Span, merged, touches


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of a text; what and how: what is wrong with it, and the remedy.

    unless: a pattern that makes it right, wherever in the file it matches.
    """

    code: str
    start: int
    end: int
    what: str = ""
    how: str = ""
    unless: str = ""


Rule = Callable[[Prose, Words], Iterator[Finding]]


def check(handbook: Handbook, root: Path) -> list[Problem]:
    """What the rules find in the content folder `root` and no comment in it says is right.

    Where names could not be read, nothing is said to have none.
    """
    files, words = Files(root), Words(handbook)
    unread = {UNIT_KIND.word, TERM.word, INSTRUMENT.word} & handbook.lost
    rules = [rule for rule in RULES if not (unread and rule in (abbreviations, units))]
    return [
        found
        for prose in texts(handbook)
        for hit in _hits(prose, words, rules)
        if (found := _problem(prose, hit, files)) is not None
    ]


def _hits(prose: Prose, words: Words, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules find in running text, and not in what is quoted from elsewhere."""
    found = [hit for rule in rules for hit in rule(prose, words)]
    spared = _spared(prose) if found else []
    for hit in found:
        quoted = hit.code in _NOT_QUOTED and _inside(prose.text, hit.start, "“”")
        titled = _inside(prose.text, hit.start, "《》")
        if not (quoted or titled or touches(spared, hit.start, hit.end)):
            yield hit


_NOT_QUOTED = frozenset({"HB802", "HB804", "HB805"})


def _spared(prose: Prose) -> list[Span]:
    """Where a Markdown text is not running text of its own."""
    return merged([*masked(prose.text), *quotations(prose.text)]) if prose.markdown else []


def _inside(text: str, at: int, pair: str) -> bool:
    """Whether the last mark of a pair before `at` in its line is the opening one."""
    start = max(text.rfind("\n", 0, at) + 1, at - _REACH)
    return text.rfind(pair[0], start, at) > text.rfind(pair[1], start, at)


_REACH = 400  # characters on either side that are looked at for what a word stands in


def _problem(prose: Prose, hit: Finding, files: Files) -> Problem | None:
    spot = files.spot(prose, hit.start)
    explained = hit.unless and files.says(spot.path, hit.unless)
    if explained or files.excused(prose, spot, hit.code):
        return None
    form = "<!-- 写法 {}：理由 -->" if prose.literal else "# 写法 {}：理由"
    text, excuse = prose.text[hit.start : hit.end], form.format(hit.code)
    return problem(
        hit.code, spot, text=text.strip("“”") or text, what=hit.what, how=hit.how, excuse=excuse
    )


# abbreviations


def abbreviations(prose: Prose, words: Words) -> Iterator[Finding]:
    """An abbreviation that no term, unit or instrument is called by, and the file does not explain.

    Two or more capital letters by themselves (NGO, not GB/T); and words in quotation marks that
    count something, the usual form of official shorthand: “三定”, “四不两直”, “一老一小”, but not
    “三十日” or “两个月”. Explained is what stands behind （ or 称, or before （, 是指, 即 or ：.
    """
    for match in _ABBREVIATION.finditer(prose.text):
        name = match[1] or match[2]
        common = _COMMON.fullmatch(name) or set(name) <= _LETTERS
        if not (common or words.explain(name)):
            explained = f"[（称叫]“?{name}|{name}”?(?:（|是?指|，?即|：)"
            yield Finding("HB801", match.start(), match.end(), unless=explained)


_NUMERAL = "[一二三四五六七八九十两]"
_ABBREVIATION = re.compile(
    f"“((?:(?!一){_NUMERAL}(?!{_NUMERAL}*(?:[日天年月周次号条项款点人名份家元倍”]|个[月工星小]))|一(?={HAN}一))"
    f"{HAN}{{1,7}})”"
    r"|(?<![A-Za-z0-9./_-])([A-Z]{2,6})(?![A-Za-z0-9./_-]| [A-Z][a-z])"
)
_COMMON = re.compile(  # known in every office
    "PDF|WPS|PPT|USB|HTML|YAML|JSON|CSV|URL|三个代表|四个意识|四个自信|两个维护|两个确立|四个全面"
    "|五位一体|一带一路|一国两制|九二共识|两会|两委"
)
_LETTERS = frozenset("ABCDEFGH")  # of a question's options


# vague words


def vague(prose: Prose, words: Words) -> Iterator[Finding]:
    """A word that leaves open when, how often, how much or who, where something is ordered.

    Ordered is what stands in 考核 and 步骤 of a duty and in the district's own rules, but for
    purposes (为了…) and principles, and on a page a sentence with 应当, 必须, 负责 and the like. A
    sentence that also has a number, a day, a rhythm or the provision of a law is measured enough.
    """
    if prose.use not in (ORDERS, GUIDES):
        return
    for match in _VAGUE.finditer(prose.text):
        sentence = _sentence(prose.text, match.start(), match.end())
        ordered = _MODAL.search(sentence) if prose.use == GUIDES else not _AIM.search(sentence)
        if ordered and not _MEASURE.search(sentence + prose.beside):
            yield Finding("HB802", match.start(), match.end())


_VAGUE = re.compile(
    r"及时(?=[\u4e00-\u9fff])(?![率性])|原则上|适时(?!适)|尽[快早]|抓紧|酌情|视情(?!形)|(?<!不)适当(?!性)"
    r"|不定期(?!限)|(?<![法约固一特不自规])定期(?![限存报])"
    r"|等(?:有关|相关)?(?:部门|单位)|(?:由|交|责成)(?:有关|相关)(?:部门|单位)"
    r"|(?:有关|相关)(?:部门|单位)(?=应|要|须|必须|负责|牵头)"
)
_AIM = re.compile(r"^\s*为|原则(?!上)|目的|宗旨")
_MODAL = re.compile("应当|应该|必须|务必|须|不得|负责|牵头")
_COUNT = "[0-9０-９一二两三四五六七八九十百半几×]"
_MEASURE = re.compile(
    f"[0-9０-９×＿]|{_COUNT}(?:个|多)?(?:小?时|工作日|[日天周月季年次份件项篇名人家户场期页倍成])"
    "|每[日天周月季半年次两个件]|当[日天场月年即周期]|[次同隔翌即]日|[年月季]底|[年季月]末"
    "|法定期限|立即|立刻|随时|即时|逐[一件条项]|百分之|之日起|[会事年月季期]前"
    "|》(?:（[^（）]*）)?第[一二三四五六七八九十百零〇0-9]+[条章部]"
)
_BREAK = re.compile(r"[。！？]|\n(?=\s*(?:\n|[-*+|>#]|\d+[.、]|$))")


def _sentence(text: str, start: int, end: int) -> str:
    first = max(0, start - _REACH)
    for match in _BREAK.finditer(text, first, start):
        first = match.end()
    last = _BREAK.search(text, end, end + _REACH)
    return text[first : last.start() if last else end + _REACH]


# punctuation


def punctuation(prose: Prose, words: Words) -> Iterator[Finding]:
    """Marks that GB/T 15834-2011 does not have in Chinese text, or not so, or not so many."""
    for match in _MARKS.finditer(prose.text):
        if match.lastgroup:
            what, how = _MARK_HELP[match.lastgroup]
            yield Finding("HB803", match.start(), match.end(), what, how)
    yield from _unpaired(prose.text)


_MARKS = re.compile(
    r"(?=[,;:?!(（\"'「」『』….。，、；：！？-])(?:"  # fails fast on what begins none
    r"(?P<half>(?<=[\u4e00-\u9fff”》）％%*])[,;:?!](?=\s*(?:[\u4e00-\u9fff“《（]|$)))"
    r"|(?P<bracket>(?<=[\u4e00-\u9fff”》])(?<!第)\((?![一二三四五六七八九十]+\))(?=[^()\n]*[\u4e00-\u9fff])"
    r"|（[^（）()\n]*\)|\([^（）()\n]*）)"
    r"|\"[^\"\n\u4e00-\u9fff]*\"|'[^'\n\u4e00-\u9fff]*'"  # no Chinese between them
    r"|(?P<quote>\"[^\"\n]*\"|'[^'\n]*'|[「『][^「」『』\n]*[」』])"
    r"|(?P<dots>(?<!…)…(?!…)|(?<=[\u4e00-\u9fff])\.{3,}|。{2,})"
    r"|(?P<dash>(?<=[\u4e00-\u9fff”》）])-{2,}(?=[\u4e00-\u9fff“《（]))"
    r"|(?P<twice>[，、；：][，、；：。！？]+|[。！？][，、；：]|([！？])\7+))",
    re.M,
)
_MARK_HELP = {
    "half": ("是半角标点", "改成全角的，如“，”“；”“：”。"),
    "bracket": ("是半角括号", "中文里的括号都用全角的“（）”。"),
    "quote": ("不是中文引号", "改成“”，里面再引用的用‘’。"),
    "dots": ("不是省略号", "省略号是六个点“……”；句号只写一个。"),
    "dash": ("不是破折号", "破折号是“——”。"),
    "twice": ("是连用的标点", "只留一个。"),
}


def _unpaired(text: str) -> Iterator[Finding]:
    """“ without ” in the same paragraph, or the other way round."""
    opened = -1
    for match in _QUOTES.finditer(text) if "“" in text or "”" in text else ():
        closes = match[0] == "”"
        if closes != (opened >= 0):
            at = match.start() if closes else opened
            yield Finding("HB803", at, at + 1, "没有成对", "补上另一半；引号里再引用的用‘’。")
        opened = match.start() if match[0] == "“" else -1


_QUOTES = re.compile(r"[“”]|\n[ \t]*\n|\Z")


# numbers and dates


def numbers(prose: Prose, words: Words) -> Iterator[Finding]:
    """Numbers and dates that are not written as GB/T 15835-2011 has them."""
    for match in _NUMBERS.finditer(prose.text):
        assert match.lastgroup
        how = _NUMBER_HELP[match.lastgroup]
        yield Finding("HB804", match.start(), match.end(), how=how)


_CN = "[〇零○一二三四五六七八九十]"
_MEASURED = "[个项条日天人次件份年月周名家户元岁页场万亿]|小时|工作日"
_NUMBERS = re.compile(
    r"(?=[0-9０-９一二三四五六七八九十百])(?:"
    r"(?P<date>(?<![\d./-])(?:19|20)\d\d([./])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01])(?![\d./-]))"
    rf"|(?P<mixed>[一二]{_CN}{{3}}年(?=\d)|\d{{4}}年{_CN}{{1,3}}月|\d{{1,2}}月{_CN}{{1,3}}[日号]"
    rf"|{_CN}{{1,2}}月(?:\d{{1,2}}[日号]|[至到～~—-]\d))"
    r"|(?P<zero>[一二](?=.{0,2}[零○])[〇零○一二三四五六七八九]{3}年)"
    r"|(?P<year>(?<!\d)\d\d年\d{1,2}月(?!内))"
    r"|(?P<unit>(?<![\d.])\d+(?:\.\d+)?[-~～—–至]\d+(?:\.\d+)?[%％万亿])"
    rf"|(?P<hyphen>(?<![A-Za-z0-9.-])\d{{1,4}}-\d{{1,4}}(?={_MEASURED}))"
    r"|(?P<percent>百分之\d+(?:\.\d+)?)"
    r"|(?P<half>\d(?:[十百]|千(?![克米瓦伏赫帕卡焦]))(?!分点)|\d0几)"
    r"|(?P<wide>[０-９]+))"
)
_NUMBER_HELP = {
    "date": "正文里的日期写成“2026年3月5日”。",
    "mixed": "年月日或者都用阿拉伯数字，或者都用汉字。",
    "zero": "汉字的年份用“〇”，如“二〇二六年”；一般写成“2026年”。",
    "year": "年份写四位数。",
    "unit": "前一个数也带上单位，如“15%～30%”“13万元～17万元”。",
    "hyphen": "数值的起止用“～”或者“至”，如“3～5天”。",
    "percent": "阿拉伯数字的百分数写成“5%”。",
    "half": "或者都用阿拉伯数字，如“500人”，或者都用汉字，如“五百人”。",
    "wide": "阿拉伯数字用半角的。",
}


# units


def units(prose: Prose, words: Words) -> Iterator[Finding]:
    """A unit called otherwise than 名称, 简称 or 别名 say, or one that was abolished.

    A name without its 区 (民宗局 for 区民宗局) where nothing but a particle or a mark stands before
    it; a 区…局, 区委…部 and the like that is in no list. Terms of the glossary are not slips.
    What teaches the law is not looked at: there 民政部门 and 组织部 are anybody's.
    """
    if prose.use != TEACHES:
        for slip in words.slips(prose.text):
            yield Finding("HB805", *slip)


RULES: tuple[Rule, ...] = (abbreviations, vague, punctuation, numbers, units)
