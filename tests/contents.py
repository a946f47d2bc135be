"""Small content folders written by tests."""

from __future__ import annotations

from pathlib import Path

BASE = {
    "data/handbook.yml": "名称: 试验手册\n地区: X区\n机构: 领导小组\n",
    "data/fields.yml": "- 编号: zongjiao\n  名称: 宗教工作\n",
    "data/units.yml": (
        "- 编号: office\n  名称: 领导小组办公室\n  类别: 党委部门\n  角色: 办公室\n"
        "- 编号: mzj\n  名称: 区民族宗教事务局\n  简称: 区民宗局\n  类别: 政府部门\n"
        "- 编号: dong\n  名称: 城东街道\n  类别: 乡镇街道\n  角色: 基层\n"
        "- 编号: xi\n  名称: 城西街道\n  类别: 乡镇街道\n  角色: 基层\n"
    ),
    "data/duties/zongjiao.yml": (
        "- 编号: zj-1\n  事项: 报告宗教事务\n  领域: 宗教工作\n  牵头: 区民宗局\n"
        "  配合: [领导小组办公室, 各乡镇街道]\n  依据: 《登记条例》第二条\n"
        "  频次: 每季度\n  时限: 每季度末月25日\n  考核: 每季度1次\n"
    ),
}


def head(title: str, **more: str) -> str:
    """The front matter of an instrument."""
    keys = {
        "标题": title,
        "类别": "行政法规",
        "制定机关": "国务院",
        "公布日期": "2020-01-01",
        "施行日期": "2020-02-01",
        "文本": "全文",
        **more,
    }
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + "---\n\n"


LAW = head("登记条例") + (
    "第一章 总则\n\n第一条 为了登记，制定本条例。\n\n第二条 登记机关按下列规定办理：\n"
    "（一）受理申请；\n（二）作出决定。\n\n决定应当送达。\n"
)


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write `files` over the base content; an empty text removes the file. Returns `folder`."""
    everything = {**BASE, "docs/regulations/dengji.md": LAW, **files}
    for path, text in everything.items():
        if text:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return folder
