"""Whose face a letter shows, and the logo that it carries along."""

from __future__ import annotations

import re
from email.mime.image import MIMEImage

from support.brands import face
from support.brands.face import Face
from support.mail.models import Mailbox
from tickets.addresses import bare_address
from tickets.models import BrandFace, Ticket, User
from tickets.questions import Kept

_LOGO = re.compile(r'src="cid:logo\.(\d{1,18})"')

_OF_MAILBOX = Kept(
    lambda address: (
        Mailbox.objects.filter(address__iexact=address)
        .order_by("pk")
        .values_list("brand", flat=True)[:1]
    ),
    address=str,
)


def brand_of(ticket: Ticket) -> Face:
    """The reporter's organisation's; else of where the report came in: a host name, a mailbox."""
    organisation = ticket.organisation
    own = (organisation.brand_id if organisation else None) or ticket.brand_id
    if own or not ticket.came_to:
        return face.of_brand(own)
    came_to = bare_address(ticket.came_to)
    of_mailbox = next(iter(_OF_MAILBOX(address=came_to).asked()), None)
    return face.first_of(brand=of_mailbox or 0, sender=came_to)


def brand_of_user(user: User) -> Face:
    """Of a customer's organisation; of whoever works here, the house's."""
    return face.first_of() if user.is_agent else face.of_user(user)


def logo_in(html: str) -> MIMEImage | None:
    """The picture that a letter shows, to be sent with it: nothing is fetched when it is read."""
    named = _LOGO.search(html)
    version = BrandFace.objects.filter(pk=int(named[1])).first() if named else None
    if version is None or not version.logo:
        return None
    picture = MIMEImage(bytes(version.logo), "png")
    picture.add_header("Content-ID", f"<logo.{version.pk}>")
    picture.add_header("Content-Disposition", "inline", filename="logo.png")
    return picture
