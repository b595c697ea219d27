"""The conversation and the history of a ticket as one line of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.explaining import cause_words
from sla.models import Alert, CoverageChange
from sla.wording import KINDS, PRIORITIES, moment_words, span_words
from support.automation.entries import entry
from support.drafts.models import Draft
from support.mail.models import IncomingMail, OutgoingMail
from support.timeline import around, original, reading, signatures
from support.timeline.reading import Along, Posted
from tickets.models import (
    Channel,
    EventKind,
    Link,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
    User,
)

ABOUT_PEOPLE = {
    EventKind.ASSIGNED,
    EventKind.IDENTIFIED,
    EventKind.PARTICIPANT_ADDED,
    EventKind.PARTICIPANT_REMOVED,
    EventKind.ANSWERS_GO_TO,
}
PEOPLE = ("assignee", "team", "contact", "organisation", "name", "email")


class Attached(NamedTuple):
    """A file that came with what was said."""

    name: str
    size: int
    url: str


class Delivery(NamedTuple):
    """What became of the mail that took it to the customer."""

    state: str
    label: str


@dataclass(frozen=True)
class Item:
    """One entry: something said, or something that happened (kind "event").

    subject: of a mail, where it is another than the ticket's. signature, added: of what was said,
    its signature, and lines that the intake put under it.
    remarks: what stands out about the mail that brought it, each with its icon.
    original_url: the page of an HTML mail as it came. url: what an event leads to.
    mentioned: the colleagues that a note names. seconds: until an answer is sent.
    split_pk: of a message that can become a ticket. answer_pk: of one that can become an article.
    said: what was said on a ticket that was merged into this one.
    """

    kind: str
    at: datetime
    who: str
    text: str

    subject: str = ""
    signature: str = ""
    added: str = ""
    remarks: tuple[tuple[str, str], ...] = ()
    quoted: str = ""
    original_url: str = ""
    url: str = ""
    channel: str = ""
    get_channel_display: str = ""
    attachments: tuple[Attached, ...] = ()
    delivery: Delivery | None = None
    icon: str = ""
    mentioned: tuple[str, ...] = ()
    seconds: int | None = None
    split_pk: int | None = None
    answer_pk: int | None = None
    said: tuple[Item, ...] = ()


def whole(ticket: Ticket) -> list[Item]:
    """Everything, for people of the helpdesk."""
    read = reading.whole(ticket)
    remarks = {mail.message_id: _remarks(mail) for mail in read.mails if mail.message_id}
    report = min((message.pk for message in read.messages), default=0)
    items = [
        _message(
            message, read.along, splits=message.pk != report, remarks=remarks.get(message.pk, ())
        )
        for message in read.messages
    ]
    items += [_event(event) for event in read.events]
    items += [_alert(alert) for alert in read.alerts]
    items += [_correction(change) for change in read.changes]
    items += [item for mail in read.mails for item in _mail(mail, ticket)]
    # What was merged into it, each with what the customer and we said there.
    said = reading.public([link.ticket for link in read.mergers]) if read.mergers else ()
    items += [_merger(link, *each) for link, each in zip(read.mergers, said, strict=True)]
    items += [Item(**entry(run)) for run in read.runs]
    return sorted(items, key=lambda item: item.at)


def _merger(link: Link, messages: Iterable[Message], along: Along) -> Item:
    reference = link.ticket.reference
    return Item(
        kind="merged",
        at=link.at,
        who=link.actor.name if link.actor else "",
        text=_("Merged from %(ticket)s: %(subject)s")
        % {"ticket": reference, "subject": link.ticket.subject},
        url=reverse("ticket", args=[reference]),
        said=tuple(_message(message, along, for_customer=True) for message in messages),
        icon="merge",
    )


def pending(drafts: Iterable[Draft], *, reader: User, now: datetime) -> list[Item]:
    """Answers that go out in a moment: one's own whole, of a colleague only that it does."""
    return [_pending(draft, reader=reader, now=now) for draft in drafts]


def _pending(draft: Draft, *, reader: User, now: datetime) -> Item:
    at, who = draft.send_at or now, draft.author.name
    if draft.author != reader:
        said = _("%(who)s is sending an answer") % {"who": who}
        return Item(kind="event", at=at, who="", text=said, icon="send")
    left = max(0, ceil((at - now).total_seconds()))
    return Item(kind="reply", at=at, who=who, text=draft.text, seconds=left)


