"""Steps carried out on a ticket, in the caller's transaction: by a person, or by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from support import canned, correspondents, desk
from support.automation import steps as known
from support.automation.steps import ME, NOBODY, Step
from support.conversation import Words
from support.notices import automation as notices
from support.notices import confirming, letters
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
        said = known.words(step, names=names)
        # As the step before it left the ticket.
        ticket = Ticket.objects.with_people().get(pk=ticket.pk)
        try:
            remark = _DOES[step["verb"]](ticket, step, doer)
        except desk.DeskError as error:
            raise StepError(
                _("Step %(number)s, %(step)s: %(why)s Nothing was done.")
                % {"number": number, "step": said, "why": error}
            ) from error
        done.append(f"{said} ({remark})" if remark else said)
    return done


def text_for(ticket: Ticket, text: str, doer: Doer, *, to_customer: bool) -> str:
    """A text with its variables filled in, in the language of the customer.

    to_customer: it goes to the reporter, and unless a person does it nobody reads it before.
    """
    with override(letters.language_of(ticket)):
        facts = canned.facts_of(
            ticket,
            agent=doer.actor or User(name=_("The helpdesk")),
            now=doer.at or timezone.now(),
            by_itself=to_customer and doer.actor is None,
        )
        return canned.filled(text, facts)


def _reply(ticket: Ticket, step: Step, doer: Doer) -> str | None:
    text = text_for(ticket, step["text"], doer, to_customer=True)
    if doer.actor is None:
        return _say(ticket, text, doer)
    desk.reply(ticket, Words(text=text), actor=doer.actor, at=doer.at)
    return None


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


def _note(ticket: Ticket, step: Step, doer: Doer) -> None:
    text = text_for(ticket, step["text"], doer, to_customer=False)
    desk.note(ticket, Words(text=text), actor=doer.actor, at=doer.at)


def _assign(ticket: Ticket, step: Step, doer: Doer) -> None:
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
    desk.assign(ticket, assignee=assignee, team=team, actor=doer.actor, at=doer.at)


def _require(found: object) -> None:
    if found is None:
        raise desk.DeskError(_("This colleague or team is no longer there."))


def _prioritise(ticket: Ticket, step: Step, doer: Doer) -> None:
    priority, reason = step["value"], step.get("text", "") or doer.name
    desk.prioritise(ticket, priority=priority, reason=reason, actor=doer.actor, at=doer.at)


def _classify(ticket: Ticket, step: Step, doer: Doer) -> None:
    desk.classify(ticket, kind=step["value"], actor=doer.actor, at=doer.at)


def _turning(turn: Callable[..., Any]) -> Callable[[Ticket, Step, Doer], str | None]:
    """To wait or to have it solved: a person says so with an answer, a trigger by a letter."""

    def act(ticket: Ticket, step: Step, doer: Doer) -> str | None:
        text = text_for(ticket, step["text"], doer, to_customer=True)
        if doer.actor is not None:
            turn(ticket, Words(text=text), actor=doer.actor, at=doer.at)
            return None
        remark = _say(ticket, text, doer)
        turn(ticket, None, actor=None, at=doer.at)
        return remark

    return act


def _resume(ticket: Ticket, _step: Step, doer: Doer) -> None:
    desk.resume(ticket, actor=doer.actor, at=doer.at)


def _unplan(ticket: Ticket, _step: Step, doer: Doer) -> None:
    desk.plan(ticket, release=None, actor=doer.actor, at=doer.at)


def _close(ticket: Ticket, _step: Step, doer: Doer) -> None:
    desk.close(ticket, actor=doer.actor, at=doer.at)


def _notify(ticket: Ticket, step: Step, doer: Doer) -> None:
    assert doer.at is not None  # noqa: S101 - for the type alone
    text = text_for(ticket, step.get("text", ""), replace(doer, actor=None), to_customer=False)
    sort, _dash, pk = step["value"].partition("-")
    reader: User | Team | None
    if sort == "user":
        reader = User.objects.filter(pk=pk, is_active=True).first()
    else:
        reader = Team.objects.filter(pk=pk).first()
    if reader is None:
        raise desk.DeskError(_("This colleague or team is no longer there."))
    notices.tell_colleague(reader, ticket, name=doer.name, text=text, at=doer.at)


def _participant(ticket: Ticket, step: Step, doer: Doer) -> None:
    correspondents.add_participant(ticket, email=step["value"], actor=doer.actor, at=doer.at)


_DOES: Mapping[str, Callable[[Ticket, Step, Doer], str | None]] = {
    "reply": _reply,
    "note": _note,
    "assign": _assign,
    "prioritise": _prioritise,
    "classify": _classify,
    "hold": _turning(desk.hold),
    "resolve": _turning(desk.resolve),
    "resume": _resume,
    "unplan": _unplan,
    "close": _close,
    "notify": _notify,
    "participant": _participant,
}
