"""What a push message says: which ticket, what happened; of a customer only the subject."""

from __future__ import annotations

import json

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from support.notifications.models import Notification
from tickets.models import Priority, User

_MOST = 120
"""Letters of a line that a browser shows at most anyway."""


def about(told: Notification, person: User) -> bytes:
    """What the service worker shows about a notification, in the language of who it is for."""
    with override(person.language):
        ticket = told.ticket
        what = [ticket.reference, told.get_kind_display()]
        if told.alert is not None and told.alert.promise:
            what.append(told.alert.get_promise_display())
        elif told.who:
            what.append(told.who)
        return _written(
            person,
            title=ticket.subject,
            body=" · ".join(what),
            tag=ticket.reference,
            url=reverse("ticket", args=[ticket.reference]),
            stays=ticket.priority == Priority.HIGH,
        )


def trial(person: User) -> bytes:
    """The trial that somebody sends to a browser of theirs."""
    with override(person.language):
        return _written(
            person,
            title=_("It works"),
            body=_("This is how Werkdag tells you of tickets in this browser."),
            tag="werkdag-trial",
            url=reverse("notification-choices"),
            stays=False,
        )


def _written(person: User, *, title: str, body: str, tag: str, url: str, stays: bool) -> bytes:
    said = {
        "title": title[:_MOST],
        "body": body[: 2 * _MOST],
        "tag": tag,
        "url": url,
        "stays": stays,
        "lang": person.language,
    }
    return json.dumps(said, ensure_ascii=False).encode()