def public(ticket: Ticket, *, house: str = "") -> list[Item]:
    """What was said between the customer and us. house: who says what nobody in particular did."""
    [(messages, along)] = reading.public([ticket])
    return [_message(message, along, for_customer=True, house=house) for message in messages]


def _message(
    message: Message,
    along: Along,
    *,
    for_customer: bool = False,
    house: str = "",
    splits: bool = False,
    remarks: tuple[tuple[str, str], ...] = (),
) -> Item:
    said, signature, added = signatures.split(message.text)
    return Item(
        kind=message.kind,
        at=message.at,
        who=message.sender or house or _("Werkdag"),
        text=said,
        subject=message.subject,
        signature=signature.strip(),
        added=added.strip(),
        remarks=remarks,
        original_url=original.url_of(message),
        quoted=message.quoted,
        channel=message.channel,
        get_channel_display=str(Channel(message.channel).label),
        attachments=tuple(
            Attached(name, size, reverse("attachment", args=[pk, name]))
            for pk, name, size in along.files.get(message.pk, ())
        ),
        delivery=None if for_customer else _delivery(along.posted.get(message.pk)),
        mentioned=() if for_customer else tuple(along.named.get(message.pk, ())),
        split_pk=message.pk if splits and message.kind == MessageKind.CUSTOMER else None,
        answer_pk=message.pk if message.kind == MessageKind.REPLY and not for_customer else None,
    )


def _delivery(mail: Posted | None) -> Delivery | None:
    if mail is None:
        return None
    labels = {
        OutgoingMail.State.QUEUED: _("will be mailed to %(to)s"),
        OutgoingMail.State.SENT: _("mailed to %(to)s"),
        OutgoingMail.State.FAILED: _("could not be mailed to %(to)s: %(error)s"),
    }
    said = labels[OutgoingMail.State(mail.state)]
    if mail.bounced:
        said = _("could not be delivered: %(error)s (mailed to %(to)s)")
    label = said % {"to": ", ".join([mail.to, *mail.cc]), "error": mail.error}
    if mail.state == OutgoingMail.State.QUEUED and mail.error:
        label += f" ({mail.error})"
    return Delivery(mail.state, label)


def _remarks(mail: IncomingMail) -> tuple[tuple[str, str], ...]:
    """What an agent must see with the words of a mail: who may not be who they say."""
    found = []
    if mail.verdict == IncomingMail.Verdict.FAIL:
        said = _("Our mail server could not verify that this is from %(sender)s.")
        found.append(("shield-alert", said % {"sender": mail.sender}))
    if mail.reply_to:
        said = _("From %(sender)s; it asks for answers at %(address)s.")
        found.append(("reply", said % {"sender": mail.sender, "address": mail.reply_to}))
    return tuple(found)


def _mail(mail: IncomingMail, ticket: Ticket) -> list[Item]:
    """What happened to a mail on its way here, or that one waits beside the ticket."""
    at = mail.received_at
    if mail.ticket_id != ticket.pk:
        text = _("A mail from %(sender)s waits for somebody to decide") % {"sender": mail.sender}
        url = reverse("quarantine-mail", args=[mail.pk])
        return [Item("event", at, "", text, url=url, icon="mail-warning")]
    if mail.state == IncomingMail.State.COPY:
        text = _("The same mail came once more, changed on its way: “%(subject)s”")
        said = text % {"subject": mail.subject or _("(no subject)")}
        url = reverse("quarantine-raw", args=[mail.pk])
        return [Item("event", at, "", said, url=url, icon="copy")]
    found = []
    if mail.mentions is not None and mail.mentions != ticket:
        text = _("This mail is about %(ticket)s, in which its sender takes no part")
        url = reverse("ticket", args=[mail.mentions.reference])
        text = text % {"ticket": mail.mentions.reference}
        found.append(Item("event", at, "", text, url=url, icon="link"))
    if mail.settled_by is not None and mail.settled_at is not None:
        text = _("Taken out of the set-aside mail")
        found.append(Item("event", mail.settled_at, mail.settled_by.name, text, icon="inbox"))
    elif mail.unconfirmed:
        found.append(Item("event", at, "", _unconfirmed(mail.unconfirmed), icon="mail-x"))
    return found


