"""Letters of the public page for whoever wants them: asked for, confirmed, and ended.

Confirmed twice: an address that was typed gets one letter, and no other until somebody has pressed
the button behind its link. A link that is only opened, as programs do that look into mail, changes
nothing. Whether an address is known here, nobody learns.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language

from support.brands import face
from support.brands.face import Face
from support.desk.confirming import withheld
from support.mail import letters, secrets
from support.status_page.models import Subscriber
from tickets.addresses import bare_address

LASTS = timedelta(days=3)
"""For how long the link confirms; who has not by then is forgotten."""
AGAIN = timedelta(minutes=10)
"""So soon no second letter goes to an address."""
_confirming = signing.TimestampSigner(salt="status page: confirm")
_leaving = signing.Signer(salt="status page: leave")


@transaction.atomic
def ask(email: str, *, brand: int | None = None, now: datetime) -> None:
    """An address was typed: write to it, unless it gets our letters already, or may get none.

    brand: on whose own page; None on that of the house.
    """
    email = bare_address(email)
    found = Subscriber.objects.select_for_update().filter(email=email).first()
    if found is not None and (found.confirmed_at or now - found.asked_at < AGAIN):
        return
    if withheld(email, known=False, at=now):
        return
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    found, _new = Subscriber.objects.update_or_create(
        email=email, defaults={"language": language, "asked_at": now, "brand_id": brand}
    )
    shown_as = face.of_brand(brand)
    context = {
        "link": secrets.hide(confirming_address(found, shown_as), to=email),
        "page": page_address(shown_as),
        "brand": shown_as,
        "days": LASTS.days,
    }
    letters.write("status_confirm", context, to=email, at=now, html=False, unasked=True)


def confirming_address(subscriber: Subscriber, brand: Face) -> str:
    """Where this subscriber says that it was them who asked."""
    path = reverse("status-confirm", args=[_confirming.sign(str(subscriber.pk))])
    return f"{brand.url}{path}"


def waiting(token: str) -> Subscriber | None:
    """Whom a link would confirm; None for one that is old, or not ours."""
    try:
        pk = _confirming.unsign(token, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Subscriber.objects.filter(pk=pk).first()


def confirm(token: str, *, now: datetime) -> bool:
    """Somebody pressed the button. False if the link is old, or not ours."""
    found = waiting(token)
    if found is None:
        return False
    Subscriber.objects.filter(pk=found.pk, confirmed_at=None).update(confirmed_at=now)
    return True


def leaving_address(subscriber: Subscriber, brand: Face) -> str:
    """Where this subscriber's letters end, at one click."""
    path = reverse("status-unsubscribe", args=[_leaving.sign(str(subscriber.pk))])
    return f"{brand.url}{path}"


def is_ours(token: str) -> bool:
    """Is it a link of ours? Also when who it is for has left already."""
    return _leaver(token) is not None


def leave(token: str) -> bool:
    """No more letters, and nothing is kept of it. False if the link is not ours."""
    pk = _leaver(token)
    if pk is None:
        return False
    Subscriber.objects.filter(pk=pk).delete()
    return True


def forget(*, now: datetime) -> int:
    """Delete whoever did not confirm in time; gives how many."""
    late = Subscriber.objects.filter(confirmed_at=None, asked_at__lt=now - LASTS)
    return late.delete()[0]


def page_address(brand: Face) -> str:
    """The public page, for letters."""
    return f"{brand.url}{reverse('status')}"


def _leaver(token: str) -> str | None:
    try:
        return _leaving.unsign(token)
    except signing.BadSignature:
        return None
