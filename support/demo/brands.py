"""The demonstration's second provider: a hosting company with a face of its own."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from support.brands.logos import redrawn
from support.faces import changing, wording
from support.faces.wording import Place
from tickets.models import Organisation, User

NAME, COLOUR = "Diploc Hosting", "#0f6b5c"
HOST = "diploc.localhost"
"""Browsers take every name under localhost for this machine."""


def build(*, manager: User, shop: Organisation, now: datetime) -> None:
    """A brand with a logo, an address of its own, one customer and one letter in its words."""
    changing.house()
    brand = changing.begin(NAME)
    looks = {
        "name": NAME,
        "colour": COLOUR,
        "address": "Kade 12\n9711 AB Groningen",
        "phone": "050 700 12 34",
        "footer": "KvK 01234567",
        "sender_name": f"Helpdesk {NAME}",
        "sender_address": "helpdesk@diploc.example",
    }
    kept = changing.keep(brand, looks, redrawn(_logo()), seen=0, by=manager, now=now)
    changing.show(brand, kept.number)
    changing.reach(brand, hosts=[HOST], organisations=[shop])
    wording.keep(
        Place(brand, "confirmation", "nl"),
        "Bedankt, wij hebben uw melding {{ ticket.nummer }}",
        "{{ aanhef }}\n\nBedankt voor uw melding over “{{ ticket.onderwerp }}”. Het team van "
        "{{ aanbieder }} gaat ermee aan de slag.\n\n{{ afspraken }}\n\n"
        "Spoed? Bel {{ telefoon }}.",
        seen=0,
        by=manager,
        now=now,
    )


def _logo() -> bytes:
    """Two plates on top of each other, and the name."""
    picture = Image.new("RGBA", (900, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for top, shade in ((30, COLOUR), (110, "#1c9c86")):
        draw.rounded_rectangle((10, top, 190, top + 64), radius=16, fill=shade)
        draw.ellipse((30, top + 22, 50, top + 42), fill="#ffffff")
    draw.text((230, 100), "diploc", font=ImageFont.load_default(150), fill="#12322d", anchor="lm")
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
