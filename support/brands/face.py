"""Whom a reader meets: the face of their organisation's brand, else of where they came in, else
that of the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.http import HttpRequest
from django.urls import reverse

from support.brands import hosts
from support.brands.colours import DARK, HOUSE, LIGHT, readable_on, tones
from support.brands.models import LetterText
from tickets.models import Brand, BrandFace, BrandHost, Organisation, User


@dataclass(frozen=True)
class Face:
    """A provider as pages and letters show it. on_colour: of words on the colour.

    logo, logo_url: the address of the picture in a letter, which carries it along, and on a page;
    '' where there is none, as all the others. lines: its address and what else stands below. brand:
    its number; None for what a house shows that said nothing yet. has_texts: may letters of it have
    texts of its own.
    """

    name: str = "Werkdag"
    colour: str = HOUSE
    on_colour: str = "#ffffff"
    logo: str = ""
    logo_url: str = ""
    logo_width: int = 0
    logo_height: int = 0
    lines: tuple[str, ...] = ()
    phone: str = ""
    sender: str = ""
    origin: str = ""
    brand: int | None = None
    version: int | None = None
    has_texts: bool = False

    @property
    def url(self) -> str:
        """Where its pages are, without a slash at the end."""
        return self.origin or settings.ORIGIN.url

    @property
    def link(self) -> str:
        """The colour as words of a letter are read in it."""
        return tones(self.colour, LIGHT).accent

    @property
    def link_in_the_dark(self) -> str:
        """Likewise in the dark."""
        return tones(self.colour, DARK).accent

    @property
    def initial(self) -> str:
        """What stands in its icon."""
        return next((each.upper() for each in self.name if each.isalnum()), "•")[:1]

    @property
    def is_product(self) -> bool:
        """Did nobody say yet whose face it is?"""
        return self.version is None

    @property
    def style(self) -> str:
        """The address of its colours; '' where they are those of the house."""
        return "" if self.colour == HOUSE else reverse("brand-colours", args=[self.colour[1:]])


def first_of(*chosen: Q) -> Face:
    """The face of the first of these brands that there is, else of the default one."""
    ranks = [When(each, then=Value(rank)) for rank, each in enumerate(chosen)]
    asked = Q(is_default=True)
    for each in chosen:
        asked |= each
    rank = Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
    seen = Q(is_default=True) | Q(shown__isnull=False)  # else it is still being made
    found = _with_all(Brand.objects.filter(asked, seen)).order_by(rank, "pk").first()
    if found is None or found.shown is None:
        return Face(brand=found.pk, has_texts=found.has_texts) if found else Face()
    return _drawn(found, found.shown)


def of_organisation(organisation: Organisation | None) -> Face:
    """As an organisation meets us."""
    return of_brand(organisation.brand_id if organisation else None)


def of_user(user: User, *, host: str = "") -> Face:
    """As somebody with an account meets us, at a host name."""
    theirs = Organisation.objects.filter(contacts__user=user.pk, brand=OuterRef("pk"))
    return first_of(Q(Exists(theirs)), *_at(host))


def at_host(host: str) -> Face:
    """As nobody in particular meets us at a host name."""
    return first_of(*_at(host))


def of_request(request: HttpRequest) -> Face:
    """As whoever looks at a page meets us; asked once. Where nothing can be asked, as the product:
    a page that says so is worth more than none.
    """
    known: Face | None = vars(request).get("_face")
    if known is None:
        user = getattr(request, "user", None)
        host = hosts.of(request)
        try:
            if isinstance(user, User) and not user.is_agent:
                known = of_user(user, host=host)
            else:
                known = at_host(host)
        except DatabaseError:
            known = Face()
        vars(request)["_face"] = known
    return known


def met(request: HttpRequest, shown: Face) -> None:
    """Whoever looks at a page meets this one: they came by a link of it, without signing in."""
    vars(request)["_face"] = shown


def of_version(version: BrandFace) -> Face:
    """As one version shows it, whether customers see that one or not."""
    return _drawn(_with_all(Brand.objects.filter(pk=version.brand_id)).get(), version)


def picture_of(shown: Face) -> bytes:
    """The logo itself, a PNG; nothing where there is none."""
    found = BrandFace.objects.filter(pk=shown.version or 0).values_list("logo", flat=True).first()
    return bytes(found) if found else b""


def marks() -> list[list[Any]]:
    """What differs when any brand is met in another way than before."""
    brands = Brand.objects.order_by("pk").values_list("pk", "shown", "links_to_host")
    hosts_of = BrandHost.objects.order_by("pk").values_list("brand", "host")
    return [list(each) for each in (*brands, *hosts_of)]


def of_brand(brand: int | None) -> Face:
    """Of one brand, or the house's."""
    return first_of(Q(pk=brand)) if brand else first_of()


def _at(host: str) -> list[Q]:
    return [Q(Exists(BrandHost.objects.filter(brand=OuterRef("pk"), host=host)))] if host else []


def _with_all(brands: QuerySet[Brand]) -> QuerySet[Any]:
    own_host = BrandHost.objects.filter(brand=OuterRef("pk")).order_by("pk").values("host")[:1]
    texts = LetterText.objects.filter(brand=OuterRef("pk"))
    return (
        brands.select_related("shown")
        .defer("shown__logo")
        .annotate(own_host=Subquery(own_host), has_texts=Exists(texts))
    )


def _drawn(brand: Any, version: BrandFace) -> Face:
    colour = version.colour
    has_logo = version.logo_width > 0
    leads = brand.own_host if brand.links_to_host else ""
    return Face(
        name=version.name,
        colour=colour,
        on_colour=readable_on(colour),
        logo=f"cid:logo.{version.pk}" if has_logo else "",
        logo_url=reverse("brand-logo", args=[version.pk]) if has_logo else "",
        logo_width=version.logo_width,
        logo_height=version.logo_height,
        lines=tuple(filter(None, f"{version.address}\n{version.footer}".splitlines())),
        phone=version.phone,
        sender=_sender(brand, version),
        origin=hosts.origin_at(leads) if leads else "",
        brand=brand.pk,
        version=version.pk,
        has_texts=brand.has_texts,
    )


def _sender(brand: Brand, version: BrandFace) -> str:
    """Whom its mail is from; '' for the house as the settings name it."""
    said = version.sender_name or version.sender_address
    if brand.is_default and not said:
        return ""
    address = version.sender_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return formataddr((version.sender_name or version.name, address))
