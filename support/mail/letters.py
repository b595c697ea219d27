"""Letters: the one writer of all. A letter is a trio of templates under mail/: its subject, its
text, and its HTML; without the last the text is put into the layout of all letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import override

from support.brands.face import Face
from support.mail import texts
from support.mail.models import OutgoingMail
from support.mail.post import post
from tickets.models import Role, User


@dataclass(frozen=True)
class Letter:
    """A letter as it reads, in the language of the moment."""

    subject: str
    text: str
    html: str = ""


def read(name: str, context: Mapping[str, Any], *, html: bool = True) -> Letter:
    """The letter of this name, in the words of its brand where that has some. html: whether it has
    a template of its own for that. context: with a `brand` where it is for customers.
    """
    told = dict(context)
    brand = told.get("brand")
    own = texts.in_force(name, brand)
    if own is not None:
        return in_words(texts.worded(name, own, told), told)
    subject = texts.our_subject(name, told)
    text = render_to_string(f"mail/{name}.txt", told)
    if html:
        return Letter(subject, text, render_to_string(f"mail/{name}.html", told))
    return Letter(subject, text, plain(subject, text, brand))


def in_words(words: texts.Words, context: Mapping[str, object]) -> Letter:
    """A letter in words of the house, in the frame of all letters."""
    told = {**context, "pieces": words.pieces, "subject": words.subject}
    return Letter(
        subject=words.subject,
        text=render_to_string("mail/written.txt", told),
        html=render_to_string("mail/written.html", told),
    )


def plain(subject: str, text: str, brand: Face | None = None) -> str:
    """Words alone as HTML, under a brand's face or the product's."""
    return render_to_string("mail/plain.html", {"subject": subject, "text": text, "brand": brand})


def write(
    name: str, context: Mapping[str, Any], *, to: str, at: datetime, html: bool = True, **how: Any
) -> OutgoingMail:
    """Queue it, in the language of the moment. how: as `post` takes it."""
    letter = read(name, context, html=html)
    brand: Face | None = context.get("brand")
    how = {"sender": brand.sender if brand else "", **how}
    return post(
        to=to,
        letter=name,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        at=at,
        **how,
    )


def write_each(
    name: str, context: Mapping[str, object], *, to: Iterable[User], at: datetime
) -> int:
    """Queue it for colleagues, each in their own language; gives for how many."""
    readers = list(to)
    for reader in readers:
        with override(reader.language):
            write(name, context, to=reader.email, at=at, html=False)
    return len(readers)


def administrators() -> QuerySet[User]:
    """Who can mend the house: administrators, or managers where there are none."""
    staff = User.objects.filter(is_active=True)
    return staff.filter(role=Role.ADMIN) or staff.filter(role=Role.MANAGER)


def managers() -> QuerySet[User]:
    """Who decides how the house works."""
    return User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN))
