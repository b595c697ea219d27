"""Why promises were missed, as the ticket's page asks for it and tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import forms

from sla.queries import Card
from support.causes.forms import CauseForm
from support.causes.models import (
    RULE,
    Asked,
    Cause,
    CauseRule,
    GivenCause,
    by_clock,
    missed_on,
    name_of,
    said_on,
)
from tickets.models import Ticket, User
from tickets.questions import Kept, together


def causes_of(
    ticket: Ticket, cards: Iterable[Card], user: User, *, tried: str, tried_form: forms.Form | None
) -> dict[str, object]:
    """What was said of the missed promises on the page, by their names, and the forms to say it.

    asks: solving asks for it, and it has not been said of all.
    """
    missed = [card.name for card in cards if card.state == "breached"]
    if not missed:
        return {"given": {}, "forms": {}, "asks": False}
    clocks, said, stands, known = together(
        _MISSED(ticket=ticket.pk), _SAID(ticket=ticket.pk), RULE(), _IN_USE()
    )
    explained = by_clock(clocks, said)
    given = {
        name_of(clock, on=ticket): explained[clock.pk] for clock in clocks if clock.pk in explained
    }
    rule = CauseRule.of(stands)
    open_ones = [name for name in missed if name not in given]
    offered = missed if user.is_lead else open_ones if rule != Asked.OFF else []
    asked: dict[str, forms.Form] = (
        {name: _form(name, given.get(name), known) for name in offered} if known else {}
    )
    if tried == "give_cause" and tried_form is not None:
        asked[str(tried_form["promise"].value() or "")] = tried_form
    return {
        "given": given,
        "forms": asked,
        "asks": bool(known) and rule != Asked.OFF and bool(open_ones),
    }


def _form(name: str, given: GivenCause | None, known: Sequence[Cause]) -> CauseForm:
    """known: those that can be chosen, which each form would ask for anew."""
    said = {"cause": given.cause_id, "note": given.note} if given else {}
    form = CauseForm(initial={"promise": name, **said}, auto_id=f"cause_{name}_%s")
    form.offer(known)
    return form


# One ticket's, in one statement.
_MISSED = Kept(missed_on, ticket=int)
_SAID = Kept(said_on, ticket=int)
_IN_USE = Kept(Cause.objects.in_use)
