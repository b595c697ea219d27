"""What the demonstration's customers were told, what is planned, and what is still a draft."""

from __future__ import annotations

from datetime import datetime, timedelta

from support.announcements import reading, sending
from support.announcements.models import Announcement, Kind, Whom
from support.regular.rhythms import house_hours
from tickets.models import Organisation, User

DAY = timedelta(days=1)


def build(*, manager: User, school: Organisation, now: datetime) -> None:
    """One that went to everybody and was read by some, one that is planned, and a draft."""
    hours = house_hours()
    went = hours.next_open(now - 12 * DAY)
    _write(
        manager,
        went,
        now=now,
        whom=Whom.EVERYBODY,
        title_nl="Onze helpdesk rond de feestdagen",
        body_nl=(
            "Op **25 december**, **26 december** en **1 januari** zijn wij gesloten; dat zijn geen "
            "werkdagen, dus termijnen lopen dan niet.\n\n"
            "- Een storing met prioriteit Hoog belt u ook dan door.\n"
            "- Meldingen via het portaal en per e-mail nemen wij op de eerstvolgende werkdag in "
            "behandeling.\n\nMeer leest u in het [helpcentrum](/help/)."
        ),
        title_en="Our helpdesk around the holidays",
        body_en=(
            "On **25 December**, **26 December** and **1 January** we are closed; those are no "
            "working days, so no deadline runs.\n\n"
            "- Phone us about an incident of high priority on those days too.\n"
            "- What you report in the portal or by mail we take up on the next working day."
        ),
    )
    sending.tell(now=went)
    went_to = Announcement.objects.latest("pk").letters
    told = went_to.filter(mail__isnull=False, contact__user=None).order_by("pk")
    for letter in told[:2]:
        reading.confirm(letter, now=went + timedelta(hours=2))
    _write(
        manager,
        hours.next_open(now + 3 * DAY),
        now=now,
        whom=Whom.ORGANISATION,
        organisation=school,
        title_nl="Kennismaking met uw vaste contactpersoon",
        body_nl="In januari komt uw vaste contactpersoon bij u langs. Wij bellen u voor een datum.",
    )
    _write(
        manager,
        None,
        now=now,
        whom=Whom.EVERYBODY,
        title_nl="Nieuw in het helpcentrum",
        body_nl="## Zoeken\n\nHet helpcentrum vindt nu ook woorden met een tikfout.",
    )


def _write(manager: User, at: datetime | None, *, now: datetime, **said: object) -> None:
    Announcement.objects.create(
        kind=Kind.NEWS,
        written_by=manager,
        changed_at=min(at or now, now) - DAY,
        send_at=at,
        sent_by=manager if at else None,
        **said,
    )
