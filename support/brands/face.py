"""Whom a reader meets: the face of their organisation's brand, else of where they came in, else
that of the house.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.urls import reverse

from support.brands import hosts
from support.brands.colours import DARK, HOUSE, LIGHT, Tones, readable_on, tones
from tickets.models import Brand, BrandFace, BrandHost, Organisation, User

# Asked for every page and letter of a customer: one statement, where putting it together takes the
# ORM longer than asking. A brand that nobody was shown yet is still being made.
_ALL = """
    brand.id, brand.is_default,
    CASE WHEN brand.links_to_host THEN (
        SELECT host FROM tickets_brandhost WHERE brand_id = brand.id ORDER BY id LIMIT 1
    ) END,
    EXISTS (SELECT FROM support_lettertext WHERE brand_id = brand.id),
    face.id, jsonb_build_object(
        'name', face.name, 'colour', face.colour, 'address', face.address, 'phone', face.phone,
        'footer', face.footer, 'logo_width', face.logo_width, 'logo_height', face.logo_height,
        'sender_name', face.sender_name, 'sender_address', face.sender_address
    )
"""
_FIRST = f"""
    SELECT {_ALL}
    FROM (
        SELECT *, CASE
            WHEN shown_id IS NOT NULL AND id = %(brand)s THEN 1
            WHEN shown_id IS NOT NULL AND %(user)s > 0 AND EXISTS (
                SELECT FROM tickets_contact contact
                JOIN tickets_organisation theirs ON theirs.id = contact.organisation_id
                WHERE contact.user_id = %(user)s AND theirs.brand_id = tickets_brand.id
            ) THEN 2
            WHEN shown_id IS NOT NULL AND %(host)s <> '' AND EXISTS (
                SELECT FROM tickets_brandhost
                WHERE brand_id = tickets_brand.id AND host = %(host)s
            ) THEN 3
            WHEN %(sender)s <> '' AND EXISTS (
                SELECT FROM tickets_brandface
                WHERE id = shown_id AND lower(sender_address) = lower(%(sender)s)
            ) THEN 4
            WHEN is_default THEN 5
        END AS rank
        FROM tickets_brand
    ) brand
    LEFT JOIN tickets_brandface face ON face.id = brand.shown_id
    WHERE rank IS NOT NULL
    ORDER BY rank
    LIMIT 1
"""  # noqa: S608 - our own words
_VERSION = f"""
    SELECT {_ALL}
    FROM tickets_brandface face JOIN tickets_brand brand ON brand.id = face.brand_id
    WHERE face.id = %(version)s
"""  # noqa: S608 - likewise


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
    def light(self) -> Tones:
        """The colour as a letter uses it."""
        return tones(self.colour, LIGHT)

    @property
    def dark(self) -> Tones:
        """Likewise in the dark."""
        return tones(self.colour, DARK)

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


def first_of(*, brand: int = 0, user: int = 0, host: str = "", sender: str = "") -> Face:
    """The face of this brand; else of the organisation of somebody with an account; else of whose
    this host name is, or the address that mail leaves from; else of the house.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"brand": brand, "user": user, "host": host, "sender": sender})
        return _drawn(cursor.fetchone())


def of_organisation(organisation: Organisation | None) -> Face:
    """As an organisation meets us."""
    return of_brand(organisation.brand_id if organisation else None)


def of_user(user: User, *, host: str = "") -> Face:
    """As somebody with an account meets us, at a host name."""
    return first_of(user=user.pk, host=host)


def at_host(host: str) -> Face:
    """As nobody in particular meets us at a host name."""
    return first_of(host=host)


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
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, {"version": version.pk})
        return _drawn(cursor.fetchone())


def picture_of(shown: Face) -> bytes:
    """The logo itself, a PNG; nothing where there is none."""
    found = BrandFace.objects.filter(pk=shown.version or 0).values_list("logo", flat=True).first()
    return bytes(found) if found else b""


def marks() -> list[list[object]]:
    """What differs when any brand is met in another way than before."""
    brands = Brand.objects.order_by("pk").values_list("pk", "shown", "links_to_host")
    hosts_of = BrandHost.objects.order_by("pk").values_list("brand", "host")
    return [list(each) for each in (*brands, *hosts_of)]


def of_brand(brand: int | None) -> Face:
    """Of one brand, or the house's."""
    return first_of(brand=brand or 0)


def _drawn(found: Sequence[Any] | None) -> Face:
    """What a row says. Nothing of a face where nobody was shown one yet."""
    if found is None:
        return Face()
    brand, is_default, leads_to, has_texts, version, written = found
    if version is None:
        return Face(brand=brand, has_texts=has_texts)
    looks = json.loads(written)
    has_logo = looks["logo_width"] > 0
    said = looks["sender_name"] or looks["sender_address"]
    address = looks["sender_address"] or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    from_whom = formataddr((looks["sender_name"] or looks["name"], address))
    return Face(
        name=looks["name"],
        colour=looks["colour"],
        on_colour=readable_on(looks["colour"]),
        logo=f"cid:logo.{version}" if has_logo else "",
        logo_url=reverse("brand-logo", args=[version]) if has_logo else "",
        logo_width=looks["logo_width"],
        logo_height=looks["logo_height"],
        lines=tuple(filter(None, f"{looks['address']}\n{looks['footer']}".splitlines())),
        phone=looks["phone"],
        sender="" if is_default and not said else from_whom,
        origin=hosts.origin_at(leads_to) if leads_to else "",
        brand=brand,
        version=version,
        has_texts=has_texts,
    )
