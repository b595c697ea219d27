"""What a delivery report says: which mail of ours came back, for whom, and the server's words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from support.intake import headers as fields
from support.intake import parts
from support.intake.body import Body
from support.intake.parts import Part

MAX_WORDS = 250
_MAX_TEXT = 200_000
_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"}
_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_ID_IN_TEXT = re.compile(r"^[>\s]*Message-ID:\s*<([^<>\s]{1,248})>", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class Failure:
    """A mail of ours that could not be delivered to somebody, in the words of a mail server."""

    recipient: str
    words: str


def returned(raw: bytes, found: Iterable[Part], body: Body) -> tuple[str, ...]:
    """The Message-IDs of the mail that came back, as the report quotes it."""
    ids: list[str] = []
    for part in found:
        if part.content_type in _RETURNED:
            data, _ = parts.decode(raw, part, limit=fields.MAX_PART_BLOCK)
            inner, _ = fields.read(data, 0, len(data))
            ids += fields.message_ids(inner.first("Message-ID"))
    if not ids:
        for text in (body.text, body.quoted):
            ids += [f"<{i}>" for i in _ID_IN_TEXT.findall(text[:_MAX_TEXT])]
    return tuple(dict.fromkeys(ids))


def failures(raw: bytes, found: Iterable[Part], head: fields.Headers) -> tuple[Failure, ...]:
    """Who could not be reached (RFC 3464), each once. A delay, which may pass, is no failure."""
    failed: dict[str, Failure] = {}
    reported = False
    for part in found:
        if part.content_type not in _STATUS:
            continue
        reported = True
        data, _ = parts.decode(raw, part, limit=fields.MAX_PART_BLOCK)
        for block in _BLANK_LINE.split(data.strip())[1:50]:
            one, _ = fields.read(block, 0, len(block))
            if one.first("Action").lower() == "failed":
                failure = Failure(
                    _typed(one.line("Final-Recipient", limit=500)), _report_words(one)
                )
                failed.setdefault(failure.recipient, failure)
    if not reported:
        # Without such a part (qmail, Exim) all that is sure is that it did not arrive.
        addresses = fields.addresses(head.all("X-Failed-Recipients"))
        failed = {email: Failure(email, "") for _name, email in addresses} or {"": Failure("", "")}
    return tuple(failed.values())


def _report_words(one: fields.Headers) -> str:
    said = _typed(one.line("Diagnostic-Code", limit=2_000))
    return (said or one.line("Status", limit=50))[:MAX_WORDS]


def _typed(value: str) -> str:
    """`rfc822; jan@school.nl` is `jan@school.nl`, `smtp; 550 no such user` its text."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and len(kind) < 30 else value.strip()
