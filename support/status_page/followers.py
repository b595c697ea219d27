"""Who follows one outage: a customer who was about to report it, and asked with one click instead.

They are mailed what everybody who may see it is told, until it is over; then nothing is kept of it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from sla.models import Outage, OutageEvent
from sla.models.outage import OutageQuerySet
from support import access
from support.brands import face
from support.mail import letters
from support.status_page.letters import of_outage
from support.status_page.models import OutageFollower, ShownService
from tickets.models import User

_TOLD = (OutageEvent.Kind.UPDATED, OutageEvent.Kind.RESTORED, OutageEvent.Kind.WITHDRAWN)


def seen_by(user: User | None) -> OutageQuerySet:
    """The outages that somebody may know of: of their own services, and of the public ones."""
    public = ShownService.objects.filter(public=True).values("service")
    known = Q(service__in=public)
    if user is not None:
        known |= Q(service__in=access.services_of(user).values("pk"))
    return Outage.objects.filter(known).select_related("service__shown")


def name_for(user: User | None, outage: Outage) -> str:
    """What its service is called to them: its own name only where it is theirs."""
    if user is not None and access.services_of(user).filter(pk=outage.service_id).exists():
        return outage.service.name
    return outage.service.shown.name


@transaction.atomic
def follow(user: User, outage: Outage, *, now: datetime) -> None:
    """Mail them what becomes of it from now on. Twice is once."""
    last = outage.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    OutageFollower.objects.get_or_create(
        user=user, outage=outage, defaults={"since": now, "heard": last}
    )


def followed_by(user: User) -> list[tuple[Outage, str]]:
    """What somebody follows, with what it is called to them."""
    outages = seen_by(user).filter(followers__user=user).order_by("pk")
    return [(outage, name_for(user, outage)) for outage in outages]


def leave(user: User, outage: int) -> None:
    """No more letters about it."""
    OutageFollower.objects.filter(user=user, outage=outage).delete()


def tell(*, now: datetime) -> int:
    """Write to who has not heard of something yet; gives how many letters."""
    return sum(_tell(pk, now) for pk in list(behind().order_by("pk").values_list("pk", flat=True)))


def behind() -> QuerySet[OutageFollower]:
    """Who has not heard of something yet."""
    news = OutageEvent.objects.filter(
        outage=OuterRef("outage"), pk__gt=OuterRef("heard"), kind__in=_TOLD
    )
    return OutageFollower.objects.filter(Exists(news))


@transaction.atomic
def _tell(pk: int, now: datetime) -> int:
    """All that one of them has not heard, with the mark of how far they have in one transaction."""
    held = OutageFollower.objects.select_for_update(skip_locked=True, of=("self",))
    found = held.select_related("user", "outage__service").filter(pk=pk).first()
    if found is None:
        return 0
    user, outage = found.user, found.outage
    may = user.is_active and seen_by(user).filter(pk=outage.pk).exists()
    events = outage.events.filter(pk__gt=found.heard, kind__in=_TOLD).order_by("pk")
    told = [event for event in events if may]
    for event in told:
        with override(user.language):
            brand = face.of_user(user)
            page = brand.url + reverse("status-mine")
            over = event.kind != OutageEvent.Kind.UPDATED
            context = of_outage(event, name_for(user, outage))
            context |= {"page": page, "over": over, "brand": brand}
            letters.write("outage_followed", context, to=user.email, at=now, html=False)
    outage.refresh_from_db()
    if not may or outage.restored_at or outage.withdrawn:
        found.delete()
    elif told:
        OutageFollower.objects.filter(pk=pk).update(heard=told[-1].pk)
    return len(told)
