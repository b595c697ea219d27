"""Markdown into what readers see: bounded before it is drawn, and cleaned by the one sanitiser.

What can't be taken is refused in words: what somebody wrote is never changed in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from support.articles.models import MOST_TEXT
from support.intake import html

MOST_LINKS, MOST_PICTURES, MOST_PIECES, DEEPEST = 200, 40, 8_000, 12
LONGEST_LINE, LONGEST_LINK = 4_000, 500
MOST_BRACKETS = 600
"""Each that is not closed is looked for to the end."""
PICTURE = "picture:"
_KEY = re.compile(r"picture:([A-Za-z0-9_-]{1,24})\Z")
_CID = re.compile(r'\bsrc="cid:([A-Za-z0-9_-]+)"')
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_TAGS = re.compile(r"<[^<>]*>")
# Signs that begin something: a line of nothing else takes time beyond reason to read.
_OPENING = re.compile(r"[\[\]<>*_`~!\\]{60}")


@dataclass(frozen=True)
class Drawn:
    """A text as it is read. contents: the headings with their places."""

    html: SafeString
    contents: list[tuple[str, str, str]]


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 60})
    return made.enable(["table", "strikethrough"])


def problems(source: str) -> list[str]:
    """Why a text can't be taken; nothing if it can."""
    if len(source) > MOST_TEXT:
        return [_("This text is too long: at most %(most)s characters.") % {"most": MOST_TEXT}]
    if any(len(line) > LONGEST_LINE for line in source.splitlines()):
        return [_("A line may have at most %(most)s characters.") % {"most": LONGEST_LINE}]
    if _OPENING.search(source) or source.count("[") > MOST_BRACKETS:
        return [_("There are too many signs such as [ * _ ` here. Take some away, please.")]
    tokens = _parser().parse(source)
    inside = [token for each in tokens for token in (each, *(each.children or ()))]
    if len(inside) > MOST_PIECES or max((t.level for t in inside), default=0) > DEEPEST:
        return [_("This text has too many pieces, or too many inside one another.")]
    return _linked(inside)


def _linked(tokens: list[Token]) -> list[str]:
    links = [str(each.attrGet("href") or "") for each in tokens if each.type == "link_open"]
    pictures = [str(each.attrGet("src") or "") for each in tokens if each.type == "image"]
    said = []
    if len(links) > MOST_LINKS or len(pictures) > MOST_PICTURES:
        said.append(
            _("At most %(links)s links and %(pictures)s pictures fit into one text.")
            % {"links": MOST_LINKS, "pictures": MOST_PICTURES}
        )
    if any(len(address) > LONGEST_LINK for address in [*links, *pictures]):
        said.append(_("A link may have at most %(most)s characters.") % {"most": LONGEST_LINK})
    strange = [] if said else [address for address in links if not _is_known(address)]
    told = _("“%(address)s” is no link that we take: begin it with https:// or /.")
    said += [told % {"address": address[:80]} for address in strange[:5]]
    if not said and any(not _KEY.match(address) for address in pictures):
        said.append(
            _("Pictures of other places are not taken: add the picture here, under “Pictures”.")
        )
    return said


def _is_known(address: str) -> bool:
    if address.startswith(("#", "/")):
        return not address.startswith("//")
    try:
        return urlsplit(address).scheme in ("https", "http", "mailto", "tel")
    except ValueError:
        return False


def keys_in(source: str) -> set[str]:
    """The pictures that a text names."""
    tokens = [each for token in _parser().parse(source) for each in token.children or ()]
    sources = [str(each.attrGet("src")) for each in tokens if each.type == "image"]
    return {found[1] for address in sources if (found := _KEY.match(address))}


def checked(source: str) -> None:
    """ValidationError for a text that can't be taken."""
    if said := problems(source):
        raise ValidationError(said)


def drawn(source: str) -> Drawn:
    """A text as it is read; one that can't be taken as the words that stand there."""
    if problems(source):
        return Drawn(mark_safe(f"<pre>{escape(source[:MOST_TEXT])}</pre>"), [])  # noqa: S308
    parser = _parser()
    tokens = parser.parse(source)
    for token in (each for every in tokens for each in (every, *(every.children or ()))):
        _addressed(token)
    clean = html.clean(parser.renderer.render(tokens, parser.options, {}))
    clean = _CID.sub(lambda found: f'src="{reverse("help-picture", args=[found[1]])}"', clean)
    clean = _own().sub(r'<a href="\1">', clean)
    clean = clean.replace("<table>", '<div class="table-wrap" tabindex="0"><table>')
    clean = clean.replace("</table>", "</table></div>")
    return _with_places(clean)


def plain(source: str) -> str:
    """The words of a text alone."""
    return html.readable(str(drawn(source).html))


def _addressed(token: Token) -> None:
    """Write addresses as the sanitiser knows them; headings begin below the page's own."""
    if token.type == "image" and (found := _KEY.match(str(token.attrGet("src") or ""))):
        token.attrSet("src", f"cid:{found[1]}")
    elif token.type == "link_open":
        address = str(token.attrGet("href") or "")
        if address.startswith("/"):
            token.attrSet("href", settings.ORIGIN.url + address)
    elif token.type in ("heading_open", "heading_close") and token.tag in ("h1", "h5", "h6"):
        token.tag = "h2" if token.tag == "h1" else "h4"


def _own() -> re.Pattern[str]:
    """A link into our own house, which opens where one is."""
    return re.compile(rf'<a href="{re.escape(settings.ORIGIN.url)}(/[^"]*)"[^>]*>')


def _with_places(clean: str) -> Drawn:
    """The headings with places to jump to."""
    contents: list[tuple[str, str, str]] = []
    known: set[str] = set()

    def placed(found: re.Match[str]) -> str:
        words = unescape(_TAGS.sub("", found[2])).strip()
        place = base = slugify(words)[:60] or "deel"
        number = 1
        while place in known:
            number += 1
            place = f"{base}-{number}"
        known.add(place)
        contents.append((f"h{found[1]}", place, words))
        return f'<h{found[1]} id="p-{place}">{found[2]}</h{found[1]}>'

    text = _HEADING.sub(placed, clean)
    return Drawn(mark_safe(text), contents)  # noqa: S308 - from the sanitiser
