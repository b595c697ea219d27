"""How each person wants to hear of things: as they chose, else as is usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from support.notifications.models import DigestHour, NotificationChoice, NotificationKind
from tickets.models import Role, User

Mail = NotificationChoice.Mail


@dataclass(frozen=True)
class Choice:
    """For one kind: does the bell show it, when is it mailed, and does a browser show it?"""

    in_app: bool
    mail: str
    push: bool


USUAL: Mapping[str, Choice] = {
    NotificationKind.MENTION: Choice(True, Mail.NOW, True),
    NotificationKind.ASSIGNED: Choice(True, Mail.DIGEST, True),
    NotificationKind.CUSTOMER: Choice(True, Mail.DIGEST, True),
    NotificationKind.LEFT: Choice(True, Mail.DIGEST, False),
    NotificationKind.NOTE: Choice(True, Mail.NONE, False),
    NotificationKind.REOPENED: Choice(True, Mail.DIGEST, True),
    # Nobody else knows that the customer did not get it.
    NotificationKind.RETURNED: Choice(True, Mail.NOW, True),
    # It stands on nobody's name, and customers feel it now.
    NotificationKind.MONITORED: Choice(True, Mail.NOW, True),
    # The escalation of the agreement mails these already.
    NotificationKind.WARNED: Choice(True, Mail.NONE, True),
    NotificationKind.BREACHED: Choice(True, Mail.NONE, True),
    NotificationKind.UNJUDGED: Choice(True, Mail.NONE, True),
    NotificationKind.TAKEN_BACK: Choice(True, Mail.NONE, True),
    NotificationKind.TEAM_BREACH: Choice(True, Mail.NONE, True),
}


@dataclass(frozen=True)
class Wishes:
    """What one person chose."""

    chosen: Mapping[str, Choice]
    hour: int

    def about(self, kind: str) -> Choice:
        """How they want to hear of this kind."""
        return self.chosen.get(kind, USUAL[kind])


def wishes_of(people: Iterable[int]) -> dict[int, Wishes]:
    """What each of these people chose, by key. Two queries."""
    pks = set(people)
    chosen: dict[int, dict[str, Choice]] = {pk: {} for pk in pks}
    for row in NotificationChoice.objects.filter(user__in=pks):
        chosen[row.user_id][row.kind] = Choice(row.in_app, row.mail, row.push)
    hours = dict(DigestHour.objects.filter(user__in=pks).values_list("user", "hour"))
    return {pk: Wishes(chosen[pk], hours.get(pk, DigestHour.USUAL)) for pk in pks}


def kinds_for(user: User) -> list[NotificationKind]:
    """What somebody can hear of: what a team misses, or is left with, goes to who leads it; what
    monitoring finds to whoever leads.
    """
    hidden = set()
    if user.role != Role.LEAD:
        hidden |= {NotificationKind.TEAM_BREACH, NotificationKind.LEFT}
    if not user.is_lead:
        hidden.add(NotificationKind.MONITORED)
    return [kind for kind in NotificationKind if kind not in hidden]


@transaction.atomic
def choose(user: User, chosen: Mapping[str, Choice], *, hour: int) -> None:
    """Keep what somebody chose. It holds for what happens from now on."""
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(
                user=user, kind=kind, in_app=choice.in_app, mail=choice.mail, push=choice.push
            )
            for kind, choice in chosen.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["in_app", "mail", "push"],
    )
    DigestHour.objects.update_or_create(user=user, defaults={"hour": hour})
