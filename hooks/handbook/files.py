"""Which content file holds what: the files of CONTRACT section 3, in the order editors meet them.

The guide's tables of keys and the JSON Schemas are made from this list.
"""

from __future__ import annotations

from dataclasses import dataclass

from handbook import schema
from handbook.schema import Kind

# How a file holds its records: a list of them; one; one as a Markdown file's front matter; a
# mapping of years to records; a mapping of one key to the other.
LIST, ONE, FRONT, YEARS, PAIRS = "list", "one", "front", "years", "pairs"


@dataclass(frozen=True, slots=True)
class File:
    """A content file, or a folder of files of one sort (`*`)."""

    name: str
    title: str
    where: tuple[str, ...]  # paths relative to the content folder
    kind: Kind
    shape: str
    note: str


FILES = (
    File(
        "duties",
        "职责",
        ("data/duties/*.yml",),
        schema.DUTY,
        LIST,
        "每个领域一个文件，每件事一条记录。",
    ),
    File(
        "units",
        "单位",
        ("data/units.yml",),
        schema.UNIT_KIND,
        LIST,
        "单位名册。撤并的填“撤销日期”“并入”，不删。",
    ),
    File("fields", "领域", ("data/fields.yml",), schema.FIELD_KIND, LIST, "次序就是全手册的次序。"),
    File(
        "ledger",
        "整改台账",
        ("data/ledger.yml", "data/ledger/*.yml"),
        schema.LEDGER,
        LIST,
        "一个问题一条记录。",
    ),
    File(
        "calendar",
        "日历",
        ("data/calendar.yml", "data/calendar/*.yml"),
        schema.EVENT,
        LIST,
        "会议和固定日期；写“日期”，或者写“频次”和“时限”。",
    ),
    File(
        "glossary",
        "词条",
        ("data/glossary.yml", "data/glossary/*.yml"),
        schema.TERM,
        LIST,
        "名词解释。",
    ),
    File("synonyms", "同义词", ("data/synonyms.yml",), schema.SYNONYM, LIST, "搜索用。"),
    File("courses", "课程", ("data/courses/*.yml",), schema.COURSE, ONE, "一门课一个文件。"),
    File(
        "questions", "试题", ("data/questions/*.yml",), schema.QUESTION, LIST, "一个题库一个文件。"
    ),
    File(
        "handbook", "手册设置", ("data/handbook.yml",), schema.SETTINGS, ONE, "整本手册只有这一份。"
    ),
    File("workdays", "节假日", ("data/workdays.yml",), schema.YEAR, YEARS, "年份下面写休和班。"),
    File(
        "redirects",
        "转址",
        ("data/redirects.yml",),
        schema.REDIRECT,
        PAIRS,
        "一行一个“旧址: 新址”，旧的链接照样能用。",
    ),
    File(
        "instrument",
        "法规和制度的文件头",
        ("docs/regulations/**/*.md", "docs/rules/**/*.md"),
        schema.INSTRUMENT,
        FRONT,
        "写在文件最前面两行“---”之间。",
    ),
    File(
        "page",
        "普通页面的文件头",
        ("docs/**/*.md",),
        schema.PAGE,
        FRONT,
        "写在文件最前面两行“---”之间，可以不写。",
    ),
)
