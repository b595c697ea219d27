"""What stands still, in words for whoever works here: what it means for them, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from support.standing import states


@dataclass(frozen=True)
class StandstillWords:
    """What is wrong, and what to do. page: where a manager sees more."""

    what: Any
    do: Any
    icon: str = "triangle-alert"
    page: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the banner."""

    name: str
    words: StandstillWords
    since: datetime | None
    count: int


WORDS: Mapping[str, StandstillWords] = {
    "connections": StandstillWords(
        _("Not everybody gets through: the database has too few connections."),
        _("Try again what failed. Tell your administrator."),
    ),
    "clock": StandstillWords(
        _("The clock of a server is wrong."),
        _(
            "Deadlines are not judged until it is right. Keep an eye on them yourself, and tell"
            " your administrator."
        ),
        "clock-alert",
    ),
    "clock_of_workers": StandstillWords(
        _("Background work stands still: the clock of a server is wrong."),
        _(
            "Nobody is warned of deadlines, and no mail comes in or goes out. All of it is made up"
            " for by itself later. Watch your deadlines, and tell your administrator."
        ),
        "clock-alert",
    ),
    "redis": StandstillWords(
        _("Background work stands still: Redis does not answer."),
        _(
            "Nobody is warned of deadlines, and no mail comes in or goes out. All of it is made up"
            " for by itself later. Watch your deadlines, and tell your administrator."
        ),
    ),
    "periodic_work": StandstillWords(
        _("Deadlines are not being watched."),
        _(
            "Nobody is warned. What happens meanwhile is recorded later, at its true moment."
            " Watch your deadlines in the queue, and tell your administrator."
        ),
        "clock-alert",
    ),
    "other_work": StandstillWords(
        _("Background work stands still."),
        _(
            "No mail comes in or goes out. It is made up for by itself later. Phone where it can't"
            " wait, and tell your administrator."
        ),
    ),
    "storing": StandstillWords(
        _("Nothing can be stored."),
        _(
            "Everything can still be read. Keep what you write somewhere else until this line is"
            " gone, and tell your administrator: the database takes nothing."
        ),
        "database",
    ),
    "files": StandstillWords(
        _("Files can't be stored."),
        _(
            "Without attachments answers go out as usual. Mail with attachments waits, and is taken"
            " in by itself later. Tell your administrator: the disk for files is full or locked."
        ),
        "hard-drive",
    ),
    "outgoing_mail": StandstillWords(
        _("Mail is not going out."),
        _(
            "Your answers are kept and go by themselves later. Phone where it can't wait, and tell"
            " your administrator: the mail server does not take them."
        ),
        "mail-warning",
    ),
    "mailboxes": StandstillWords(_("Mail is not coming in."), "", "mail-warning", "mailboxes"),
    "incoming_mail": StandstillWords(
        _("Mail that came in waits to be read."),
        _("It is read by itself later. If this takes long, tell your administrator."),
        "mail-warning",
        "mailboxes",
    ),
    "webhooks": StandstillWords(
        _("Webhooks are not being sent."),
        _("Other programs hear of nothing; they do later, by itself. Tell your administrator."),
        "webhook",
        "webhooks",
    ),
}


def lines(*, now: datetime) -> list[Line]:
    """What there is to say now; nothing on most days."""
    return [
        Line(state.name, WORDS[state.name], state.since, state.count)
        for state in states.wrong(states.latest(now=now).values(), now=now)
        if state.name in WORDS
    ]
