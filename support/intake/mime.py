"""Reads the raw bytes of a mail into a `ParsedMail`: what the desk needs, safe to store and show.

Pure: bytes in, a value out; no database, no clock. Whatever strange thing can still be read is
read, and named in `problems`; only what no ticket can be made of is `Unreadable`: nothing in it,
no header lines, or no sender with a valid address (a bounce may have none). The caller stores the
raw message before it calls this, so whatever is left out here is not lost.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation.trans_null import gettext_noop  # marks only: needs no settings

from support.intake import attached, authentication, bounces, invitations, loops, quotes, smime
from support.intake import body as bodies
from support.intake import headers as fields
from support.intake.attached import USUAL, Attachment, Limits
from support.intake.body import Body
from support.intake.bounces import Failure
from support.intake.headers import Address
from support.intake.parts import Tree
from support.intake.problems import Problem, problem

MAX_REFERENCES = 100
MAX_SUBJECT = 200

_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")


class Refusal(StrEnum):
    """Why no ticket can be made of a message: a sentence to translate for whoever reads it."""

    BROKEN = gettext_noop("The message could not be read.")
    EMPTY = gettext_noop("The message is empty.")
    NO_HEADER = gettext_noop("The message has no header: it is not an e-mail.")
    NO_FROM = gettext_noop("The message has no sender (From).")
    NO_ADDRESS = gettext_noop("The message has no valid sender address.")


class Unreadable(Exception):
    """No ticket can be made of the message."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail, read. Message-IDs are written `<...>`; addresses are (name, lower-case address).

    `text` is what was written now, `quoted` the history under it. `html` is the whole body, clean.
    `date` is what the sender claims: for show, never for a clock. `automatic`: see `loops.reason`;
    `notice`: it is a machine's own report, see `loops.is_notice`. `helpdesk`: another helpdesk's
    program sent it, be it that a person wrote it. `delivered_to`: every address that it says it
    came to. `failures`: of a bounce, who was not reached and why. `verdict`: what our own mail
    server says of its sender, see `authentication.verdict`.
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
    verdict: str = ""


def parse(
    raw: bytes,
    *,
    own_domains: Collection[str] = (),
    servers: Collection[str] = (),
    sender: Address | None = None,
    limits: Limits = USUAL,
    zone: ZoneInfo = ZoneInfo("UTC"),  # noqa: B008
    translate: Callable[[str], str] = str,
) -> ParsedMail:
    """Read a raw message. Raises `Unreadable`, and nothing else, for whatever bytes.

    `own_domains` are the domains of the Message-IDs that we make, `servers` the names of our own
    mail server. `sender`: who it is from, said by a person, where From can't be read.
    `translate` is applied to the sentences that go into the text (an attachment that was left out,
    an appointment, whose moments are shown in `zone`).
    """
    try:
        return _parse(raw, own_domains, limits, zone, translate, servers=servers, sender=sender)
    except Unreadable:
        raise
    except Exception as error:
        # Unforeseen: the message goes where people see it, and the queue behind it goes on.
        raise Unreadable(Refusal.BROKEN) from error


def _parse(
    raw: bytes,
    own_domains: Collection[str],
    limits: Limits,
    zone: ZoneInfo,
    translate: Callable[[str], str],
    *,
    servers: Collection[str],
    sender: Address | None,
) -> ParsedMail:
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    raw, tree = _cut(raw)
    head = tree.top.headers
    problems = [problem(word) for word in dict.fromkeys(tree.problems)]
    automatic = loops.reason(
        head,
        content_type=tree.top.content_type,
        report_type=tree.top.parameters.get("report-type", "").lower(),
        own_domains=own_domains,
    )
    sender_name, sender_email = sender or _sender(tree, automatic, problems)
    subject = head.line("Subject", limit=MAX_SUBJECT)
    in_reply_to = fields.message_ids(head.first("In-Reply-To"))[:MAX_REFERENCES]
    references = fields.message_ids(head.first("References"))
    answers = bool(in_reply_to or references)
    body = _body(raw, tree, subject, answers=answers)
    problems += [problem(word) for word in body.problems]
    attachments, left_out = attached.files(raw, tree, body, limits=limits, problems=problems)
    added = [
        *_appointments(attachments, zone, translate),
        *attached.not_kept(left_out, translate=translate),
    ]
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
        verdict=_verdict(head, servers, sender_email),
    )


def _verdict(head: fields.Headers, servers: Collection[str], sender: str) -> str:
    """What our own mail server made of who it says it is from."""
    return authentication.verdict(
        head.in_order("received", "authentication-results"),
        servers=servers,
        sender=sender,
        alone=len(head.all("From")) == 1 and len(fields.addresses(head.all("From"))) == 1,
    )


def _cut(raw: bytes) -> tuple[bytes, Tree]:
    if not raw or raw.isspace():
        raise Unreadable(Refusal.EMPTY)
    raw, tree = smime.opened(raw)
    if not tree.top.headers:
        raise Unreadable(Refusal.NO_HEADER)
    return raw, tree


def _body(raw: bytes, tree: Tree, subject: str, *, answers: bool) -> Body:
    """The body, its history folded. What is passed on is no history, also where the subject does
    not say so: a history that nobody here can have, or that is not of whom the mail answers.
    """
    alone = len(tree.parts) == 1
    written = [part for part in tree.parts if bodies.is_body(part, alone=alone)]
    renamed = not quotes.is_forward(subject) and not quotes.is_reply(subject)
    forwarded = quotes.is_forward(subject) or (renamed and not answers)
    body = bodies.build(raw, written, forwarded=forwarded, answers=answers)
    if renamed and (author := quotes.author(body.quoted)):
        to = {email.rpartition("@")[2] for email in _delivered_to(tree.top.headers)}
        if author.rpartition("@")[2] not in to:
            return bodies.build(raw, written, forwarded=True, answers=answers)
    return body


def _delivered_to(head: fields.Headers) -> tuple[str, ...]:
    found = (pair for name in _RECIPIENTS for pair in fields.addresses(head.all(name)))
    return tuple(dict.fromkeys(email for _name, email in found))


def _sender(tree: Tree, automatic: str, problems: list[Problem]) -> Address:
    """The first valid address of From; only a bounce may do without."""
    given = tree.top.headers.all("From")
    if senders := fields.addresses(given) or fields.plain_address(" ".join(given)):
        return senders[0]
    if automatic != "bounce":
        raise Unreadable(Refusal.NO_ADDRESS if any(given) else Refusal.NO_FROM)
    problems.append(problem("sender"))
    return fields.one_line(fields.decode_words(given[0]), limit=150) if given else "", ""


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
