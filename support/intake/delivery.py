"""Writes on a mail of ours that it did not arrive: the server's words, where its message is shown;
and on its ticket, whose agent hears of it. It came back, or no server took it.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from support.desk import customer_side
from support.intake.mime import ParsedMail
from support.mail.models import OutgoingMail
from support.sign_in import letters

MOST = 300  # characters of OutgoingMail.error


def note(report: ParsedMail, *, at: datetime) -> None:
    """Note a delivery report on the mail that it is about; a mere delay notes nothing."""
    if not report.failures or not report.bounce_of:
        return
    words = "; ".join(
        f"{failure.recipient}: {failure.words}" if failure.recipient else failure.words
        for failure in report.failures
    ).strip(": ")
    returned = OutgoingMail.objects.filter(mail_id__in=report.bounce_of, bounced_at=None)
    answers = returned.exclude(message=None).exclude(ticket=None).select_related("ticket")
    told = [(mail.ticket, mail.to) for mail in answers if mail.ticket]
    # A report quotes the mail, and colleagues can read the report.
    letters.lapse(returned, now=at)
    returned.update(
        state=OutgoingMail.State.FAILED,
        bounced_at=at,
        error=(words or _("the mail server gave no reason"))[:MOST],
        next_try_at=None,
    )
    whom = ", ".join(dict.fromkeys(failure.recipient for failure in report.failures))
    # Servers write an address as they like: in brackets, in capitals.
    gone = {failure.recipient.strip("<> ").lower() for failure in report.failures}
    for ticket, to in told:
        ends = not whom or to.lower() in gone
        customer_side.mail_returned(ticket, to=whom or to, reason=words, ends_waiting=ends, at=at)


def lost(mail: OutgoingMail, gone: list[str], at: datetime) -> None:
    """Our own mail server, or the one after it, does not take it for these addresses."""
    if mail.ticket is not None and mail.message_id is not None:
        ends, to = mail.to in gone, ", ".join(gone)
        customer_side.mail_returned(mail.ticket, to=to, reason=mail.error, ends_waiting=ends, at=at)
