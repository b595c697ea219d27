"""The one HTML sanitiser of the house, and the way from clean HTML to readable text.

Everything that shows HTML written by somebody else passes through `clean`. What it lets through
is a list of what is allowed, held by nh3; nothing here tries to recognise what is bad.
"""

import html
import re

import nh3
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree  # type: ignore[import-untyped]
from lxml.html import (  # type: ignore[import-untyped]
    HtmlElement,
    HTMLParser,
    document_fromstring,
)

MAX_HTML = 2_000_000
"""Characters of HTML that are looked at; the rest is cut off (the raw message keeps it)."""

MAX_HTML_FOR_TEXT = 500_000
"""Above this size the text is made by dropping tags: the layout engine is too slow for it."""

MAX_DEPTH = 1_000
"""Open elements inside one another; the HTML algorithm takes quadratic time beyond reason."""

QUOTE_CLASSES = {
    "gmail_quote",
    "gmail_quote_container",
    "gmail_attr",
    "moz-cite-prefix",
    "moz-forward-container",
    "yahoo_quoted",
    "protonmail_quote",
}
QUOTE_IDS = {"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"}

_ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()} | {
    "a": {"href", "hreflang", "title"},
    "img": {"src", "data-remote-src", "alt", "title", "width", "height", "align"},
    "blockquote": {"type"},
    "div": {"id", "dir"},
    "p": {"dir"},
}
_CLASSES = dict.fromkeys(("div", "blockquote", "span"), QUOTE_CLASSES)
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_REMOTE = "remote-image:"
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_LENGTHS = {"colspan", "rowspan", "span", "start", "size"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>?")
_BREAKING = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?blockquote)\b[^<>]*>", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_UNCLOSED = {"br", "hr", "img", "meta", "link", "input", "col", "p", "li", "td", "th", "tr", "wbr"}
_LAYOUT = ParserConfig(css=CSS_PROFILES["strict"], display_images=False)


def clean(source: str) -> str:
    """Return the HTML with only harmless elements and attributes left; never raises for any text.

    Pictures inside the message (`cid:`, small `data:` ones) stay. A picture on somebody's server
    keeps its address in `data-remote-src`, so that nothing is fetched before a reader asks for it.
    Cleaning twice does no harm.
    """
    source = _without_controls(source[:MAX_HTML])
    if _too_deep(source):
        return "<pre>" + html.escape(tidy(_bare_text(source)), quote=False) + "</pre>"
    safe = nh3.clean(
        source,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    # Inside an attribute a quotation mark is always written &quot;, so this finds whole ones only.
    # An entity may have become a control character only now.
    return _without_controls(safe).replace(f' src="{_REMOTE}', ' data-remote-src="')


def tree(safe: str) -> HtmlElement | None:
    """Return the parsed body of clean HTML, or None where the parser finds nothing in it."""
    try:
        return document_fromstring(
            f"<html><body>{safe}</body></html>", parser=HTMLParser(huge_tree=True)
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def text_of(root: HtmlElement) -> str:
    """Return an element's content as text laid out in lines, tables readable, links as words."""
    try:
        text = Inscriptis(root, _LAYOUT).get_text()
    except (RecursionError, ValueError, IndexError, KeyError):
        text = "\n".join(str(piece) for piece in root.itertext())
    return tidy(text)


def readable(safe: str) -> str:
    """Return clean HTML as text; falls back to dropping the tags of what is too big to lay out."""
    root = tree(safe) if len(safe) <= MAX_HTML_FOR_TEXT else None
    return text_of(root) if root is not None else tidy(_bare_text(safe))


def tidy(text: str) -> str:
    """Return the text without trailing spaces, non-breaking spaces and runs of empty lines."""
    lines = (
        line.rstrip()
        for line in _without_controls(text).replace("\xa0", " ").replace("\ufeff", "").split("\n")
    )
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name in ("src", "data-remote-src"):
        return _picture(name, value.strip())
    if name in ("href", "cite"):
        return None if value.strip()[:5].lower().startswith(("cid:", "data:")) else value
    if name == "id":
        return value if value in QUOTE_IDS else None
    if name in _LENGTHS:
        return value if value.isascii() and value.isdigit() and int(value[:6]) <= 100 else None
    return value


def _picture(name: str, address: str) -> str | None:
    if address[:8].lower().startswith(("http:", "https:")):
        return _REMOTE + address if name == "src" else address
    inside = address[:4].lower() == "cid:" or _PICTURE.match(address)
    return address if inside and name == "src" else None


def _too_deep(source: str) -> bool:
    if source.count("<") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _TAG.finditer(source):
        closing, name = match.groups()
        if name.lower() not in _UNCLOSED:
            depth = max(depth - 1, 0) if closing else depth + 1
            if depth > MAX_DEPTH:
                return True
    return False


def _bare_text(source: str) -> str:
    return html.unescape(_ANY_TAG.sub("", _BREAKING.sub("\n", source)))


def _without_controls(text: str) -> str:
    """NULs and lone surrogates can't be stored, other controls not be put into a tree of XML."""
    text = _CONTROLS.sub("", text)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
