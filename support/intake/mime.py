"""Reads the raw bytes of a mail into a `ParsedMail`: what the desk needs, safe to store and show.

Pure: bytes in, a value out; no database, no clock. Whatever strange thing can still be read is
read, and named in `problems`; only what no ticket can be made of is `Unreadable`: nothing in it,
no header lines, or no sender with a valid address (a bounce may have none). The caller stores the
raw message before it calls this, so whatever is left out here is not lost.
"""

import mimetypes
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation.trans_null import gettext_noop  # marks only: needs no settings

from support.intake import body as bodies
from support.intake import headers as fields
from support.intake import loops, parts, quotes
from support.intake.body import Body
from support.intake.headers import Address
from support.intake.parts import Part, Tree

MAX_ATTACHMENTS = 50
MAX_ATTACHED_BYTES = 25 * 1024 * 1024
MAX_REFERENCES = 100
MAX_SUBJECT = 200

NOT_KEPT = gettext_noop("[Attachment not included: {name} ({size} MB)]")
SENTENCES = {
    "attachment-too-big": gettext_noop("An attachment was too large to be included."),
    "boundary": gettext_noop("The parts of the message could not be told apart."),
    "charset": gettext_noop("The characters were not in the encoding the message claims."),
    "long-header": gettext_noop("The header of the message was too long and was cut off."),
    "sender": gettext_noop("The message has no sender address."),
    "too-deep": gettext_noop("The message was nested too deeply to be read completely."),
    "too-many-attachments": gettext_noop("There were more attachments than could be included."),
    "too-many-parts": gettext_noop("The message had too many parts to read them all."),
    "transfer-encoding": gettext_noop("A part of the message was damaged on its way."),
    "truncated": gettext_noop("The text was very long and was cut off."),
}
_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"}
_ENDINGS = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/plain": ".txt"}
_ID_IN_TEXT = re.compile(r"^[>\s]*Message-ID:\s*<([^<>\s]{1,248})>", re.IGNORECASE | re.MULTILINE)
_DROPPED_ALTERNATIVES = {"text/x-amp-html", "text/watch-html"}


class Unreadable(Exception):
    """No ticket can be made of the message; `reason` is a sentence to translate and show."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was survived: a word for machines, a sentence to translate for people."""

    word: str
    sentence: str
    about: str = ""
    """The attachment or header meant, '' if it is the message."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. `inline`: the HTML shows it in place, by its `content_id`."""

    name: str
    content_type: str
    data: bytes
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail, read. Message-IDs are written `<...>`; addresses are (name, lower-case address).

    `text` is what was written now, `quoted` the history under it. `html` is the whole body, clean.
    `date` is what the sender claims: for show, never for a clock. `automatic`: see `loops.reason`;
    `notice`: it is a machine's own report, see `loops.is_notice`.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender_name: str
    sender_email: str
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    quoted: str
    html: str
    attachments: tuple[Attachment, ...]
    automatic: str
    bounce_of: tuple[str, ...]
    problems: tuple[Problem, ...]
    notice: bool = False


def parse(
    raw: bytes,
    *,
    own_domains: Collection[str] = (),
    translate: Callable[[str], str] = str,
) -> ParsedMail:
    """Read a raw message. Raises `Unreadable`, and nothing else, for whatever bytes.

    `own_domains` are the domains of the Message-IDs that we make. `translate` is applied to the
    one sentence that goes into the text (an attachment that was left out).
    """
    try:
        return _parse(raw, own_domains, translate)
    except Unreadable:
        raise
    except Exception as error:
        # Unforeseen: the message goes where people see it, and the queue behind it goes on.
        raise Unreadable(gettext_noop("The message could not be read.")) from error


