"""Faces kept as versions, and the one that customers see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from support.articles.models import marked
from support.brands.logos import Logo
from tickets.models import Brand, BrandFace, BrandHost, Organisation, User

LOOKS = ("name", "colour", "address", "phone", "footer", "sender_name", "sender_address")


class StaleError(Exception):
    """Somebody else kept a version since this one was opened, in words."""


def house() -> Brand:
    """The default brand."""
    found = Brand.objects.filter(is_default=True).first()
    return found or Brand.objects.get_or_create(is_default=True, defaults={"name": "Werkdag"})[0]


@transaction.atomic
def begin(name: str) -> Brand:
    """A brand that nobody meets yet."""
    return Brand.objects.create(name=name)


@transaction.atomic
def keep(
    brand: Brand, looks: Mapping[str, object], logo: Logo, *, seen: int, by: User, now: datetime
) -> BrandFace:
    """A version more, which customers don't see yet. seen: the last one that whoever changed it had
    before them. StaleError where there is another since.
    """
    Brand.objects.select_for_update().get(pk=brand.pk)
    last = brand.faces.first()
    number = last.number if last else 0
    if number != seen:
        raise StaleError(
            _(
                "%(name)s kept version %(number)s meanwhile. Look at it; what you filled in still "
                "stands here, and can be kept as the next one."
            )
            % {"name": last.by.name if last and last.by else "?", "number": number}
        )
    return BrandFace.objects.create(
        brand=brand,
        number=number + 1,
        logo=logo.data,
        logo_width=logo.width,
        logo_height=logo.height,
        at=now,
        by=by,
        **{name: looks[name] for name in LOOKS},
    )


@transaction.atomic
def show(brand: Brand, number: int) -> BrandFace:
    """Let customers see a version from now on, a new one or one of before."""
    held = Brand.objects.select_for_update().get(pk=brand.pk)
    held.shown = brand.faces.get(number=number)
    held.save(update_fields=["shown"])
    marked()
    return held.shown


@transaction.atomic
def reach(brand: Brand, *, hosts: list[str], organisations: list[Organisation]) -> None:
    """Say where a brand answers and who belongs to it, of whom each belongs to one. Rows that stay
    are left as they are: the log tells what changed.
    """
    brand.save(update_fields=["name", "links_to_host"])
    BrandHost.objects.filter(brand=brand).exclude(host__in=hosts).delete()
    known = list(BrandHost.objects.filter(brand=brand).values_list("host", flat=True))
    if known != hosts[: len(known)]:  # the first one is where letters lead
        BrandHost.objects.filter(brand=brand).delete()
        known = []
    for host in hosts[len(known) :]:
        BrandHost.objects.create(brand=brand, host=host)
    chosen = [each.pk for each in organisations]
    Organisation.objects.filter(brand=brand).exclude(pk__in=chosen).update(brand=None)
    Organisation.objects.filter(pk__in=chosen).exclude(brand=brand).update(brand=brand)
    marked()


def logo_of(face: BrandFace | None) -> Logo:
    """The logo of a version."""
    if face is None or not face.logo_width:
        return Logo(b"", 0, 0)
    return Logo(bytes(face.logo), face.logo_width, face.logo_height)
