"""The conversation and the history of a ticket as one line of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.models import Alert, CoverageChange
from sla.wording import KINDS, PRIORITIES, cause_words, moment_words, span_words
from support import around, original
from support.automation.entries import entries
from support.intake import signatures
from support.models import Draft, IncomingMail, OutgoingMail
from tickets.models import (
    EventKind,
    Link,
    LinkKind,
    Message,
    MessageKind,
    Ticket,
    TicketEvent,
    User,
)

# These show as the message that was said with them.
SAID = {
    EventKind.REPORTED,
    EventKind.REPLIED,
    EventKind.CUSTOMER_REPLIED,
    EventKind.NOTED,
}
ABOUT_PEOPLE = {
    EventKind.ASSIGNED,
    EventKind.IDENTIFIED,
    EventKind.PARTICIPANT_ADDED,
    EventKind.PARTICIPANT_REMOVED,
    EventKind.ANSWERS_GO_TO,
}
PEOPLE = ("assignee", "team", "contact", "organisation", "name", "email")


@dataclass(frozen=True)
class Item:
    """One entry: something said, or something that happened (kind "event").

    subject: of a mail, where it is another than the ticket's. signature, added: of what was said,
    its signature, and lines that the intake put under it.
    remarks: what stands out about the mail that brought it, each with its icon.
    original_url: the page of an HTML mail as it came. url: what an event leads to.
    mentioned: the colleagues that a note names. seconds: until an answer is sent.
    split_pk: of a message that can become a ticket. said: what was said on a ticket that was
    merged into this one.
    """

    kind: str
    at: datetime
    who: str
    text: str

    subject: str = ""
    signature: str = ""
    added: str = ""
    remarks: Sequence[tuple[str, str]] = ()
    quoted: str = ""
    original_url: str = ""
    url: str = ""
    channel: str = ""
    get_channel_display: str = ""
    attachments: Sequence[dict[str, Any]] = ()
    delivery: dict[str, str] | None = None
    icon: str = ""
    mentioned: Sequence[str] = ()
    seconds: int | None = None
    split_pk: int | None = None
    said: Sequence[Item] = ()


def whole(ticket: Ticket) -> list[Item]:
    """Everything, for people of the helpdesk."""
    messages = ticket.messages.select_related("author").prefetch_related(
        "attachments", "outgoing", "notifications__recipient"
    )
    # A merger shows with what was said on the other ticket.
    mergers = Q(kind=EventKind.LINKED, data__kind=LinkKind.MERGED)
    # A report that was not confirmed says why.
    shown = Q(kind__in=SAID) & ~Q(data__has_key="unconfirmed")
    events = ticket.events.exclude(shown | mergers).select_related("actor")
    mails = list(_mails(ticket))
    remarks = {mail.message_id: _remarks(mail) for mail in mails if mail.message_id}
    report = min((message.pk for message in messages), default=0)
    items = [
        _message(message, splits=message.pk != report, remarks=remarks.get(message.pk, ()))
        for message in messages
    ]
    items += [_event(event) for event in events]
    items += [_alert(alert) for alert in ticket.alerts.all()]
    changes = CoverageChange.objects.filter(coverage=ticket.pk).select_related("actor")
    items += [_correction(change) for change in changes]
    items += [item for mail in mails for item in _mail(mail, ticket)]
    items += _merged(ticket)
    items += [Item(**entry) for entry in entries(ticket)]
    return sorted(items, key=lambda item: item.at)


def _merged(ticket: Ticket) -> list[Item]:
    """What was merged into a ticket, each with what the customer and we said on it."""
    links = ticket.linked_from.filter(kind=LinkKind.MERGED).select_related("ticket", "actor")
    return [_merger(link) for link in links]


def _merger(link: Link) -> Item:
    reference = link.ticket.reference
    return Item(
        kind="merged",
        at=link.at,
        who=link.actor.name if link.actor else "",
        text=_("Merged from %(ticket)s: %(subject)s")
        % {"ticket": reference, "subject": link.ticket.subject},
        url=reverse("ticket", args=[reference]),
        said=public(link.ticket),
        icon="merge",
    )


def pending(ticket: Ticket, *, reader: User, now: datetime) -> list[Item]:
    """Answers that go out in a moment: one's own whole, of a colleague only that it does."""
    drafts = Draft.objects.sending().filter(ticket=ticket).select_related("author")
    return [_pending(draft, reader=reader, now=now) for draft in drafts]


def _pending(draft: Draft, *, reader: User, now: datetime) -> Item:
    at, who = draft.send_at or now, draft.author.name
    if draft.author != reader:
        said = _("%(who)s is sending an answer") % {"who": who}
        return Item(kind="event", at=at, who="", text=said, icon="send")
    left = max(0, ceil((at - now).total_seconds()))
    return Item(kind="reply", at=at, who=who, text=draft.text, seconds=left)


