"""Cuts a message into its parts by position, without copying them, in bounded time and memory.

The standard library's parser holds every line of a message as an object of its own and a message
object for every part; 50 MB of the wrong bytes cost it gigabytes. Here the raw bytes stay where
they are: a part is its headers and two positions. Bodies are decoded only when they are wanted.
"""

import binascii
import re
from dataclasses import dataclass, field, replace

from support.intake import headers as fields
from support.intake.headers import Headers

MAX_PARTS = 1_000
MAX_NESTING = 300
MAX_SCANNED = 400_000_000
"""Bytes searched for boundaries, over all levels of nesting together."""

_PIECE = 1_000_000

_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}")
# What is said by half (`text`, `multipart/*`) is still said.
_NAMED = {"text": "text/plain", "multipart": "multipart/mixed"}
_FIRST_BOUNDARY = re.compile(rb"\s{0,100}--([^\r\n]{1,200})\r?\n")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}[ \t]*(?:\r?\n|\Z)|[A-Za-z0-9+/\s]*")
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


@dataclass(frozen=True, slots=True)
class Part:
    """Headers and the place of a body in the raw message."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    """`attachment`, `inline`, or '' if it wasn't said."""
    name: str
    """The file name as given, '' if none was."""
    begin: int
    """Where its headers begin."""
    start: int
    end: int
    group: int
    """Which multipart/alternative it is in (0: none); its parts say the same thing."""
    depth: int

    @property
    def size(self) -> int:
        """Bytes as transferred, before decoding."""
        return self.end - self.start


@dataclass(slots=True)
class Tree:
    """A message cut up: the whole, its parts with content in order, the types of those that only
    hold others, and what had to be survived.
    """

    top: Part
    parts: list[Part] = field(default_factory=list)
    multiparts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def cut(raw: bytes) -> Tree:
    """Cut a raw message into parts. What is nested too deep stays one part, as it is."""
    start = len(raw[:4096]) - len(raw[:4096].lstrip(b"\r\n\xef\xbb\xbf"))
    top = _part(raw, start, len(raw), limit=fields.MAX_BLOCK)
    tree = Tree(top)
    if top.headers.shortened:
        tree.problems.append("long-header")
    waiting, budget = [top], MAX_SCANNED
    while waiting:
        part = waiting.pop()
        if len(tree.parts) >= MAX_PARTS:
            tree.problems.append("too-many-parts")
            break
        if not part.content_type.startswith("multipart/"):
            tree.parts.append(part)
            continue
        tree.multiparts.append(part.content_type)
        budget -= part.size
        if part.depth >= MAX_NESTING or budget < 0:
            tree.problems.append("too-deep")
            tree.parts.append(_as(part, "application/octet-stream"))
            continue
        inner = _inside(raw, part)
        if not inner:
            tree.problems.append("boundary")
            tree.parts.append(_as(part, "text/plain"))
        waiting.extend(reversed(inner))
    return tree


def decode(raw: bytes, part: Part, *, limit: int | None = None) -> tuple[bytes, bool]:
    """Return a part's bytes without their transfer encoding, and whether that could be read.

    At most about `limit` bytes are decoded. Broken base64 gives what can be read of it; text that
    only claims to be base64 is returned as it stands; a footer that a server wrote under it is no
    part of it (RFC 2045 6.8).
    """
    end = part.end if limit is None else min(part.end, part.start + limit)
    encoding = part.headers.first("Content-Transfer-Encoding").split(";")[0].strip().lower()
    with memoryview(raw) as view, view[part.start : end] as body:
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body), True
        if encoding == "base64":
            if (stop := _base64_end(raw, part.start, end)) is not None:
                return binascii.a2b_base64(body[: stop - part.start]), True
            if limit is not None and not _is_base64(raw, part.start, end):
                return bytes(body), False
            try:
                return binascii.a2b_base64(body), True
            except (binascii.Error, ValueError):
                return _mend(raw, part.start, end), end < part.end
        return bytes(body), encoding in ("", "7bit", "8bit", "binary")


def decoded_size(raw: bytes, part: Part) -> int:
    """Bytes of a part without its transfer encoding, without keeping them."""
    encoding = part.headers.first("Content-Transfer-Encoding").split(";")[0].strip().lower()
    if encoding != "base64":
        return len(decode(raw, part)[0]) if encoding == "quoted-printable" else part.size
    return _letters(raw, part.start, part.end) * 3 // 4


def _letters(raw: bytes, start: int, end: int) -> int:
    """How many letters of base64 stand there; counted in pieces, to copy little."""
    pieces = (raw[at : min(at + _PIECE, end)] for at in range(start, end, _PIECE))
    return sum(len(piece.translate(None, _NOT_BASE64)) for piece in pieces)


