"""The address of a page on paper: short, and as a QR code."""

from __future__ import annotations

import io

import segno

from handbook.pages.base import Context


def address(context: Context, url: str) -> str:
    """The web address of a page, "" while handbook.yml has no 网址."""
    site = context.book.settings.site_url
    return f"{site.rstrip('/')}/{url}" if site else ""


def svg(text: str) -> str:
    """The QR code (ISO/IEC 18004) of an address as an SVG image, "" of none."""
    if not text:
        return ""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="svg", border=2, light="#fff")
    return image.getvalue().decode("utf-8")
