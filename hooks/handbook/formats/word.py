"""Word files in the layout of official documents (GB/T 9704-2012), by pandoc.

The page, the character grid and the styles stand in the reference document, which is made here once
and then only read. Fonts are named, never embedded: the office's own are used.
"""

from __future__ import annotations

import io
import math
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from handbook.formats import pandoc

SONG, FANGSONG, HEI, KAI = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312"
TITLE = "方正小标宋简体"
# GB/T 9704-2012, 5.1 and 5.2: A4, top 37 mm, left 28 mm, text area 156 x 225 mm, 22 lines of 28
PAGE, TOP, LEFT, TEXT = (Mm(210), Mm(297)), Mm(37), Mm(28), (Mm(156), Mm(225))
LINES, CHARACTERS = 22, 28
BODY, SMALL = Pt(16), Pt(14)  # 3 号, 4 号
_FALLBACKS = {FANGSONG: "仿宋", KAI: "楷体", TITLE: SONG}
_LINE = Pt(28.9)  # 225 mm by 22 lines


def write(text: str, target: Path, day: date, *, markup: str = "html") -> None:
    """Write `text` (pandoc's html or markdown) as a Word file; the same text gives the same bytes.

    The styles of the reference document are asked for by `custom-style`. Raises RuntimeError when
    pandoc fails; nothing half-written is left.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="handbook-word-") as folder:
        reference = Path(folder, "reference.docx")
        reference.write_bytes(_reference())
        made = Path(folder, "made.docx")
        options = ["-f", markup, "-t", "docx", "-o", str(made), f"--reference-doc={reference}"]
        pandoc.run(text, *options, day=day)
        target.write_bytes(made.read_bytes())


# The reference document


@cache
def _reference() -> bytes:
    made: Any = docx.Document()
    _page(made)
    _styles(made)
    _fallbacks(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    section = made.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = PAGE
    section.top_margin, section.left_margin = TOP, LEFT
    section.bottom_margin = PAGE[1] - TOP - TEXT[1]
    section.right_margin = PAGE[0] - LEFT - TEXT[0]
    section.footer_distance = section.bottom_margin - Mm(7) - SMALL  # 7.5: 7 mm below the text
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")  # the characters' part of it is their spacing, see _styles
    grid.set(qn("w:linePitch"), str(round(TEXT[1].twips / LINES)))
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(grid)
    made.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _number(footer: Any, side: Any) -> None:
    """— 1 —, one character from the outer edge (7.5)."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = SMALL
    for part in ("— ", "PAGE", " —"):
        run = paragraph.add_run("" if part == "PAGE" else part)
        _font(run.font, run._element, SONG, SMALL)
        if part == "PAGE":
            for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
                run._element.append(_field(kind, code))


def _field(kind: str, code: str) -> Any:
    if kind:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
    else:
        element = OxmlElement("w:instrText")
        element.text = code
    return element


def _styles(made: Any) -> None:
    styles = made.styles
    _style(styles["Normal"], FANGSONG, BODY)
    # 28 characters of 16 pt are wider than the text area; a grid of characters would put that
    # right in Word, but LibreOffice then gives each two cells
    tight = OxmlElement("w:spacing")
    tight.set(qn("w:val"), str(math.floor((TEXT[0].pt / CHARACTERS - BODY.pt) * 20)))
    styles["Normal"].element.get_or_add_rPr().insert_element_before(tight, "w:sz", "w:szCs")
    plain = {"base": styles["Normal"], "indent": 0}
    free = {**plain, "grid": False}
    for name in ("Body Text", "First Paragraph", "条"):
        _style(_named(styles, name), FANGSONG, BODY, base=styles["Normal"])
    _style(_named(styles, "Compact"), FANGSONG, SMALL, **free)
    _style(styles["Title"], TITLE, Pt(22), align="CENTER", after=_LINE, **free)
    _style(_named(styles, "章"), HEI, BODY, align="CENTER", keep=True, **plain)
    _style(_named(styles, "节"), KAI, BODY, align="CENTER", keep=True, **plain)
    _style(styles["Heading 1"], HEI, BODY, keep=True, base=styles["Normal"])
    _style(styles["Heading 2"], KAI, BODY, keep=True, base=styles["Normal"])
    _style(styles["Heading 3"], FANGSONG, BODY, keep=True, base=styles["Normal"])
    _style(_named(styles, "题注行"), KAI, BODY, align="CENTER", after=_LINE, **plain)
    _style(_named(styles, "说明"), FANGSONG, SMALL, base=styles["Normal"], grid=False)
    _style(_named(styles, "版记"), FANGSONG, SMALL, **free)
    _bordered(styles["版记"])
    _character(styles, "条号", HEI)
    _table(styles)


def _named(styles: Any, name: str) -> Any:
    if name in styles:
        return styles[name]
    return styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)


def _style(
    style: Any,
    font: str,
    size: Pt,
    *,
    base: Any = None,
    indent: int = 2,
    align: str = "JUSTIFY",
    after: Pt | None = None,
    keep: bool = False,
    grid: bool = True,
) -> None:
    """A paragraph style; indent: of the first line, in characters; grid: set on the page's grid."""
    if base is not None and base.style_id != style.style_id:
        style.base_style = base
    style.font.bold = style.font.italic = False
    _font(style.font, style.element, font, size)
    form = style.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    form.space_before, form.space_after = Pt(0), after or Pt(0)
    form.keep_with_next = keep
    form.widow_control = False
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
    if not grid:
        off = OxmlElement("w:snapToGrid")
        off.set(qn("w:val"), "0")
        properties.insert_element_before(off, "w:spacing", "w:ind", "w:jc")
    spaced = properties.get_or_add_ind()
    spaced.set(qn("w:firstLineChars"), str(100 * indent))
    spaced.set(qn("w:firstLine"), str(round(size.twips * indent)))


def _font(font: Any, element: Any, name: str, size: Pt | None) -> None:
    font.name = "Times New Roman"
    if size is not None:
        font.size = size
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)
    color = element.get_or_add_rPr().find(qn("w:color"))
    if color is not None:
        element.get_or_add_rPr().remove(color)


def _character(styles: Any, name: str, font: str) -> None:
    style = styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    _font(style.font, style.element, font, None)


def _bordered(style: Any) -> None:
    """Lines above and below, as 版记 has (7.4)."""
    style.element.get_or_add_pPr().insert_element_before(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="8" w:space="1" w:color="000000"/>'
            '<w:bottom w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>'
        ),
        *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"),
    )


def _table(styles: Any) -> None:
    """The style that pandoc gives every table: all lines, bold head."""
    style = styles.add_style("Table", WD_STYLE_TYPE.TABLE)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    style.element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders>{sides}</w:tblBorders><w:tblCellMar>"
            '<w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
            "</w:tblPr>"
        )
    )
    style.element.append(
        parse_xml(
            f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:rFonts w:eastAsia="{HEI}"/>'
            "</w:rPr></w:tblStylePr>"
        )
    )


def _fallbacks(made: Any) -> None:
    """Name the font that stands in for each that an office may not have."""
    for relation in made.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            part = relation.target_part
            fonts = "".join(
                f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>'
                for font, other in _FALLBACKS.items()
            )
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())
