"""How letters look: whose name, colour and logo they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.mime.image import MIMEImage

from sla.models import Agreement, Edition

HOUSE = "#21468b"
INK, WHITE = "#1f1d1a", "#ffffff"
_LOGO = re.compile(r'src="cid:logo\.([a-z0-9_-]+)"')


@dataclass(frozen=True)
class Brand:
    """A provider as its letters show it. on_colour: of words on the colour, so that they are read.

    logo: the address of the picture in the letter, which carries it along; '' where there is none.
    """

    name: str = "Werkdag"
    colour: str = HOUSE
    on_colour: str = WHITE
    logo: str = ""


def brand_of(edition: Edition | None) -> Brand:
    """The provider's of an edition; the house's own where there is none."""
    if edition is None:
        return Brand()
    agreement = edition.agreement
    colour = agreement.colour or HOUSE
    return Brand(
        name=agreement.provider,
        colour=colour,
        on_colour=readable_on(colour),
        logo=f"cid:logo.{agreement.key}" if agreement.logo else "",
    )


def logo_in(html: str) -> MIMEImage | None:
    """The picture that a letter shows, to be sent with it: nothing is fetched when it is read."""
    named = _LOGO.search(html)
    agreement = Agreement.objects.filter(key=named[1]).first() if named else None
    if agreement is None or not agreement.logo:
        return None
    data = bytes(agreement.logo)
    picture = MIMEImage(data, "png" if data.startswith(b"\x89PNG") else "jpeg")
    picture.add_header("Content-ID", f"<logo.{agreement.key}>")
    picture.add_header(
        "Content-Disposition", "inline", filename=f"logo.{picture.get_content_subtype()}"
    )
    return picture


def readable_on(colour: str) -> str:
    """White where it contrasts 4.5 to 1 or better (WCAG 2), else ink."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return WHITE if 1.05 / (light + 0.05) >= 4.5 else INK