def public(ticket: Ticket) -> list[Item]:
    """What was said between the customer and us."""
    messages = ticket.messages.filter(public=True).exclude(kind=MessageKind.AUTOMATIC)
    messages = messages.select_related("author").prefetch_related("attachments")
    return [_message(message, for_customer=True) for message in messages]


def _message(
    message: Message,
    *,
    for_customer: bool = False,
    splits: bool = False,
    remarks: Sequence[tuple[str, str]] = (),
) -> Item:
    said, signature, added = signatures.split(message.text)
    return Item(
        kind=message.kind,
        at=message.at,
        who=message.sender or _("Werkdag"),
        text=said,
        subject=message.subject,
        signature=signature.strip(),
        added=added.strip(),
        remarks=remarks,
        original_url=original.url_of(message),
        quoted=message.quoted,
        channel=message.channel,
        get_channel_display=message.get_channel_display(),
        attachments=[
            {
                "name": file.name,
                "size": file.size,
                "url": reverse("attachment", args=[file.pk, file.name]),
            }
            for file in message.attachments.all()
        ],
        delivery=None if for_customer else _delivery(message),
        mentioned=() if for_customer else _mentioned(message),
        split_pk=message.pk if splits and message.kind == MessageKind.CUSTOMER else None,
    )


def _mentioned(message: Message) -> list[str]:
    people = [told.recipient for told in message.notifications.all()]
    return [name for person in people for name in (person.name, person.email)]


def _delivery(message: Message) -> dict[str, str] | None:
    mail: OutgoingMail | None = next(iter(message.outgoing.all()), None)
    if mail is None:
        return None
    labels = {
        OutgoingMail.State.QUEUED: _("will be mailed to %(to)s"),
        OutgoingMail.State.SENT: _("mailed to %(to)s"),
        OutgoingMail.State.FAILED: _("could not be mailed to %(to)s: %(error)s"),
    }
    said = labels[OutgoingMail.State(mail.state)]
    if mail.bounced_at:
        said = _("could not be delivered: %(error)s (mailed to %(to)s)")
    label = said % {"to": ", ".join([mail.to, *mail.cc]), "error": mail.error}
    if mail.state == OutgoingMail.State.QUEUED and mail.error:
        label += f" ({mail.error})"
    return {"state": mail.state, "label": label}


def _mails(ticket: Ticket) -> QuerySet[IncomingMail]:
    """The mails of a ticket that something is to be said about, and those that wait beside it."""
    stands_out = ~Q(mentions=None) | ~Q(unconfirmed="") | ~Q(reply_to="") | ~Q(settled_by=None)
    stands_out |= Q(state=IncomingMail.State.COPY)
    failed = Q(verdict=IncomingMail.Verdict.FAIL)
    waits = Q(mentions=ticket, state=IncomingMail.State.WAITING)
    found = IncomingMail.objects.filter(Q(ticket=ticket) & (stands_out | failed) | waits)
    return found.defer("raw", "text").select_related("mentions", "settled_by")


def _remarks(mail: IncomingMail) -> list[tuple[str, str]]:
    """What an agent must see with the words of a mail: who may not be who they say."""
    found = []
    if mail.verdict == IncomingMail.Verdict.FAIL:
        said = _("Our mail server could not verify that this is from %(sender)s.")
        found.append(("shield-alert", said % {"sender": mail.sender}))
    if mail.reply_to:
        said = _("From %(sender)s; it asks for answers at %(address)s.")
        found.append(("reply", said % {"sender": mail.sender, "address": mail.reply_to}))
    return found


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
    return around.words_of(event) or _words(event)


def _words(event: TicketEvent) -> str:
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
        zone = timezone.get_current_timezone()
        due = {"moment": moment_words(alert.due_at, zone)}
        worst = _("as an incident it would be due %(moment)s") % due
        return f"{alert.get_kind_display()}: {worst}"
    said = f"{alert.get_kind_display()}: {alert.get_promise_display()} ({alert.clause})"
    if alert.kind == Alert.Kind.WARNING:
        said += f", {alert.share}%"
    if alert.kind == Alert.Kind.OVERDUE:
        said += ", " + _("%(time)s after the deadline") % {"time": span_words(alert.past)}
    if alert.kind == Alert.Kind.MOVED:
        zone = timezone.get_current_timezone()
        before, after = moment_words(alert.due_before, zone), moment_words(alert.due_at, zone)
        causes = "; ".join(cause_words(cause) for cause in alert.causes)
        said += f", {before or '–'} → {after or '–'} ({causes})"
    return said