def _parse(raw: bytes, own_domains: Collection[str], translate: Callable[[str], str]) -> ParsedMail:
    if not raw or raw.isspace():
        raise Unreadable(gettext_noop("The message is empty."))
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    tree = parts.cut(raw)
    head = tree.top.headers
    if not head:
        raise Unreadable(gettext_noop("The message has no header: it is not an e-mail."))
    problems = [Problem(word, SENTENCES[word]) for word in dict.fromkeys(tree.problems)]
    automatic = loops.reason(
        head,
        content_type=tree.top.content_type,
        report_type=tree.top.parameters.get("report-type", "").lower(),
        own_domains=own_domains,
    )
    sender_name, sender_email = _sender(tree, automatic, problems)
    subject = head.line("Subject", limit=MAX_SUBJECT)
    in_reply_to = fields.message_ids(head.first("In-Reply-To"))[:MAX_REFERENCES]
    references = fields.message_ids(head.first("References"))
    alone = len(tree.parts) == 1
    written = [part for part in tree.parts if bodies.is_body(part, alone=alone)]
    body = bodies.build(
        raw,
        written,
        forwarded=quotes.is_forward(subject),
        answers=bool(in_reply_to or references),
    )
    problems += [Problem(word, SENTENCES[word]) for word in body.problems]
    others = [part for part in tree.parts if not bodies.is_body(part, alone=alone)]
    attachments, left_out = _attachments(raw, others, body, problems)
    text = body.text + "".join("\n\n" + translate(NOT_KEPT).format(**x) for x in left_out)
    return ParsedMail(
        message_id=next(iter(fields.message_ids(head.first("Message-ID"))), ""),
        in_reply_to=in_reply_to,
        references=references[:1] + references[1:][1 - MAX_REFERENCES :],
        sender_name=sender_name,
        sender_email=sender_email,
        reply_to=fields.addresses(head.all("Reply-To")),
        to=fields.addresses(head.all("To")),
        cc=fields.addresses(head.all("Cc")),
        subject=subject,
        date=fields.sane_date(head.first("Date")),
        text=text.strip("\n"),
        quoted=body.quoted,
        html=body.html,
        attachments=attachments,
        automatic=automatic,
        bounce_of=_bounce_of(raw, tree, body) if automatic == "bounce" else (),
        problems=tuple(dict.fromkeys(problems)),
        notice=automatic == "auto-submitted" and loops.is_notice(head),
    )


def _sender(tree: Tree, automatic: str, problems: list[Problem]) -> Address:
    """The first valid address of From; only a bounce may do without."""
    given = tree.top.headers.all("From")
    if senders := fields.addresses(given):
        return senders[0]
    if automatic != "bounce":
        reason = (
            gettext_noop("The message has no valid sender address.")
            if any(given)
            else gettext_noop("The message has no sender (From).")
        )
        raise Unreadable(reason)
    problems.append(Problem("sender", SENTENCES["sender"]))
    return fields.one_line(fields.decode_words(given[0]), limit=150) if given else "", ""


def _attachments(
    raw: bytes, found: list[Part], body: Body, problems: list[Problem]
) -> tuple[tuple[Attachment, ...], list[dict[str, str]]]:
    """The files of the mail within the limits, and what was left out (name, size in MB)."""
    kept: list[Attachment] = []
    left_out: list[dict[str, str]] = []
    shown, room = body.shown(), MAX_ATTACHED_BYTES
    for part in found:
        if part.content_type in _DROPPED_ALTERNATIVES and part.group:
            continue
        name = _name(raw, part, len(kept) + 1)
        # Base64 shrinks to under three quarters: what can't fit is not even decoded.
        too_many, too_big = len(kept) >= MAX_ATTACHMENTS, part.size * 0.7 > room
        data, intact = (b"", True) if too_many or too_big else parts.decode(raw, part)
        if too_many or too_big or len(data) > room:
            word = "too-many-attachments" if too_many else "attachment-too-big"
            problems.append(Problem(word, SENTENCES[word], name))
            left_out.append({"name": name, "size": f"{part.size / 1_000_000:.1f}"})
            continue
        if not intact:
            problems.append(Problem("transfer-encoding", SENTENCES["transfer-encoding"], name))
        room -= len(data)
        content_id = fields.one_line(part.headers.first("Content-ID").strip("<> "), limit=250)
        inline = bool(content_id) and content_id in shown
        kept.append(Attachment(name, part.content_type, data, content_id, inline))
    return tuple(kept), left_out


def _name(raw: bytes, part: Part, number: int) -> str:
    given = part.name
    if part.content_type == "message/rfc822" and not given:
        inner, _ = fields.read(raw, part.start, part.end, limit=fields.MAX_PART_BLOCK)
        given = inner.line("Subject", limit=120) + ".eml"
    ending = _ENDINGS.get(part.content_type) or mimetypes.guess_extension(part.content_type) or ""
    return fields.file_name(given, otherwise=f"attachment-{number}{ending}")


def _bounce_of(raw: bytes, tree: Tree, body: Body) -> tuple[str, ...]:
    """The Message-IDs of the mail that came back, as the report quotes it."""
    found: list[str] = []
    for part in tree.parts:
        if part.content_type in _RETURNED:
            data, _ = parts.decode(raw, part, limit=fields.MAX_PART_BLOCK)
            returned, _ = fields.read(data, 0, len(data))
            found += fields.message_ids(returned.first("Message-ID"))
    if not found:
        for text in (body.text, body.quoted):
            found += [f"<{i}>" for i in _ID_IN_TEXT.findall(text[: quotes.MAX_TEXT])]
    return tuple(dict.fromkeys(found))