def _unconfirmed(why: str) -> str:
    labels = dict(IncomingMail.Unconfirmed.choices)
    return _("No confirmation was sent: %(why)s") % {"why": labels.get(why, why)}


def _event(event: TicketEvent) -> Item:
    who = event.actor.name if event.actor else ""
    other = event.data.get(around.REFERRED.get(EventKind(event.kind), ""))
    url = reverse("ticket", args=[other]) if other else ""
    icon = "mail-x" if event.kind == EventKind.REPORTED else ""
    icon = around.ICONS.get(EventKind(event.kind), icon)
    return Item("event", event.at, who, event_words(event), url=url, icon=icon)


def event_words(event: TicketEvent) -> str:
    """What happened, in a line."""
    if event.kind == EventKind.REPORTED and "unconfirmed" in event.data:
        return _unconfirmed(event.data["unconfirmed"])
    return around.words_of(event) or _words_of_event(event)


def _words_of_event(event: TicketEvent) -> str:
    data = event.data
    said = event.get_kind_display()
    if event.kind == EventKind.CLASSIFIED:
        return f"{said}: {KINDS.get(data.get('from', ''), '')} → {KINDS[data['ticket_kind']]}"
    if event.kind == EventKind.PRIORITISED:
        before = PRIORITIES.get(data.get("from") or "", _("none"))
        reason = f" ({data['reason']})" if data.get("reason") else ""
        return f"{said}: {before} → {PRIORITIES[data['priority']]}{reason}"
    if event.kind == EventKind.CALLED:
        may = _("may phone") if data.get("authorised") else _("may not phone")
        took = _("answered") if data.get("answered") else _("call back")
        return f"{said}: {data.get('caller', '')}, {may}, {took}"
    if event.kind in ABOUT_PEOPLE:
        if data.get("left"):
            said = _("%(name)s left; assigned") % {"name": data["left"]}
        names = ", ".join(data[name] for name in PEOPLE if data.get(name)) or _("nobody")
        return f"{said}: {names}"
    if event.kind == EventKind.PLANNED:
        release = data.get("name") or _("in no release")
        return f"{said}: {release}"
    return f"{said}: {data['reason']}" if data.get("reason") else said


def _correction(change: CoverageChange) -> Item:
    who = change.actor.name if change.actor else ""
    said = _("Agreement corrected") + f": {cause_words(change.cause)}"
    return Item(kind="event", at=change.changed_at, who=who, text=said, icon="handshake")


def _alert(alert: Alert) -> Item:
    missed = alert.kind in (Alert.Kind.BREACH, Alert.Kind.OVERDUE)
    icon = "clock-alert" if missed else "hourglass"
    return Item(kind="event", at=alert.at, who="", text=alert_words(alert), icon=icon)


def alert_words(alert: Alert) -> str:
    """A warning, a missed deadline or one that moved, in a line."""
    if alert.kind == Alert.Kind.UNJUDGED:
        worst = _("our own monitoring found it")
        if alert.due_at is not None:
            due = {"moment": moment_words(alert.due_at, timezone.get_current_timezone())}
            worst = _("as an incident it would be due %(moment)s") % due
        return f"{alert.get_kind_display()}: {worst}" + _taken_back(alert)
    about = f"{alert.get_promise_display()} ({alert.clause})" if alert.promise else _("to judge it")
    said = f"{alert.get_kind_display()}: {about}"
    if alert.kind == Alert.Kind.WARNING:
        said += f", {alert.share}%"
    if alert.kind == Alert.Kind.OVERDUE:
        said += ", " + _("%(time)s after the deadline") % {"time": span_words(alert.past)}
    if alert.kind == Alert.Kind.MOVED:
        zone = timezone.get_current_timezone()
        before, after = moment_words(alert.due_before, zone), moment_words(alert.due_at, zone)
        causes = "; ".join(cause_words(cause) for cause in alert.causes)
        said += f", {before or '–'} → {after or '–'} ({causes})"
    if alert.kind == Alert.Kind.TAKEN_BACK:
        said += "; " + "; ".join(cause_words(cause) for cause in alert.causes)
    return said + _taken_back(alert)


def _taken_back(alert: Alert) -> str:
    """What is added to what no longer counts."""
    return " " + _("(taken back: it was too early)") if alert.taken_back_at else ""
