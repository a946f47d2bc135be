"""Citations: 《宗教事务条例》第十二条第二款 found in text, resolved, and marked up as links.

The one door to the modules that do it: `grammar` (text <-> Citation), `library` (instruments by
name), `lookup` and `relative` (a provision in one text), `resolve` (what a citation means) and
`marking` (links into HTML and Markdown).
"""

from handbook.citations.grammar import Citation, Item, Step, describe, eid, format, parse
from handbook.citations.library import Library
from handbook.citations.marking import Href, mark_up, mark_up_source, masked
from handbook.citations.resolve import Link, Scope

__all__ = [
    "Citation", "Href", "Item", "Library", "Link", "Scope", "Step", "describe", "eid", "format",
    "mark_up", "mark_up_source", "masked", "parse",
]  # fmt: skip
