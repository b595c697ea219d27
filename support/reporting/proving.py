"""An address proved by a letter: its link opens the form as that of who reads mail there.

Whoever types an address learns nothing of it: every address gets the letter, known or not, unless
none may go there at all, and the page says the same. A link that a program opens does nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse

from support import who
from support.brands import face
from support.desk.confirming import withheld
from support.mail import letters, secrets
from support.who import Reporter
from tickets.addresses import bare_address

LASTS = timedelta(hours=24)
_SALT = "report: whose form"


@transaction.atomic
def ask(email: str, *, now: datetime, host: str = "") -> None:
    """Somebody typed an address: mail it the link, unless no letter may go there now.

    host: the name of a brand's at which they did, for who is nobody's customer.
    """
    email = bare_address(email)
    if withheld(email, known=False, at=now):
        return
    theirs = who.by_address(email).their_organisation
    brand = face.of_organisation(theirs) if theirs else face.at_host(host)
    link = f"{brand.url}{reverse('report-as', args=[token_of(email)])}"
    hours = int(LASTS.total_seconds() // 3600)
    context = {"link": secrets.hide(link, to=email), "hours": hours, "brand": brand}
    letters.write("report_form", context, to=email, at=now, html=False, unasked=True)


def token_of(email: str) -> str:
    """What the link carries."""
    return signing.dumps(email, salt=_SALT)


def reporter_of(token: str) -> Reporter | None:
    """Who is proved by a link; None for one that is old, or not ours."""
    try:
        email = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return who.proved(email)
