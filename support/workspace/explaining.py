"""Why promises were missed, as the ticket's page asks for it and tells it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from sla.queries import Card
from support.causes.forms import CauseForm
from support.causes.models import Asked, Cause, CauseRule, given_for, missed_on, name_of
from tickets.models import Ticket, User


def causes_of(
    ticket: Ticket, cards: Iterable[Card], user: User, *, tried: str, tried_form: forms.Form | None
) -> dict[str, object]:
    """What was said of the missed promises on the page, by their names, and the forms to say it.

    asks: solving asks for it, and it has not been said of all.
    """
    missed = [card.name for card in cards if card.state == "breached"]
    if not missed:
        return {"given": {}, "forms": {}, "asks": False}
    clocks = list(missed_on(ticket))
    by_clock = given_for(clocks)
    given = {
        name_of(clock, on=ticket): by_clock[clock.pk] for clock in clocks if clock.pk in by_clock
    }
    rule, known = CauseRule.now(), Cause.objects.in_use().exists()
    open_ones = [name for name in missed if name not in given]
    offered = missed if user.is_lead else open_ones if rule != Asked.OFF else []
    asked: dict[str, forms.Form] = (
        {name: _form(name, given.get(name)) for name in offered} if known else {}
    )
    if tried == "give_cause" and tried_form is not None:
        asked[str(tried_form["promise"].value() or "")] = tried_form
    return {
        "given": given,
        "forms": asked,
        "asks": known and rule != Asked.OFF and bool(open_ones),
    }


def _form(name: str, given: Any) -> CauseForm:
    said = {"cause": given.cause_id, "note": given.note} if given else {}
    return CauseForm(initial={"promise": name, **said}, auto_id=f"cause_{name}_%s")
