"""Every record's keys, declared once: `convert` works by them, the editors' guide shows them.

A `Key` joins the Chinese key of the files to the attribute of the record in `model`, with its type,
a help sentence and an example. Format: CONTRACT section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from handbook import model

RHYTHMS = ("每周", "每月", "每季度", "每半年", "每年", "每两年", "一次性", "按需", "长期")
UNIT_KINDS = ("党委部门", "政府部门", "群团组织", "民主党派与团体", "乡镇街道", "其他")
UNIT_ROLES = ("办公室", "成员单位", "基层", "其他")
ACCESS = ("公开", "内部")
LISTS = ("基本", "配合", "上级收回")
HOLES = ("依据", "考核", "频次", "配合")
LEDGER_STATES = ("未启动", "整改中", "已完成", "长期坚持")
INSTRUMENT_KINDS = (
    "宪法",
    "法律",
    "行政法规",
    "部门规章",
    "地方性法规",
    "地方政府规章",
    "党内法规",
    "规范性文件",
    "工作制度",
)
FULL, SUMMARY, MODEL_TEXT = "全文", "要点", "示范文本"
TEXTS = (FULL, SUMMARY, MODEL_TEXT)

# Collective names of units (CONTRACT section 3): name -> (attribute, value).
COLLECTIVES = {
    "各成员单位": ("role", "成员单位"),
    "各乡镇街道": ("kind", "乡镇街道"),
    "各民主党派和团体": ("kind", "民主党派与团体"),
    "各党委部门": ("kind", "党委部门"),
    "各政府部门": ("kind", "政府部门"),
    "各群团组织": ("kind", "群团组织"),
}


@dataclass(frozen=True, slots=True)
class Type:
    """How a value is read. `name` selects the converter in `load`."""

    name: str
    choices: tuple[str, ...] = ()
    to: str = ""  # kind referred to: unit, field
    record: Kind | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record."""

    name: str
    attr: str
    type: Type
    help: str
    example: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: the word for it in messages, its class, its keys."""

    word: str
    record: type[Any]
    keys: tuple[Key, ...]
    by_name: dict[str, Key] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_name.update({key.name: key for key in self.keys})


TEXT = Type("text")
LINES = Type("lines")  # a list of texts; one text is a list of one
MARKDOWN = Type("markdown")
CITATIONS = Type("lines")
DAY = Type("day")
NUMBER = Type("number")
WHOLE = Type("whole")
SLUG = Type("slug")
WEB = Type("web")
RHYTHM = Type("rhythm")
DEADLINE = Type("deadline")
UNITS = Type("units", to="unit")
UNIT = Type("reference", to="unit")
FIELD = Type("reference", to="field")
FIELDS = Type("references", to="field")


def choice(*values: str) -> Type:
    """One of `values`."""
    return Type("choice", choices=values)


def records(kind: Kind) -> Type:
    """A list of records of `kind`."""
    return Type("records", record=kind)


def required(key: Key) -> Key:
    """The same key, required."""
    return replace(key, required=True)


ID = Key("编号", "id", SLUG, "永不重用的代号，用在网址里", "zj-001")
NAME = Key("名称", "name", TEXT, "全称", "区民族宗教事务局", required=True)
SHORT = Key("简称", "short", TEXT, "常用的短名", "区民宗局")
ALIASES = Key("别名", "aliases", LINES, "其他叫法", "[民宗局]")
BASIS = Key("依据", "basis", CITATIONS, "条文，按公文写法", "《宗教事务条例》第六条第二款")
OWNERS = Key("责任单位", "owners", UNITS, "负责维护这条内容的单位", "领导小组办公室")
RHYTHM_KEY = Key("频次", "rhythm", RHYTHM, "多久一次", "每季度")
DEADLINE_KEY = Key("时限", "deadline", DEADLINE, "最迟何时", "每季度末月25日前")
COMMON = (
    Key("待核实", "pending", TEXT, "还没有核实的内容", "文号待核实"),
    Key("复核日期", "review_by", DAY, "最迟何时再复核一遍", "2027-06-30"),
    Key("公开范围", "access", choice(*ACCESS), "公开版里有没有它", "内部"),
)


def _kind(word: str, record: type[Any], *keys: Key) -> Kind:
    return Kind(word, record, (*keys, *COMMON))


SETTINGS = _kind(
    "手册设置",
    model.Settings,
    Key("名称", "name", TEXT, "手册的名称", "X区统一战线工作手册", required=True),
    Key("地区", "region", TEXT, "哪个区", "X区", required=True),
    Key("机构", "body", TEXT, "编写机构", "中共X区委统一战线工作领导小组", required=True),
    Key("版次", "edition", TEXT, "第几版", "2026年第1版"),
    Key("版本日期", "edition_date", DAY, "这一版的日期", "2026-11-25"),
    Key("网址", "site_url", WEB, "发布后的网址", "https://handbook.example.gov.cn/"),
    Key("仓库", "repository", WEB, "在线编辑的网址前缀", "https://git.example.gov.cn/q/edit/main/"),
    Key("默认公开范围", "default_access", choice(*ACCESS), "没有写公开范围的内容按它", "内部"),
)
FIELD_KIND = _kind(
    "领域",
    model.Field,
    required(ID),
    replace(NAME, example="宗教工作"),
    Key("说明", "note", MARKDOWN, "这个领域管什么", "宗教事务的依法管理和服务"),
    SHORT,
    ALIASES,
)
EXEMPTION = Kind(
    "例外",
    model.Exemption,
    (
        Key("缺", "missing", choice(*HOLES), "没有哪一项", "配合", required=True),
        Key("理由", "reason", TEXT, "为什么没有", "由一家单位独立承担", required=True),
    ),
)
UNIT_EXEMPTION = Kind(
    "例外",
    model.Exemption,
    (
        Key("缺", "missing", TEXT, "没有什么", "职责", required=True),
        Key("理由", "reason", TEXT, "为什么没有", "只列席会议", required=True),
    ),
)
UNIT_KIND = _kind(
    "单位",
    model.Unit,
    required(ID),
    NAME,
    SHORT,
    ALIASES,
    Key("类别", "kind", choice(*UNIT_KINDS), "单位类别", "政府部门", required=True),
    Key("角色", "role", choice(*UNIT_ROLES), "在领导小组里的角色", "成员单位"),
    Key("办公电话", "phone", TEXT, "单位的办公电话，只在内部版显示", "0000-00000000"),
    Key("设立日期", "since", DAY, "何时设立", "2019-03-01"),
    Key("撤销日期", "until", DAY, "从哪一天起不再存在", "2026-01-01"),
    Key("并入", "merged_into", TEXT, "撤销后并入的单位", "区委统战部"),
    Key("例外", "exemptions", records(UNIT_EXEMPTION), "没有职责等情形的理由", ""),
)
STEP = Kind(
    "步骤",
    model.Step,
    (
        Key("单位", "units", UNITS, "谁来做", "区民宗局", required=True),
        Key("做什么", "action", TEXT, "这一步做什么", "受理申请，审核材料", required=True),
        Key("时限", "deadline", TEXT, "这一步的时限", "收到材料之日起30日内"),
        Key("交接", "handover", TEXT, "交给谁什么", "审核意见送区政府办"),
    ),
)
DUTY = _kind(
    "职责",
    model.Duty,
    required(ID),
    Key("事项", "title", TEXT, "一句话说清做什么", "审核宗教活动场所登记", required=True),
    Key("领域", "field", FIELD, "属于哪个领域", "宗教工作", required=True),
    Key("牵头", "leads", UNITS, "牵头单位", "区民宗局", required=True),
    Key("配合", "supports", UNITS, "配合单位", "[区公安分局, 各乡镇街道]"),
    BASIS,
    RHYTHM_KEY,
    DEADLINE_KEY,
    Key("成果", "output", TEXT, "形成什么", "季度通报1份"),
    Key("考核", "measure", TEXT, "可以量的标准", "每季度1次，按时率100%"),
    Key("分值", "points", NUMBER, "考核分", "5"),
    Key("佐证", "evidence", TEXT, "拿什么证明", "会议纪要"),
    Key("表单", "forms", LINES, "要用的表单页", "forms/report.md"),
    Key("说明", "note", MARKDOWN, "补充说明", "具体要求见工作规则"),
    Key("步骤", "steps", records(STEP), "先后几步，谁做什么", ""),
    Key(
        "权利与救济",
        "remedies",
        MARKDOWN,
        "触及权利的，写明界限和救济",
        "不服的，可以依法申请行政复议",
    ),
    Key("例外", "exemptions", records(EXEMPTION), "缺依据、考核、频次、配合的理由", ""),
    Key("清单", "list", choice(*LISTS), "乡镇街道的哪张清单", "基本"),
    Key("施行日期", "effective", DAY, "从何时起", "2026-02-01"),
    Key("失效日期", "expires", DAY, "从哪一天起不再有效", "2027-01-01"),
    OWNERS,
)
TERM = _kind(
    "词条",
    model.Term,
    Key("词条", "name", TEXT, "名词", "大统战工作格局", required=True),
    Key(
        "释义", "definition", MARKDOWN, "一两句话的解释", "党委统一领导……的工作体制", required=True
    ),
    ALIASES,
    BASIS,
    Key("出处", "origin", TEXT, "来自哪里", "《中国共产党统一战线工作条例》"),
)
SYNONYM = _kind(
    "同义词",
    model.Synonym,
    Key("词", "word", TEXT, "一个说法", "民营企业", required=True),
    Key("同义", "others", LINES, "别的说法；搜一个，也找另一个", "[非公有制企业]", required=True),
)
EVENT = _kind(
    "日历",
    model.Event,
    required(ID),
    Key("事项", "title", TEXT, "什么事", "领导小组全体会议", required=True),
    Key("日期", "date", DAY, "哪一天", "2026-03-20"),
    RHYTHM_KEY,
    DEADLINE_KEY,
    Key("单位", "units", UNITS, "哪些单位", "各成员单位"),
    BASIS,
)
LEDGER = _kind(
    "台账",
    model.LedgerItem,
    required(ID),
    Key("问题", "problem", TEXT, "什么问题", "成员单位不清楚自己的职责", required=True),
    Key("来源", "origin", TEXT, "从哪里发现的", "年度督查"),
    Key("责任单位", "units", UNITS, "谁来改", "领导小组办公室", required=True),
    BASIS,
    Key("整改措施", "remedy", TEXT, "怎么改", "印发职责分工方案", required=True),
    Key("时限", "due", DAY, "最迟哪一天改完", "2026-06-30", required=True),
    Key("状态", "status", choice(*LEDGER_STATES), "改到哪一步", "整改中", required=True),
    Key("完成日期", "done", DAY, "哪一天改完的", "2026-05-20"),
)
COURSE_PART = Kind(
    "课程部分",
    model.CoursePart,
    (
        Key("标题", "title", TEXT, "这一讲的标题", "宗教事务依法管理", required=True),
        Key("内容", "targets", LINES, "讲什么", "条文：《宗教事务条例》第六条", required=True),
    ),
)
QUIZ_PICK = Kind(
    "自测",
    model.QuizPick,
    (
        Key("题库", "bank", TEXT, "题库文件名", "zongjiao", required=True),
        Key("题数", "count", WHOLE, "取前几题", "10", required=True),
    ),
)
COURSE = _kind(
    "课程",
    model.Course,
    required(ID),
    replace(NAME, example="新任统战干部培训"),
    Key("对象", "audience", TEXT, "给谁上", "新任统战委员"),
    Key("学时", "hours", NUMBER, "多少学时", "4"),
    Key("内容", "parts", records(COURSE_PART), "分几讲", "", required=True),
    Key("自测", "quiz", Type("quiz", record=QUIZ_PICK), "考哪些题", "[q-001, q-002]"),
)
QUESTION = _kind(
    "试题",
    model.Question,
    required(ID),
    Key("题干", "stem", TEXT, "题目", "宗教活动场所登记由谁办理？", required=True),
    Key("题型", "kind", choice("单选", "多选", "判断"), "题型", "单选", required=True),
    Key("选项", "options", LINES, "选项", "[县级宗教事务部门, 民政部门]"),
    Key("答案", "answer", TEXT, "字母，判断题写对或错", "A", required=True),
    Key("解析", "explanation", TEXT, "为什么", "由所在地县级宗教事务部门登记", required=True),
    replace(BASIS, required=True),
)
INSTRUMENT = _kind(
    "文件",
    model.Version,
    ID,
    Key("标题", "title", TEXT, "全称", "宗教事务条例", required=True),
    SHORT,
    ALIASES,
    Key("类别", "kind", choice(*INSTRUMENT_KINDS), "效力类别", "行政法规", required=True),
    Key("制定机关", "issuer", TEXT, "谁制定的", "国务院", required=True),
    Key("文号", "number", TEXT, "发文字号", "国务院令第686号"),
    Key("通过日期", "passed", DAY, "何时通过", "2017-06-14"),
    Key("公布日期", "published", DAY, "何时公布", "2017-08-26", required=True),
    Key("施行日期", "effective", DAY, "何时施行", "2018-02-01", required=True),
    Key("失效日期", "expires", DAY, "从哪一天起不再有效", "2027-01-01"),
    Key("修改方式", "change", choice("制定", "修正", "修订"), "这一版怎么来的", "修订"),
    Key("文本", "text", choice(*TEXTS), "收的是什么文本", "要点", required=True),
    Key("条数", "article_count", WHOLE, "官方文本共多少条", "77"),
    Key("来源", "origin", TEXT, "文本从哪里来", "国务院公报"),
    Key("官方链接", "official_link", WEB, "官方公布的网页", "https://www.gov.cn/"),
    Key("适用领域", "fields", FIELDS, "与哪些领域有关", "[宗教工作]"),
    Key("设定职责", "imposes", LINES, "给本区设定职责的条文", "[第六条第二款]"),
    OWNERS,
)
PAGE = _kind(
    "页面",
    model.Page,
    Key("标题", "title", TEXT, "页面标题", "新任干部第一周"),
    Key("领域", "fields", FIELDS, "与哪些领域有关", "[基层基础]"),
    OWNERS,
)
YEAR = Kind(
    "年份",
    dict,
    (
        Key("休", "off", DAY, "放假的日子", "2026-01-01"),
        Key("班", "on", DAY, "调休上班的日子", "2026-01-04"),
    ),
)
REDIRECT = Kind(
    "转址",
    model.Redirect,
    (
        Key("旧址", "old", TEXT, "原来的地址，从网站的根写起", "/duties/zj-000/", required=True),
        Key("新址", "new", TEXT, "现在的地址", "/duties/zj-001/", required=True),
    ),
)
