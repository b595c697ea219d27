"""The end of a report by mail at one click. A link that is only opened, as programs do that look
into mail, changes nothing; and it is about one report for one person.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from support.regular.models import RegularReport
from tickets.models import User

_leaving = signing.Signer(salt="report by mail: leave")
_COCKPIT = "0"


def leaving_address(regular: RegularReport) -> str:
    """Where its receiver ends it."""
    # Of the report and the person, so that an old letter's link ends what was asked for again.
    token = _leaving.sign(f"{regular.report_id or _COCKPIT}.{regular.receiver_id}")
    return f"{settings.ORIGIN.url}{reverse('regular-report-end', args=[token])}"


def leaver(token: str) -> User | None:
    """Whose link it is, also when it has ended already; None for one that is not ours."""
    known = _read(token)
    return User.objects.filter(pk=known[1]).first() if known else None


def leave(token: str) -> bool:
    """No more of these letters. False if the link is not ours."""
    known = _read(token)
    if known is None:
        return False
    report, receiver = known
    ended = RegularReport.objects.filter(receiver=receiver)
    ended.filter(**({"report": report} if report else {"report__isnull": True})).delete()
    return True


def _read(token: str) -> tuple[int, int] | None:
    try:
        report, receiver = _leaving.unsign(token).split(".")
    except signing.BadSignature:
        return None
    return int(report), int(receiver)
