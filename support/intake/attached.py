"""The files of a mail: which are kept, within what limits, and what is said of the others."""

import mimetypes
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from support.intake import body as bodies
from support.intake import headers as fields
from support.intake import outlook, parts
from support.intake.body import Body
from support.intake.parts import Part, Tree
from support.intake.problems import NOT_KEPT, REASONS, Problem, problem

_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_ENDINGS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/calendar": ".ics",
    "text/plain": ".txt",
}
_DROPPED_ALTERNATIVES = {"text/x-amp-html", "text/watch-html"}

LeftOut = tuple[str, str, str]
"""The name, the size in MB, and why."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. `inline`: the HTML shows it in place, by its `content_id`."""

    name: str
    content_type: str
    data: bytes
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What is kept of attachments: bytes together, how many, and which endings never."""

    size: int = 25 * 1024 * 1024
    count: int = 50
    refused: Collection[str] = ()


USUAL = Limits()


@dataclass(slots=True)
class _Kept:
    """What is kept so far, and what is left of the limits."""

    limits: Limits
    problems: list[Problem]
    room: int
    files: list[Attachment] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def refuses(self, name: str, least: float, *, size: Callable[[], int]) -> bool:
        """Is a file of at least so many bytes left out? Then it is noted, with its size."""
        why = ""
        if name.rpartition(".")[2].lower() in self.limits.refused:
            why = "attachment-refused"
        elif len(self.files) >= self.limits.count:
            why = "too-many-attachments"
        elif least > self.room:
            why = "attachment-too-big"
        if why:
            self.problems.append(problem(why, name))
            self.left_out.append((name, f"{size() / 1_000_000:.1f}", why))
        return bool(why)

    def keep(self, file: Attachment) -> None:
        """Keep a file that was not refused."""
        self.room -= len(file.data)
        self.files.append(file)


def files(
    raw: bytes, tree: Tree, body: Body, *, limits: Limits, problems: list[Problem]
) -> tuple[tuple[Attachment, ...], list[LeftOut]]:
    """The files of the mail within the limits, and what was left out."""
    kept = _Kept(limits, problems, limits.size)
    shown, alone = body.shown(), len(tree.parts) == 1
    for part in tree.parts:
        dropped = part.content_type in _DROPPED_ALTERNATIVES and part.group
        if not dropped and not bodies.is_body(part, alone=alone):
            _take(kept, raw, part, shown)
    return tuple(kept.files), kept.left_out


def _take(kept: _Kept, raw: bytes, part: Part, shown: Collection[str]) -> None:
    name = _name(raw, part, len(kept.files) + 1)
    # Base64 shrinks to under three quarters: what can't fit is not even decoded.
    if kept.refuses(name, part.size * 0.7, size=lambda: parts.decoded_size(raw, part)):
        return
    data, intact = parts.decode(raw, part)
    if not intact:
        kept.problems.append(problem("transfer-encoding", name))
    if _is_tnef(part, name):
        if packed := outlook.files(data):
            _unpack(kept, packed)
            return
        kept.problems.append(problem("tnef", name))
    if kept.refuses(name, len(data), size=lambda: len(data)):
        return
    content_id = fields.one_line(part.headers.first("Content-ID").strip("<> "), limit=250)
    inline = bool(content_id) and content_id in shown
    kept.keep(Attachment(name, part.content_type, data, content_id, inline))


def _unpack(kept: _Kept, packed: list[tuple[str, bytes]]) -> None:
    """The files that Outlook packed into one, in its place."""
    for given, data in packed:
        name = fields.file_name(given, otherwise=f"attachment-{len(kept.files) + 1}")
        if not kept.refuses(name, len(data), size=data.__len__):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            kept.keep(Attachment(name, kind, data, "", inline=False))


def _is_tnef(part: Part, name: str) -> bool:
    return part.content_type in _TNEF or name.lower() == "winmail.dat"


def not_kept(left_out: list[LeftOut], *, translate: Callable[[str], str]) -> Iterator[str]:
    """A line for each file that was left out."""
    for name, size, word in left_out:
        yield translate(NOT_KEPT).format(name=name, size=size, reason=translate(REASONS[word]))


def _name(raw: bytes, part: Part, number: int) -> str:
    given = part.name
    if part.content_type == "message/rfc822" and not given:
        inner, _ = fields.read(raw, part.start, part.end, limit=fields.MAX_PART_BLOCK)
        given = inner.line("Subject", limit=120) + ".eml"
    ending = _ENDINGS.get(part.content_type) or mimetypes.guess_extension(part.content_type) or ""
    return fields.file_name(given, otherwise=f"attachment-{number}{ending}")