def _base64_end(raw: bytes, start: int, end: int) -> int | None:
    """Where whole base64 ends with plain words under it; None where nothing stands under it.

    It ends with padding, or, since a word alone on a line looks like base64, with the first line
    that is shorter than those before it.
    """
    found = _BASE64_RUN.match(raw, start, end)
    stop = found.end() if found else start
    if stop >= end or raw[stop:end].isspace() or _is_base64(raw, stop, end):
        return None
    if raw[max(start, stop - 100) : stop].rstrip()[-1:] != b"=":
        width, stop = 0, raw.rfind(b"\n", start, stop) + 1
        at = start
        while at < stop:
            line_end = raw.index(b"\n", at)
            line = len(raw[at:line_end].strip())
            if line != width and width:
                stop = line_end + 1 if 0 < line < width else at
            width, at = width or line, line_end + 1
    letters = _letters(raw, start, stop)
    padding = raw.count(b"=", start, stop)
    return stop if letters and (letters + padding) % 4 == 0 else None


def _is_base64(raw: bytes, start: int, end: int) -> bool:
    """Tell base64, be it damaged, from text that only claims to be it."""
    letters = _letters(raw, start, end)
    line_ends = sum(raw.count(sign, start, end) for sign in (b"\r", b"\n", b"="))
    return end - start - letters - line_ends <= letters // 50


def _mend(raw: bytes, start: int, end: int) -> bytes:
    """What can be read of broken base64; what is none at all comes back as it stands."""
    if not _is_base64(raw, start, end):
        return raw[start:end]
    letters = bytearray(raw[start:end].translate(None, _NOT_BASE64))
    if len(letters) % 4 == 1:
        letters.pop()
    letters += b"=" * (-len(letters) % 4)
    return binascii.a2b_base64(letters)


def _part(raw: bytes, start: int, end: int, *, limit: int, inside: Part | None = None) -> Part:
    own, body = fields.read(raw, start, end, limit=limit)
    value, parameters = own.parameters("Content-Type")
    digest = inside is not None and inside.content_type == "multipart/digest"
    otherwise = "message/rfc822" if digest else "text/plain"
    if value and not _TYPE.fullmatch(value):
        otherwise = _NAMED.get(value.partition("/")[0], "application/octet-stream")
    content_type = value if _TYPE.fullmatch(value) else otherwise
    group = inside.group if inside else 0
    if not group and content_type == "multipart/alternative":
        group = body + 1
    depth = inside.depth + 1 if inside else 0
    disposition, more = own.parameters("Content-Disposition")
    name = more.get("filename") or parameters.get("name", "")
    return Part(own, content_type, parameters, disposition, name, start, body, end, group, depth)


def _as(part: Part, content_type: str) -> Part:
    return replace(part, content_type=content_type, parameters={})


def _inside(raw: bytes, part: Part) -> list[Part]:
    """Return the parts of a multipart; a missing end is the end of what is around it."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    if not boundary:
        # Some senders forget to name it; the first line that looks like one then is it.
        first = _FIRST_BOUNDARY.match(raw, part.start, part.end)
        boundary = first[1].rstrip() if first else b""
    if not boundary:
        return []
    return [
        _part(raw, start, end, limit=fields.MAX_PART_BLOCK, inside=part)
        for start, end in _spans(raw, part.start, part.end, b"--" + boundary)
    ]


def _spans(raw: bytes, start: int, end: int, delimiter: bytes) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    at = start
    while len(spans) <= MAX_PARTS:
        found = _line_start(raw, at, end, delimiter)
        if found < 0:
            break
        stop = raw.find(b"\n", found, end)
        at = stop + 1 if stop >= 0 else end
        rest = raw[found + len(delimiter) : min(at, found + len(delimiter) + 200)].strip()
        if rest not in (b"", b"--"):
            continue
        if opened is not None:
            spans.append((opened, _before_line_end(raw, opened, found)))
        opened = None if rest == b"--" else at
        if opened is None:
            break
    if opened is not None and opened < end:
        spans.append((opened, end))
    return spans


def _line_start(raw: bytes, at: int, end: int, delimiter: bytes) -> int:
    """Where the next line is that begins with the delimiter, or -1; `at` begins a line."""
    if raw.startswith(delimiter, at, end):
        return at
    found = raw.find(b"\n" + delimiter, at, end)
    return found + 1 if found >= 0 else -1


def _before_line_end(raw: bytes, start: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if at > start and raw[at - 1 : at] == b"\n":
        at -= 2 if at - 1 > start and raw[at - 2 : at - 1] == b"\r" else 1
    return max(at, start)
