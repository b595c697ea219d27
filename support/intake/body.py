"""Puts the readable body of a mail together from its text and HTML parts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from support.intake import headers, html, parts, quotes
from support.intake.parts import Part
from support.intake.quotes import Split

MAX_BODY_BYTES = 1_000_000
"""Bytes of text, and of HTML, that become the body; the raw message keeps the rest."""

_PGP = {
    "-----BEGIN PGP MESSAGE-----": "encrypted",
    "-----BEGIN PGP SIGNED MESSAGE-----": "signed",
}
_CID = re.compile(r'\bsrc="cid:([^"]+)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """What was written now, the history under it, all of it as clean HTML, and what went wrong."""

    text: str
    quoted: str
    html: str
    problems: tuple[str, ...]

    def shown(self) -> set[str]:
        """The content ids of the pictures that the HTML shows in place."""
        return {unquote(unescape(name)) for name in _CID.findall(self.html)}


@dataclass(slots=True)
class _Segment:
    """What stands at one place of the body, as text and as HTML of the same."""

    plain: str = ""
    rich: str = ""


def is_body(part: Part, *, alone: bool) -> bool:
    """Tell a part that is read in place from a file that was sent along."""
    if part.content_type not in ("text/plain", "text/html") or part.disposition == "attachment":
        return False
    return alone or not part.name


def build(raw: bytes, found: Iterable[Part], *, forwarded: bool, answers: bool) -> Body:
    """Read the body parts. A forwarded message is shown whole, so is a history without a reply,
    unless the message `answers` another one.
    """
    segments: dict[int, _Segment] = {}
    problems: list[str] = []
    room = {"text/plain": MAX_BODY_BYTES, "text/html": MAX_BODY_BYTES}
    for part in found:
        text, size = _read(raw, part, room[part.content_type], problems)
        room[part.content_type] -= size
        segment = segments.setdefault(part.group or -part.start, _Segment())
        if part.content_type == "text/html":
            segment.rich += text
        else:
            segment.plain += ("\n" if segment.plain else "") + text
    for mark, word in _PGP.items():
        if any(mark in segment.plain or mark in segment.rich for segment in segments.values()):
            problems.append(word)
    rich = any(segment.rich.strip() for segment in segments.values())
    splits = [_split(segment, forwarded=forwarded) for segment in segments.values()]
    text = "\n\n".join(split.reply for split in splits if split.reply.strip())
    quoted = "\n\n".join(split.quoted for split in splits if split.quoted.strip())
    if not text and not answers:
        text, quoted = quoted, ""
    clean = "\n".join(_rich(segment) for segment in segments.values()) if rich else ""
    return Body(text, quoted, clean, tuple(problems))


def _read(raw: bytes, part: Part, room: int, problems: list[str]) -> tuple[str, int]:
    data, intact = parts.decode(raw, part, limit=2 * MAX_BODY_BYTES)
    if len(data) > room or part.size > 2 * MAX_BODY_BYTES:
        problems.append("truncated")
        data = data[:room]
    elif not intact:
        problems.append("transfer-encoding")
    text, true = headers.to_text(data, part.parameters.get("charset", ""))
    if not true:
        problems.append("charset")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type == "text/html":
        return html.clean(text), len(data)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return html.tidy(text), len(data)


def _split(segment: _Segment, *, forwarded: bool) -> Split:
    if segment.plain.strip():
        return Split(segment.plain, "") if forwarded else quotes.split(segment.plain)
    if not segment.rich:
        return Split("", "")
    return Split(html.readable(segment.rich), "") if forwarded else quotes.split_html(segment.rich)


def _rich(segment: _Segment) -> str:
    return segment.rich or f"<pre>{escape(segment.plain, quote=False)}</pre>"


def unflow(text: str, *, delsp: bool = False) -> str:
    """Join the lines of `format=flowed` text (RFC 3676) to paragraphs."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if flows and delsp:
            content = content[:-1]
        if open_depth == depth and content != "-- ":
            out[-1] += content
        else:
            out.append(f"{'>' * depth} {content}" if depth else content)
        open_depth = depth if flows else -1
    return "\n".join(out)
