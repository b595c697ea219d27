"""Letters of the public page for whoever wants them: asked for, confirmed, and ended.

Confirmed twice: an address that was typed gets one letter, and no other until somebody has pressed
the button behind its link. A link that is only opened, as programs do that look into mail, changes
nothing. Whether an address is known here, nobody learns. Where our letters come back again and
again, they end too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language

from support.brands import face
from support.brands.face import Face
from support.desk.confirming import withheld
from support.mail import letters, secrets
from support.status_page.models import StatusLetter, Subscriber, SubscriberQuerySet
from tickets.addresses import bare_address

LASTS = timedelta(days=3)
"""For how long the link confirms; who has not by then is forgotten."""
AGAIN = timedelta(minutes=10)
"""So soon no second letter goes to an address."""
RETURNS, DURING = 3, timedelta(days=3)
"""After so many letters that came back one after another, over at least so long, they end. One may
be a full mailbox, and all of a day our own mail server.
"""
MOST_LOOKED_AT = 200
REMEMBERED = timedelta(days=90)
"""For how long an address is known to be gone; then it is forgotten."""
_confirming = signing.TimestampSigner(salt="status page: confirm")
_leaving = signing.Signer(salt="status page: leave")


@transaction.atomic
def ask(email: str, *, brand: int | None = None, now: datetime) -> None:
    """An address was typed: write to it, unless it gets our letters already, or may get none.

    brand: on whose own page; None on that of the house.
    """
    email = bare_address(email)
    found = Subscriber.objects.select_for_update().filter(email=email).first()
    if found is not None:
        has_them = found.confirmed_at is not None and found.gone_at is None
        if has_them or now - found.asked_at < AGAIN:
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
    asked = Q(confirmed_at=None) | Q(gone_at__isnull=False)
    Subscriber.objects.filter(asked, pk=found.pk).update(confirmed_at=now, gone_at=None)
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
    """Delete whoever did not confirm in time, or is gone for long; gives how many rows."""
    late = Q(confirmed_at=None, asked_at__lt=now - LASTS) | Q(gone_at__lt=now - REMEMBERED)
    return Subscriber.objects.filter(late).delete()[0]


def end_what_comes_back(*, now: datetime) -> int:
    """Write no more to addresses where letter after letter came back; gives how many."""
    ended = [
        subscriber.pk
        for subscriber in Subscriber.objects.confirmed().filter(
            pk__in=StatusLetter.objects.came_back().values("subscriber")
        )
        if _is_gone(subscriber)
    ]
    return Subscriber.objects.confirmed().filter(pk__in=ended).update(gone_at=now)


def _is_gone(subscriber: Subscriber) -> bool:
    """Did its last letters come back, since it confirmed, none of them left out?"""
    since = Q(mail__created_at__gte=subscriber.confirmed_at)
    letters_to_it = StatusLetter.objects.filter(since, subscriber=subscriber)
    back = set(letters_to_it.came_back().values_list("pk", flat=True))
    written = letters_to_it.order_by("-pk").values_list("pk", "mail__created_at")
    run = [at for _pk, at in takewhile(lambda each: each[0] in back, written[:MOST_LOOKED_AT])]
    return len(run) >= RETURNS and run[0] - run[-1] >= DURING


def write_again(subscribers: SubscriberQuerySet, *, now: datetime) -> int:
    """Their letters go on: whoever knows said that the address is right; gives how many.

    What came back before counts no more.
    """
    return subscribers.gone().update(gone_at=None, confirmed_at=now)


def page_address(brand: Face) -> str:
    """The public page, for letters."""
    return f"{brand.url}{reverse('status')}"


def _leaver(token: str) -> str | None:
    try:
        return _leaving.unsign(token)
    except signing.BadSignature:
        return None
