"""An announcement as it is mailed to one contact, and tried out on whoever writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from support.announcements import reading
from support.announcements.models import Announcement, AnnouncementLetter
from support.announcements.owed import owed_to
from support.brands import face
from support.brands.face import Face
from support.help_centre import markdown
from support.mail import letters
from support.mail.letters import Letter
from support.mail.models import OutgoingMail
from tickets.models import Contact, User

_LINK = re.compile(r'<a href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_OWN = '<a href="/'


@dataclass(frozen=True)
class Said:
    """The text in one language: as HTML, as words alone, and the addresses that it leads to."""

    body: SafeString
    plain: str
    links: list[str]


def write(
    announcement: Announcement,
    letter: AnnouncementLetter,
    *,
    known: dict[tuple[str, str], Said],
    now: datetime,
) -> OutgoingMail:
    """Queue the letter to one contact, in their language. known: the text by language and address
    of the pages, as far as it was drawn for others; what is missing is put into it.
    """
    contact = letter.contact
    leaves_at = "" if announcement.is_owed else reading.leaving_address(contact)
    language, brand = language_of(contact), face.of_organisation(contact.organisation)
    with override(language):
        said = known.get((language, brand.url)) or _letter_said(announcement, brand)
        known[language, brand.url] = said
        context = _context(announcement, contact, said, brand) | {
            "read_at": reading.confirming_address(letter),
            "leaves_at": leaves_at,
        }
        return letters.write(
            "announcement",
            context,
            to=address_of(contact),
            at=now,
            # What is owed has no way out of it, and must not seem to.
            broadcast=bool(leaves_at),
            leaves_at=leaves_at,
        )


def preview(announcement: Announcement, contact: Contact) -> Letter:
    """The letter as one contact would get it, its links leading nowhere."""
    with override(language_of(contact)):
        return letters.read("announcement", _tried(announcement, contact))


def try_out(
    announcement: Announcement, contact: Contact, *, to: User, now: datetime
) -> OutgoingMail:
    """The letter as one contact would get it, to who writes it; it counts for nothing."""
    with override(language_of(contact)):
        context = _tried(announcement, contact)
        return letters.write("announcement", context, to=to.email, at=now)


def language_of(contact: Contact) -> str:
    """Their own, or that of their organisation."""
    return contact.user.language if contact.user else contact.organisation.language


def address_of(contact: Contact) -> str:
    """Where they are written to; '' if there is no address."""
    return contact.email or (contact.user.email if contact.user else "")


def drawn(announcement: Announcement) -> SafeString:
    """The text as it is read, in the language that is active."""
    return markdown.drawn(announcement.body).html


def _tried(announcement: Announcement, contact: Contact) -> dict[str, object]:
    nowhere = settings.ORIGIN.url + reverse("announcements-desk")  # only who writes it gets this
    brand = face.of_organisation(contact.organisation)
    return _context(announcement, contact, _letter_said(announcement, brand), brand) | {
        "read_at": nowhere,
        "leaves_at": "" if announcement.is_owed else nowhere,
    }


def _letter_said(announcement: Announcement, brand: Face) -> Said:
    """In the language that is active, its links to the pages of a brand."""
    text = drawn(announcement).replace(_OWN, f'<a href="{brand.url}/')
    return Said(
        body=mark_safe(text),  # noqa: S308 - from the sanitiser
        plain=markdown.plain(announcement.body),
        links=_links(text),
    )


def _context(
    announcement: Announcement, contact: Contact, said: Said, brand: Face
) -> dict[str, object]:
    return {
        "announcement": announcement,
        "contact": contact,
        "body": said.body,
        "plain": said.plain,
        "links": said.links,
        "owed": owed_to(announcement, contact),
        "portal": brand.url + reverse("announcements") if contact.user_id else "",
        "brand": brand,
    }


def _links(text: str) -> list[str]:
    """The addresses that the text leads to, for whoever reads it as plain text."""
    found = [(strip_tags(words), unescape(address)) for address, words in _LINK.findall(text)]
    return [
        f"{unescape(words)}: {address}" if words and words != address else address
        for words, address in dict.fromkeys(found)
    ]
