"""What another priority or kind would do to the deadlines, shown before it is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.engine import State
from sla.queries import Card, cards_of
from sla.supposing import cards_if, cards_if_of
from support import access
from support.desk.table import VERBS
from support.forms.numbers import number_in
from support.mail.counts import nav_counts
from support.workspace.ticket import find
from support.workspace.verbs import bound
from tickets.models import Contact, Kind, Priority, Ticket


@dataclass(frozen=True)
class Change:
    """One promise: as it stands and as it would stand; None where there is none."""

    before: Card | None
    after: Card | None

    @property
    def label(self) -> str:
        card = self.after or self.before
        return card.promise_label if card else ""

    @property
    def clause(self) -> str:
        """By which clause, afterwards if there is one then."""
        card = self.after or self.before
        return card.clause if card else ""

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What stands out, with its tone: late, or nothing in particular."""
        before, after = self.before, self.after
        if _owes(before) and not _owes(after):
            return [(_("no longer promised"), "")]
        said = []
        if _missed(after) and not _missed(before):
            said.append((_("would be missed at once"), "late"))
        if before and after and before.binding and not after.binding:
            said.append((_("no longer binding"), ""))
        if after and after.binding and not (before and before.binding):
            said.append((_("becomes binding"), ""))
        return said

    @property
    def same(self) -> bool:
        """Does nothing change about it?"""
        return _stands(self.before) == _stands(self.after)


@access.agents_only
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """The deadlines before and after, as a piece of the page or, without a script, as a page."""
    found, given = find(request, reference), request.POST or request.GET
    kind, priority = given.get("kind", ""), given.getlist("priority")[-1:] or [""]
    asked = {
        "kind": kind if kind in Kind.values else "",
        "priority": priority[0] if priority[0] in Priority.values else "",
    }
    person = _contact(given.get("contact", ""))
    context = {
        "ticket": found,
        "changes": changes_if(found, contact=person, **asked),
        "asked": bool(asked["kind"] or asked["priority"] or person),
    }
    if request.headers.get("HX-Request"):
        return render(request, "workspace/_preview.html", context)
    wanted = "identify" if person else "classify" if asked["kind"] else given.get("verb", "")
    verb = VERBS[wanted if wanted in VERBS and VERBS[wanted].weighs else "prioritise"]
    form = bound(verb, found)
    chosen = {"contact": person.pk if person else ""}
    start = asked | chosen | {"reason": given.get("reason", "")[:300]}
    if form is not None:
        form.initial = {**form.initial, **{name: value for name, value in start.items() if value}}
    context |= {"verb": verb, "form": form, "nav_counts": nav_counts()}
    return render(request, "workspace/preview.html", context)


def _contact(text: str) -> Contact | None:
    if (pk := number_in(text)) is None:
        return None
    return Contact.objects.select_related("organisation").filter(pk=pk).first()


def changes_if(
    ticket: Ticket, *, kind: str, priority: str, contact: Contact | None = None
) -> list[Change]:
    """Every promise as it stands now and as it would, those that ended long ago left out."""
    now = max(timezone.now(), ticket.updated_at)
    before = _by_promise(cards_of(ticket, now=now, merged=False))
    if contact is not None:
        of, may = contact.organisation, contact.may_phone
        after = _by_promise(cards_if_of(ticket, of, authorised=may, now=now))
    else:
        after = _by_promise(cards_if(ticket, now=now, kind=kind, priority=priority))
    changes = [
        Change(_at(before[key], number), _at(after[key], number))
        for key in dict.fromkeys([*before, *after])
        for number in range(max(len(before[key]), len(after[key])))
    ]
    return [each for each in changes if _owes(each.before) or _owes(each.after)]


def _by_promise(cards: Iterable[Card]) -> defaultdict[tuple[str, int], list[Card]]:
    found: defaultdict[tuple[str, int], list[Card]] = defaultdict(list)
    for card in cards:
        found[card.promise, card.turn].append(card)
    return found


def _at(cards: list[Card], number: int) -> Card | None:
    return cards[number] if number < len(cards) else None


def _owes(card: Card | None) -> bool:
    return card is not None and card.state != State.CANCELLED


def _missed(card: Card | None) -> bool:
    return card is not None and card.state == State.BREACHED


def _stands(card: Card | None) -> tuple[object, ...]:
    return (card.due_at, card.binding, card.state, card.clause) if card else ()
