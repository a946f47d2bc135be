"""Every problem the handbook can report: code, severity, sentence and remedy, declared once.

The list is closed: a code that is not here cannot be reported, and the editors' page of codes is
made from it. Ranges: HB1xx files and YAML, HB2xx records, HB3xx instrument text, HB4xx citations
and links, HB5xx duties and units, HB6xx pages, HB7xx workbooks, HB8xx how it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handbook.model import Place

ERROR, WARNING = "error", "warning"
_LONGEST = 300  # characters of a value that a message repeats


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem. `message` and `hint` are templates filled with the problem's arguments."""

    severity: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place; `str()` gives the line of CONTRACT section 2."""

    place: Place
    code: str
    message: str
    hint: str
    severity: str

    def __str__(self) -> str:
        word = "错误" if self.severity == ERROR else "警告"
        tail = f"提示：{self.hint}" if self.hint else ""
        return f"{self.place}: {word}[{self.code}] {self.message}{tail}"


def problem(code: str, place: Place, /, *, lenient: bool = False, **args: object) -> Problem:
    """The problem `code` at `place`; `lenient` makes an error a warning (text not ours to mend).

    Raises KeyError for an undeclared code or a missing argument: both are programming errors.
    """
    spec = CODES[code]
    severity = WARNING if lenient else spec.severity
    shown = {name: _shown(value) for name, value in args.items()}
    message, hint = spec.message.format(**shown), spec.hint.format(**shown)
    return Problem(place, code, message, hint, severity)


def _shown(value: object) -> str:
    """A value as a message repeats it: on one line, nothing invisible in it, not without end."""
    text = str(value)
    if text.isprintable() and len(text) <= _LONGEST:
        return text
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 3]}…{text[-_LONGEST // 6 :]}"
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """The problems without repeats, sorted by place, then code."""
    return sorted(set(problems), key=lambda p: (p.place, p.code, p.message))


CODES: dict[str, Code] = {
    # HB1xx: files and YAML
    "HB101": Code(ERROR, "{what}。", "用记事本或 WPS 打开，“另存为”时编码选 UTF-8。"),
    "HB102": Code(ERROR, "YAML 写法有误：{what}。", "{how}"),
    "HB103": Code(ERROR, "缩进里用了制表符（Tab）。", "每级改成两个半角空格。"),
    "HB104": Code(
        ERROR, "文件有 {size}，超过 5 MiB。", "拆成几个文件；图片、附件不要写进数据文件。"
    ),
    "HB105": Code(ERROR, "嵌套超过 50 层。", "检查是否漏了换行或多写了括号。"),
    "HB106": Code(
        ERROR,
        "这里的 &、* 或 ! 在 YAML 里另有意思，手册不用。",
        "是普通文字的，用双引号括起来；不是的，把内容直接写出来。",
    ),
    "HB107": Code(
        ERROR,
        "键“{key}”在同一条记录里写了两次，第一次在第 {line} 行。",
        "删去其中一个，或把两处的值并成一个列表。",
    ),
    "HB108": Code(ERROR, "{what}应当是{expected}，这里是{found}。", "{how}"),
    "HB109": Code(ERROR, "缺少文件 {path}。", "至少要有 data/handbook.yml，写明名称、地区、机构。"),
    "HB110": Code(ERROR, "文件开头的“---”没有配对的结束行。", "在文件头信息的最后加一行“---”。"),
    "HB111": Code(
        ERROR,
        "没有合并完的冲突标记“{mark}”。",
        "选定一方的内容，删去 <<<<<<<、=======、>>>>>>> 三种行。",
    ),
    "HB112": Code(ERROR, "文件不能读取：{reason}。", "换成能打开的普通文件，或删去它。"),
    "HB113": Code(WARNING, "不认识这个文件，没有读它。", "{hint}"),
    "HB114": Code(
        ERROR, "文件名里有看不见的字符或乱码。", "改成只用小写字母、数字和连字符的文件名。"
    ),
    "HB115": Code(ERROR, "文件里有看不见的控制字符（{character}）。", "删去这一处，重新输入。"),
    "HB116": Code(
        ERROR,
        "这部文件没有文件头信息。",
        "在最前面写两行“---”，中间写标题、类别、制定机关、公布日期、施行日期、文本。",
    ),
    # HB2xx: records
    "HB201": Code(ERROR, "{kind}里没有“{key}”这个键。", "{hint}"),
    "HB202": Code(ERROR, "{kind}缺少必填的“{key}”。", "补上一行，例如“{key}: {example}”。"),
    "HB203": Code(ERROR, "“{key}”不是日期：{value}。", "{hint}"),
    "HB204": Code(ERROR, "“{key}”不能写“{value}”。", "只能是：{choices}。"),
    "HB205": Code(ERROR, "“{key}”应当是数，这里是“{value}”。", "只写阿拉伯数字，例如 {example}。"),
    "HB206": Code(ERROR, "“{key}”是空的。", "写上内容；没有内容就删去这一行。"),
    "HB207": Code(ERROR, "{what}“{id}”不合规则。", "只用小写字母、数字和连字符，例如 zj-001。"),
    "HB208": Code(
        ERROR, "{what}“{id}”重复，第一次在 {first}。", "换一个没有用过的；是同一条的，并成一条。"
    ),
    "HB209": Code(ERROR, "找不到{kind}“{name}”。", "{hint}"),
    "HB210": Code(ERROR, "{kind}“{name}”有歧义，可能是：{candidates}。", "写全称或编号。"),
    "HB211": Code(
        ERROR, "“{name}”像是人名；这里只能写单位。", "手册不登记个人，改写单位名称。{hint}"
    ),
    "HB212": Code(
        ERROR,
        "频次“{value}”看不懂。",
        "写每周、每月、每季度、每半年、每年、每两年、一次性、按需、长期，或“每年2次”。",
    ),
    "HB213": Code(ERROR, "时限“{value}”看不懂。", "{hint}"),
    "HB214": Code(
        ERROR, "时限“{deadline}”与频次“{rhythm}”对不上：{reason}。", "改时限或改频次，使两者一致。"
    ),
    "HB215": Code(
        ERROR, "{year}年没有{month}月{day}日。", "改成那个月有的日子，或写“{month}月底”。"
    ),
    "HB216": Code(
        ERROR,
        "名称“{name}”重复，{first} 已用。",
        "同类记录的名称不能相同；改一个，或加上区别的字。",
    ),
    "HB217": Code(
        ERROR, "状态是“已完成”，却没有“完成日期”。", "补上完成日期，或把状态改成“整改中”。"
    ),
    "HB218": Code(ERROR, "编号“{id}”与文件名“{name}”不一致。", "两者要相同；改编号或改文件名。"),
    "HB219": Code(
        ERROR,
        "版本文件名“{name}”不是公布日期“{published}”。",
        "版本文件按公布日期命名，如 2017-08-26.md。",
    ),
    "HB220": Code(ERROR, "{what}（{later}）早于{earlier_what}（{earlier}）。", "核对两个日期。"),
    "HB221": Code(ERROR, "“{value}”不能作{kind}题的答案。", "{how}"),
    "HB222": Code(
        ERROR,
        "日历“{title}”既没有日期，也没有“频次”加“时限”。",
        "写“日期: 2026-09-30”，或写频次和时限。",
    ),
    "HB223": Code(ERROR, "日历“{title}”同时写了日期和频次。", "只留一种。"),
    "HB225": Code(WARNING, "复核日期 {date} 已过。", "由{who}复核一遍，再写下次复核的日期。"),
    "HB226": Code(ERROR, "“{key}”里有重复的“{value}”。", "删去一个。"),
    "HB227": Code(ERROR, "{day} 不在{year}年。", "核对年份，或移到那一年下面。"),
    "HB228": Code(ERROR, "“{key}”不是网址：{value}。", "以 https:// 开头，例如“{example}”。"),
    "HB229": Code(
        WARNING,
        "官方链接打不开（{reason}）：{url}",
        "用浏览器打开看看；搬了家的，改成新的网址；临时打不开的，过几天再查。",
    ),
    "HB230": Code(ERROR, "课程内容“{target}”没有所指。", "{hint}"),
    "HB231": Code(ERROR, "没有编号是“{id}”的试题。", "{hint}"),
    "HB232": Code(ERROR, "{what}。", "{hint}"),
    # HB3xx: text of instruments
    "HB301": Code(
        ERROR,
        "缺少{missing}：{before}之后就是{after}。",
        "补上缺的条文，或改正条号；上级删去的条写“{first} （删去）”。",
    ),
    "HB302": Code(ERROR, "{label}重复，第一次在第 {line} 行。", "改正其中一个的条号。"),
    "HB303": Code(ERROR, "{label}排在{before}之后，次序不对。", "按条号先后排列。"),
    "HB304": Code(
        WARNING,
        "“{label}”后面没有空格，按普通文字处理，不算一条。",
        "如果这里是一条的开头，在条号后加一个空格。",
    ),
    "HB305": Code(ERROR, "{where}的编号不连续：{what}。", "检查是否漏了一项，或编号写错。"),
    "HB306": Code(ERROR, "{label}不连续：{what}。", "检查章节编号。"),
    "HB307": Code(
        ERROR, "这部文件没有正文。", "在文件头信息之后写正文；只有要点时把“文本”写成“要点”。"
    ),
    "HB308": Code(ERROR, "这里有{label}，超过了条数 {count}。", "核对“条数”或条号。"),
    "HB309": Code(ERROR, "{label}之前没有条文，无处归属。", "检查前面是否漏了“第一条”。"),
    # HB4xx: citations and links
    "HB401": Code(ERROR, "《{title}》没有{provision}。", "{hint}"),
    "HB402": Code(WARNING, "手册里没有《{title}》，{provision}不能核对。", "{hint}"),
    "HB403": Code(
        WARNING,
        "《{title}》{status}（{since}），这里还在引用。",
        "改引现行的文件；引用历史文本的，用文字说明。",
    ),
    "HB404": Code(WARNING, "《{title}》{provision}已删去，这里还在引用。", "改引现行的条文。"),
    "HB405": Code(
        ERROR,
        "《{title}》{provision}写得不明确：{paragraphs}都有项。",
        "补上是第几款，例如{example}。",
    ),
    "HB406": Code(
        WARNING,
        "《{title}》在手册里只有要点，没有收{provision}，待核实。",
        "对照官方文本核实；核实后把该条要点补进去。",
    ),
    "HB407": Code(
        ERROR,
        "《{title}》只有 {count} 条，没有{provision}。",
        "核对条号；引用旧版本的，改引现行条文。",
    ),
    "HB408": Code(ERROR, "《{title}》有歧义，可能是：{candidates}。", "写全称。"),
    "HB409": Code(
        WARNING,
        "依据“{text}”里没有一处能对上手册里的文件，等于没有依据。",
        "写成《文件名》第几条；文件还没有收进手册的，先收进来。",
    ),
    "HB410": Code(ERROR, "“{text}”在这里没有所指：{reason}。", "写明是哪一条哪一款。"),
    "HB411": Code(
        ERROR, "“设定职责”里的“{text}”不是本文件的条文。", "写条款的编号，例如“第六条第二款”。"
    ),
    "HB421": Code(ERROR, "链接“{target}”指向的页面不存在。", "{hint}"),
    "HB422": Code(ERROR, "链接“{target}”的锚点“#{anchor}”在目标页里不存在。", "{hint}"),
    # HB5xx: duties and units
    "HB501": Code(
        WARNING, "职责“{title}”没有依据。", "补上“依据”；确实没有的，写进“例外”并说明理由。"
    ),
    "HB502": Code(
        WARNING,
        "职责“{title}”没有考核标准。",
        "补上可以量的“考核”，如“每季度 1 次”；确实不能量的，写进“例外”。",
    ),
    "HB503": Code(WARNING, "职责“{title}”没有频次。", "补上“频次”；确实没有的，写进“例外”。"),
    "HB504": Code(
        WARNING,
        "职责“{title}”没有配合单位。",
        "补上“配合”；确实由一家承担的，写进“例外”并说明理由。",
    ),
    "HB505": Code(ERROR, "{unit}既牵头又配合职责“{title}”。", "从“配合”里删去它。"),
    "HB506": Code(ERROR, "{unit}自 {until} 起撤销，不能再承担“{title}”。", "{hint}"),
    "HB507": Code(ERROR, "单位并入关系成了圈：{chain}。", "核对“并入”。"),
    "HB508": Code(
        WARNING, "{unit}没有任何牵头或配合的职责。", "补上职责；确实没有的，在单位的“例外”里说明。"
    ),
    "HB509": Code(
        WARNING,
        "{provision}设定了职责，但没有一条职责以它为依据。",
        "补上职责，或在相应职责的“依据”里写上它。",
    ),
    "HB510": Code(ERROR, "写了“{field}”的例外，但这条职责已有{field}。", "删去这条例外。"),
    # HB6xx: pages and addresses
    "HB601": Code(
        ERROR,
        "地址 {url} 已经有页面，是自动生成的，或是另一个文件的。",
        "换一个文件名；要在生成页的上方加文字，写在该栏目的 index.md 里。",
    ),
    "HB602": Code(
        ERROR, "旧址“{old}”现在就有页面，不能再转走。", "从 redirects.yml 里删去这一行。"
    ),
    "HB603": Code(ERROR, "旧址“{old}”转向的“{new}”不存在。", "改成现有的地址。"),
    "HB604": Code(ERROR, "转址成了圈：{chain}。", "让旧址直接指向现有的地址。"),
    "HB605": Code(
        ERROR, "旧址“{old}”不像本网站的地址。", "从网站的根写起，例如 /duties/zj-001/，不带域名。"
    ),
    "HB606": Code(
        WARNING,
        "表格有 {count} 列，A4 纸上印不清楚，最多 {most} 列。",
        "拆成几张表，或者把行和列对调。",
    ),
    # HB7xx: workbooks
    "HB701": Code(ERROR, "这个文件不能当作工作簿打开：{what}。", "{how}"),
    "HB702": Code(ERROR, "没有工作表“{sheet}”。", "{hint}"),
    "HB703": Code(
        WARNING, "没有读工作表“{sheet}”：它不是导出来的。", "要导入的内容，写到导出来的工作表里。"
    ),
    "HB704": Code(ERROR, "缺少“{column}”这一列。", "{hint}"),
    "HB705": Code(ERROR, "{what}。", "删去这一列，或把第一行的列名改回原样。"),
    "HB706": Code(ERROR, "{cells} 是合并的单元格。", "取消合并，每一格都填上自己的内容。"),
    "HB707": Code(
        ERROR, "这一格是公式或出错的值，不是内容。", "复制后用“选择性粘贴→数值”，或直接输入内容。"
    ),
    "HB708": Code(
        ERROR,
        "“{key}”应当是文字，这一格是{found}。",
        "把单元格格式设成“文本”，再重新输入；0 开头的号码丢了 0 的，要补上。",
    ),
    "HB709": Code(
        ERROR, "{key}“{id}”重复，第 {row} 行已经有了。", "换一个没有用过的，或删去一行。"
    ),
    "HB710": Code(ERROR, "这一行没有“{key}”。", "补上；不要的行，整行清空。"),
    "HB711": Code(
        ERROR,
        "{kind}“{id}”{what}，与这里的改动冲突。",
        "重新导出一份工作簿，看清现在的内容，再改一遍。",
    ),
    "HB712": Code(
        ERROR, "工作表“{sheet}”里没有“{id}”。", "核对这个编号，或先在那张工作表里加一行。"
    ),
    "HB713": Code(ERROR, "“文件”不能写“{value}”。", "{hint}"),
    "HB714": Code(
        ERROR, "这个文件的写法，不能自动改动而不动别处。", "用记事本改这个文件，或把它写得简单些。"
    ),
    # HB8xx: how it is written; {excuse} is the comment that says why something is right as it is
    "HB801": Code(
        WARNING,
        "“{text}”是缩略的说法，词条、单位和文件的名称里都没有。",
        "写出全称，或在 glossary.yml 里加一条；不用解释的，在上一行写“{excuse}”。",
    ),
    "HB802": Code(
        WARNING,
        "“{text}”没有可以量的标准。",
        "同一句里写明期限、次数或哪个单位；确实定不了的，在上一行写“{excuse}”。",
    ),
    "HB803": Code(WARNING, "标点“{text}”{what}。", "{how}确实要这样写的，在上一行写“{excuse}”。"),
    "HB804": Code(
        WARNING,
        "“{text}”不是 GB/T 15835 的写法。",
        "{how}确实要这样写的，在上一行写“{excuse}”。",
    ),
    "HB805": Code(WARNING, "“{text}”{what}。", "{how}不是指本区单位的，在上一行写“{excuse}”。"),
}
