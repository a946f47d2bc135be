"""MkDocs events: hands the compiled handbook to MkDocs. The only file that knows MkDocs.

The content folder is the one that holds `docs_dir`; `extra.handbook` may set it and the day.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parent))  # MkDocs keeps it there only while this file loads

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation as MkDocsNavigation
from mkdocs.structure.pages import Page

from handbook import output, search, urls
from handbook.formats import offline
from handbook.navigation import Navigation
from handbook.rendering import Kept, Rendered, hide, show
from handbook.site import Site, compile_site, day

_state: dict[str, Any] = {"serving": False}
_kept = Kept()  # filled by a preview only


def on_startup(command: str, dirty: bool) -> None:
    _state["serving"] = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    options = config.extra.get("handbook", {})
    content = Path(options.get("content") or Path(config.docs_dir).parent)
    site = compile_site(content, day(options.get("as_of")))
    _report(site, options)
    _state.update(site=site, contents={}, products=[], only=isinstance(options.get("print"), str))
    if options.get("print"):
        from handbook import making, products  # their libraries take a third of a second to load

        _state["make"] = making.make
        _state["products"] = products.chosen(site, options["print"])
    _kept.begin(frozenset(site.leaves))
    settings = site.handbook.settings
    config.site_name = escape(settings.name)  # the templates print it as HTML
    config.site_url = config.site_url or settings.site_url or None
    config.nav = None
    config.mdx_configs.setdefault("toc", {})["slugify"] = lambda text, _: urls.anchor(text)
    config.extra |= {
        "as_of": site.handbook.as_of.isoformat(),
        "edition": settings.edition,
        "edition_date": settings.edition_date,
        "body": settings.body,
        "errors": [str(problem) for problem in site.errors],
        "desk": options.get("desk", ""),  # where records are edited in forms, of a preview only
        "forms": tuple(options.get("forms", ())),  # the beginnings of the paths that have them
    }
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for file in list(files):
        if file.is_documentation_page() or _unused(file.src_uri):
            files.remove(file)
    needed = {url for product in _state["products"] for url in product.sources}
    for url, leaf in _site().leaves.items():
        if _state["only"] and url not in needed:
            continue
        made = File.generated(
            config, leaf.path, content=leaf.text, inclusion=InclusionLevel.NOT_IN_NAV
        )
        files.append(made)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    leaf = _site().leaves[urls.page(page.file.src_uri)]
    page.meta.update(title=escape(leaf.title), section=leaf.section, foot=leaf.foot, wide=leaf.wide)
    page.meta["links"] = []
    page.meta["downloads"] = [p for p in _state["products"] if p.page == leaf.url]
    if _kept.get(leaf.url, leaf.text):
        return ""
    hidden, page.meta["links"] = hide(markdown)
    return hidden


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    leaf = _site().leaves[urls.page(page.file.src_uri)]
    kept = _kept.get(leaf.url, leaf.text)
    if kept:
        page.toc, html = kept.toc, kept.html
    else:
        html = show(html, page.meta["links"])
    _state["contents"][leaf.url] = html
    if _state["serving"] and not kept:
        _kept.put(leaf.url, Rendered(leaf.text, html, page.toc))
    return html


def on_nav(nav: MkDocsNavigation, config: MkDocsConfig, files: Files) -> MkDocsNavigation:
    nav.items = []
    return nav


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    navigation = Navigation(_site())
    env.globals["handbook_nav"] = lambda page: navigation.html(page.url if page else "")
    return env


def on_post_build(config: MkDocsConfig) -> None:
    out = Path(config.site_dir)
    if _state["products"]:
        wrong = _state["make"](_state["products"], _state["contents"], out, _site().handbook.as_of)
        if wrong:
            raise PluginError(wrong)
    if _state["only"]:
        return
    output.write(_site(), out)
    if config.extra.get("handbook", {}).get("search", True):
        final = not _state["serving"]  # a preview makes do with the second engine, soon written
        try:
            with search.writing(_site(), _state["contents"], out, pagefind=final):
                if final:
                    offline.write(out, _site().handbook.as_of)
        except RuntimeError as error:
            raise PluginError(str(error)) from error


def _unused(path: str) -> bool:
    """Material's own search and its source maps: a megabyte that no page loads."""
    lunr = ("assets/javascripts/lunr/", "assets/javascripts/workers/")
    return path.endswith(".map") or path.startswith(lunr)


def _site() -> Site:
    return cast(Site, _state["site"])


def _report(site: Site, options: Any) -> None:
    """Print every problem; errors end a build and are only shown by a preview."""
    strict = bool(options.get("strict"))
    for problem in site.problems:
        print(problem, file=sys.stderr)
    bad = site.problems if strict else site.errors
    if bad and not _state["serving"]:
        raise PluginError(f"内容有 {len(bad)} 处错误，网站没有重新生成。")
