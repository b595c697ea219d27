"""Reads the raw bytes of a mail into a `ParsedMail`: what the desk needs, safe to store and show.

Pure: bytes in, a value out; no database, no clock. Whatever strange thing can still be read is
read, and named in `problems`; only what no ticket can be made of is `Unreadable`: nothing in it,
no header lines, or no sender with a valid address (a bounce may have none). The caller stores the
raw message before it calls this, so whatever is left out here is not lost.
"""

import mimetypes
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation.trans_null import gettext_noop  # marks only: needs no settings

from support.intake import body as bodies
from support.intake import bounces, invitations, loops, parts, quotes
from support.intake import headers as fields
from support.intake.body import Body
from support.intake.bounces import Failure
from support.intake.headers import Address
from support.intake.parts import Part, Tree

MAX_REFERENCES = 100
MAX_SUBJECT = 200

NOT_KEPT = gettext_noop("[Attachment not included: {name} ({size} MB), {reason}]")
REASONS = {
    "attachment-too-big": gettext_noop("too large"),
    "too-many-attachments": gettext_noop("too many attachments"),
    "attachment-refused": gettext_noop("programs are not accepted"),
}
SENTENCES = {
    "attachment-too-big": gettext_noop("An attachment was too large to be included."),
    "attachment-refused": gettext_noop("An attachment is a program, which is not accepted."),
    "boundary": gettext_noop("The parts of the message could not be told apart."),
    "charset": gettext_noop("The characters were not in the encoding the message claims."),
    "long-header": gettext_noop("The header of the message was too long and was cut off."),
    "sender": gettext_noop("The message has no sender address."),
    "tnef": gettext_noop(
        "Outlook packed its attachments into winmail.dat, which only Outlook opens:"
        " ask to send them once more as HTML or plain text."
    ),
    "too-deep": gettext_noop("The message was nested too deeply to be read completely."),
    "too-many-attachments": gettext_noop("There were more attachments than could be included."),
    "too-many-parts": gettext_noop("The message had too many parts to read them all."),
    "transfer-encoding": gettext_noop("A part of the message was damaged on its way."),
    "truncated": gettext_noop("The text was very long and was cut off."),
}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_ENDINGS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/calendar": ".ics",
    "text/plain": ".txt",
}
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
class Limits:
    """What is kept of attachments: bytes together, how many, and which endings never."""

    size: int = 25 * 1024 * 1024
    count: int = 50
    refused: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail, read. Message-IDs are written `<...>`; addresses are (name, lower-case address).

    `text` is what was written now, `quoted` the history under it. `html` is the whole body, clean.
    `date` is what the sender claims: for show, never for a clock. `automatic`: see `loops.reason`;
    `notice`: it is a machine's own report, see `loops.is_notice`. `helpdesk`: another helpdesk's
    program sent it, be it that a person wrote it. `delivered_to`: every address that it says it
    came to. `failures`: of a bounce, who was not reached and why.
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
    helpdesk: bool = False
    delivered_to: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


def parse(
    raw: bytes,
    *,
    own_domains: Collection[str] = (),
    limits: Limits = Limits(),
    zone: ZoneInfo = ZoneInfo("UTC"),  # noqa: B008
    translate: Callable[[str], str] = str,
) -> ParsedMail:
    """Read a raw message. Raises `Unreadable`, and nothing else, for whatever bytes.

    `own_domains` are the domains of the Message-IDs that we make. `translate` is applied to the
    sentences that go into the text (an attachment that was left out, an appointment, whose
    moments are shown in `zone`).
    """
    try:
        return _parse(raw, own_domains, limits, zone, translate)
    except Unreadable:
        raise
    except Exception as error:
        # Unforeseen: the message goes where people see it, and the queue behind it goes on.
        raise Unreadable(gettext_noop("The message could not be read.")) from error


def _parse(
    raw: bytes,
    own_domains: Collection[str],
    limits: Limits,
    zone: ZoneInfo,
    translate: Callable[[str], str],
) -> ParsedMail:
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    tree = _cut(raw)
    head = tree.top.headers
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
    answers = bool(in_reply_to or references)
    body = _body(raw, tree, forwarded=quotes.is_forward(subject), answers=answers)
    problems += [Problem(word, SENTENCES[word]) for word in body.problems]
    attachments, left_out = _attachments(raw, tree, body, limits, problems)
    added = [*_appointments(attachments, zone, translate), *_not_kept(left_out, translate)]
    came_back = automatic == "bounce"
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
        text="\n\n".join([body.text, *added]).strip("\n"),
        quoted=body.quoted,
        html=body.html,
        attachments=attachments,
        automatic=automatic,
        bounce_of=bounces.returned(raw, tree.parts, body) if came_back else (),
        problems=tuple(dict.fromkeys(problems)),
        notice=automatic == "auto-submitted" and loops.is_notice(head),
        helpdesk=loops.is_helpdesk(head),
        delivered_to=_delivered_to(head),
        failures=bounces.failures(raw, tree.parts, head) if came_back else (),
    )


