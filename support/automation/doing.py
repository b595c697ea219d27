"""Steps carried out on a ticket, in the caller's transaction: by a person, or by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla.releases import all_coming, of_ticket
from support import desk
from support.automation import steps as known
from support.automation.steps import ME, NOBODY, NONE, Step
from support.canned import filling
from support.desk import confirming, letters
from support.desk.table import VERBS
from tickets.models import Team, Ticket, User


class StepError(desk.DeskError):
    """A step that can't be done: which one, and why. Nothing was done."""


@dataclass(frozen=True, kw_only=True)
class Doer:
    """Who does it, a person or nobody; when; and the name of the trigger that nobody does."""

    actor: User | None
    at: datetime | None
    name: str = ""


def do(steps: Iterable[Step], ticket: Ticket, *, doer: Doer) -> list[str]:
    """Do all of it, or nothing; gives what was done, in words.

    StepError says which step stands in the way; the caller's transaction must then end.
    """
    names, done = known.names_of(), []
    for number, step in enumerate(steps, start=1):
        # As the step before it left the ticket.
        ticket = Ticket.objects.with_people().get(pk=ticket.pk)
        said = known.words(step, names=names, text=_filled(ticket, step, doer))
        try:
            remark = _do_step(ticket, step, doer)
        except desk.DeskError as error:
            raise StepError(
                _("Step %(number)s, %(step)s: %(why)s Nothing was done.")
                % {"number": number, "step": said, "why": error}
            ) from error
        done.append(f"{said} ({remark})" if remark else said)
    return done


def _do_step(ticket: Ticket, step: Step, doer: Doer) -> str | None:
    """Do one. What is said is filled in first; nobody answers, and nobody is named, by itself."""
    name = step["verb"]
    if name in _OTHERWISE:
        return _OTHERWISE[name](ticket, step, doer)
    known.KINDS[name].verb.do(ticket, doer.actor, _BODIES[name](ticket, step, doer), doer.at)
    return None


def _filled(ticket: Ticket, step: Step, doer: Doer) -> str:
    """The words of a step as they were said; a reason has no variables."""
    text = step.get("text", "")
    if "{{" not in text or step["verb"] in ("prioritise", "fill"):
        return text
    return text_for(ticket, text, doer, to_customer=step["verb"] in known.TO_CUSTOMER)


def text_for(ticket: Ticket, text: str, doer: Doer, *, to_customer: bool) -> str:
    """A text with its variables filled in, in the language of the customer.

    to_customer: it goes to the reporter, and unless a person does it nobody reads it before.
    """
    with override(letters.language_of(ticket)):
        facts = filling.facts_of(
            ticket,
            agent=doer.actor or User(name=_("The helpdesk")),
            now=doer.at or timezone.now(),
            by_itself=to_customer and doer.actor is None,
        )
        return filling.filled(text, facts)


def _spoken(ticket: Ticket, step: Step, doer: Doer) -> str | None:
    """What speaks to the customer: a person's answer; by itself a letter, and then the turn."""
    text = text_for(ticket, step["text"], doer, to_customer=True)
    verb = VERBS[step["verb"]]
    if doer.actor is not None:
        verb.do(ticket, doer.actor, {"text": text}, doer.at)
        return None
    remark = _say(ticket, text, doer)
    if turn := _TURNS.get(verb.name):
        turn(ticket, None, actor=None, at=doer.at)
    return remark


def _say(ticket: Ticket, text: str, doer: Doer) -> str | None:
    """Nobody wrote it, so it is no answer: an automatic message, without an event.

    What a stranger can set off has a cap. Beyond it the trigger is not at fault: the reason is
    given, and the other steps are done.
    """
    assert doer.at is not None  # noqa: S101 - for the type alone
    to = letters.reader_of(ticket, automatic=True)
    if not to:
        raise desk.DeskError(_("The reporter has no e-mail address."))
    known = ticket.organisation_id is not None
    if why := confirming.withheld(to, known=known, at=doer.at):
        reason = confirming.Why(why).label
        return _("no letter was sent: %(why)s") % {"why": reason}
    letters.say_by_itself(ticket, text, at=doer.at)
    return None


def _note(ticket: Ticket, step: Step, doer: Doer) -> dict[str, object]:
    return {"text": text_for(ticket, step["text"], doer, to_customer=False)}


def _assign(ticket: Ticket, step: Step, doer: Doer) -> dict[str, object]:
    """A person keeps the team; a team keeps the agent, if it is one of its own."""
    to = step["value"]
    assignee, team = ticket.assignee, ticket.team
    if to in (ME, NOBODY):
        assignee = doer.actor if to == ME else None
    elif to.startswith("user-"):
        assignee = User.objects.filter(pk=to.removeprefix("user-")).first()
        _require(assignee)
    else:
        team = Team.objects.filter(pk=to.removeprefix("team-")).first()
        _require(team)
        assignee = assignee if assignee and assignee.team == team else None
    return {"assignee": assignee, "team": team}


def _require(found: object) -> None:
    if found is None:
        raise desk.DeskError(_("This colleague or team is no longer there."))


def _prioritise(_ticket: Ticket, step: Step, _doer: Doer) -> dict[str, object]:
    return {"priority": step["value"], "reason": step.get("text", "")}


def _plan(ticket: Ticket, step: Step, doer: Doer) -> dict[str, object]:
    if step["value"] == NONE:
        return {"release": None}
    coming = of_ticket(ticket, all_coming(now=doer.at or timezone.now())).first()
    if coming is None:
        raise desk.DeskError(_("No release is planned that it could be in."))
    return {"release": coming}


def _fill(_ticket: Ticket, step: Step, _doer: Doer) -> dict[str, object]:
    return {"values": {int(step["value"].removeprefix("field-")): step.get("text", "")}}


def _notify(ticket: Ticket, step: Step, doer: Doer) -> dict[str, object]:
    text = text_for(ticket, step.get("text", ""), replace(doer, actor=None), to_customer=False)
    sort, _dash, pk = step["value"].partition("-")
    reader: User | Team | None
    if sort == "user":
        reader = User.objects.filter(pk=pk, is_active=True).first()
    else:
        reader = Team.objects.filter(pk=pk).first()
    _require(reader)
    return {"to": reader, "name": doer.name, "text": text}


_TURNS: Mapping[str, Callable[..., object]] = {"hold": desk.hold, "resolve": desk.resolve}
_OTHERWISE: Mapping[str, Callable[[Ticket, Step, Doer], str | None]] = {
    "reply": _spoken,
    "hold": _spoken,
    "resolve": _spoken,
}
_BODIES: Mapping[str, Callable[[Ticket, Step, Doer], dict[str, object]]] = {
    "note": _note,
    "assign": _assign,
    "prioritise": _prioritise,
    "classify": lambda _ticket, step, _doer: {"kind": step["value"]},
    "resume": lambda _ticket, _step, _doer: {},
    "plan": _plan,
    "tag": lambda _ticket, step, _doer: {"name": step["value"]},
    "untag": lambda _ticket, step, _doer: {"name": step["value"]},
    "fill": _fill,
    "add_item": lambda _ticket, step, _doer: {"text": step["value"]},
    "notify": _notify,
    "close": lambda _ticket, _step, _doer: {},
    "add_participant": lambda _ticket, step, _doer: {"email": step["value"]},
}
