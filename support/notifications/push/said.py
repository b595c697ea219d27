"""What a push message says: which ticket, what happened; of a customer only the subject."""

from __future__ import annotations

import json

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from support.mail.models import OutgoingMail
from support.notifications.models import Notification
from support.notifications.push.models import PushWish
from tickets.models import Priority, User

_OTHER = (gettext_lazy("There is a letter for you"), "my-tickets")
_LETTERS = {
    "reply": (gettext_lazy("There is an answer to your report"), "my-tickets"),
    "confirmation": (gettext_lazy("Your report is in"), "my-tickets"),
    "changed": (gettext_lazy("We see your report otherwise"), "my-tickets"),
    "moved": (gettext_lazy("A promise on your report has moved"), "my-tickets"),
    "merged": (gettext_lazy("Your report goes on in another one"), "my-tickets"),
    "automatic": (gettext_lazy("There is news of your report"), "my-tickets"),
    "maintenance": (gettext_lazy("There is news of maintenance"), "our-maintenance"),
    "announcement": (gettext_lazy("There is an announcement for you"), "announcements"),
    "edition": (gettext_lazy("Your agreement will change"), "our-agreement"),
    "rate": (gettext_lazy("Your rates will change"), "our-agreement"),
    "credit": (gettext_lazy("There is news of a credit"), "our-services"),
    "monthly": (gettext_lazy("A monthly report was issued"), "our-reports"),
}
"""By the name of the letter: what is said of it, and where it leads if not to a report."""
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


def about_letter(mail: OutgoingMail, person: User) -> bytes:
    """What is shown of a letter to a customer: which report, not what it says, nor its subject
    unless they asked for that.
    """
    with override(person.language):
        title, page = _LETTERS.get(mail.letter, _OTHER)
        ticket = mail.ticket
        url = reverse("my-ticket", args=[ticket.reference]) if ticket else reverse(page)
        words = [ticket.reference] if ticket else []
        if PushWish.of(person.pk).names:
            words.append(ticket.subject if ticket else mail.subject)
        return _written(
            person,
            title=str(title),
            body=" · ".join(words),
            tag=ticket.reference if ticket else mail.letter,
            url=url,
            stays=False,
        )


def trial(person: User) -> bytes:
    """The trial that somebody sends to a browser of theirs."""
    with override(person.language):
        return _written(
            person,
            title=_("It works"),
            body=_("This is how Werkdag tells you of tickets in this browser.")
            if person.is_agent
            else _("This is how we tell you of your reports in this browser."),
            tag="werkdag-trial",
            url=reverse("notification-choices" if person.is_agent else "my-push"),
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