def _cut(raw: bytes) -> Tree:
    if not raw or raw.isspace():
        raise Unreadable(gettext_noop("The message is empty."))
    tree = parts.cut(raw)
    if not tree.top.headers:
        raise Unreadable(gettext_noop("The message has no header: it is not an e-mail."))
    return tree


def _body(raw: bytes, tree: Tree, *, forwarded: bool, answers: bool) -> Body:
    alone = len(tree.parts) == 1
    written = [part for part in tree.parts if bodies.is_body(part, alone=alone)]
    return bodies.build(raw, written, forwarded=forwarded, answers=answers)


def _delivered_to(head: fields.Headers) -> tuple[str, ...]:
    found = (pair for name in _RECIPIENTS for pair in fields.addresses(head.all(name)))
    return tuple(dict.fromkeys(email for _name, email in found))


def _not_kept(
    left_out: list[tuple[str, str, str]], translate: Callable[[str], str]
) -> Iterator[str]:
    for name, size, word in left_out:
        reason = translate(REASONS[word])
        yield translate(NOT_KEPT).format(name=name, size=size, reason=reason)


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
    raw: bytes, tree: Tree, body: Body, limits: Limits, problems: list[Problem]
) -> tuple[tuple[Attachment, ...], list[tuple[str, str, str]]]:
    """The files of the mail within the limits, and what was left out (name, size in MB, why)."""
    kept: list[Attachment] = []
    left_out: list[tuple[str, str, str]] = []
    shown, room = body.shown(), limits.size
    alone = len(tree.parts) == 1
    for part in tree.parts:
        dropped = part.content_type in _DROPPED_ALTERNATIVES and part.group
        if dropped or bodies.is_body(part, alone=alone):
            continue
        name = _name(raw, part, len(kept) + 1)
        why = _why_not(part, name, len(kept), room, limits)
        data, intact = (b"", True) if why else parts.decode(raw, part)
        if len(data) > room:
            why = "attachment-too-big"
        if why:
            problems.append(Problem(why, SENTENCES[why], name))
            left_out.append((name, f"{part.size / 1_000_000:.1f}", why))
            continue
        for word, true in (("transfer-encoding", not intact), ("tnef", _is_tnef(part, name))):
            if true:
                problems.append(Problem(word, SENTENCES[word], name))
        room -= len(data)
        content_id = fields.one_line(part.headers.first("Content-ID").strip("<> "), limit=250)
        inline = bool(content_id) and content_id in shown
        kept.append(Attachment(name, part.content_type, data, content_id, inline))
    return tuple(kept), left_out


def _why_not(part: Part, name: str, kept: int, room: int, limits: Limits) -> str:
    """Why an attachment is not kept, before it is decoded, '' if it may be."""
    if name.rpartition(".")[2].lower() in limits.refused:
        return "attachment-refused"
    if kept >= limits.count:
        return "too-many-attachments"
    # Base64 shrinks to under three quarters: what can't fit is not even decoded.
    return "attachment-too-big" if part.size * 0.7 > room else ""


def _is_tnef(part: Part, name: str) -> bool:
    return part.content_type in _TNEF or name.lower() == "winmail.dat"


def _appointments(
    attachments: Collection[Attachment], zone: ZoneInfo, translate: Callable[[str], str]
) -> list[str]:
    """A line for each calendar in the mail; a mail program sends the same one twice."""
    found = (
        invitations.line(fields.to_text(file.data, "utf-8")[0], zone=zone, translate=translate)
        for file in attachments
        if file.content_type == "text/calendar" or file.name.lower().endswith(".ics")
    )
    return list(dict.fromkeys(line for line in found if line))


def _name(raw: bytes, part: Part, number: int) -> str:
    given = part.name
    if part.content_type == "message/rfc822" and not given:
        inner, _ = fields.read(raw, part.start, part.end, limit=fields.MAX_PART_BLOCK)
        given = inner.line("Subject", limit=120) + ".eml"
    ending = _ENDINGS.get(part.content_type) or mimetypes.guess_extension(part.content_type) or ""
    return fields.file_name(given, otherwise=f"attachment-{number}{ending}")
