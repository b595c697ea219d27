"""The texts of letters kept as versions, given back, and tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from support.brands import face
from support.brands.face import Face
from support.brands.models import LetterText
from support.faces import samples
from support.faces.changing import StaleError
from support.faces.starts import STARTS
from support.mail import letters, texts
from support.mail.letters import Letter
from support.mail.models import OutgoingMail
from support.mail.post import post
from tickets.models import Brand, BrandFace, Ticket, User


@dataclass(frozen=True)
class Place:
    """A letter of a brand in a language."""

    brand: Brand
    letter: str
    language: str

    def versions(self) -> Any:
        """Its texts, the last one first."""
        return LetterText.objects.filter(
            brand=self.brand, letter=self.letter, language=self.language
        ).select_related("by")

    def begin(self) -> tuple[str, str]:
        """The subject and the text that there is to change."""
        last = self.versions().first()
        if last is not None and not last.is_ours:
            return last.subject, last.body
        with override(self.language):
            subject, body = STARTS[self.letter]
            return str(subject), str(body)


@transaction.atomic
def keep(
    place: Place, subject: str, body: str, *, seen: int, by: User, now: datetime
) -> LetterText:
    """A text more, which holds from now on; two empty ones give the letter back to us. seen: the
    last one that whoever changed it had before them. StaleError where there is another since.
    """
    Brand.objects.select_for_update().get(pk=place.brand.pk)
    last = place.versions().first()
    number = last.number if last else 0
    if number != seen:
        raise StaleError(
            _(
                "%(name)s kept text %(number)s meanwhile. Look at it; what you filled in still "
                "stands here, and can be kept as the next one."
            )
            % {"name": last.by.name if last else "?", "number": number}
        )
    return LetterText.objects.create(
        brand=place.brand,
        letter=place.letter,
        language=place.language,
        number=number + 1,
        subject=subject,
        body=body.replace("\r\n", "\n"),
        at=now,
        by=by,
    )


def shown_as(brand: Brand) -> Face:
    """How the brand's letters look now, or would look if it has been shown to nobody."""
    version = brand.shown or BrandFace.objects.filter(brand=brand).first()
    return face.of_version(version) if version else face.of_brand(brand.pk)


def tried(place: Place, subject: str, body: str, ticket: Ticket | None, *, by: User) -> Letter:
    """The letter with these words, of a real ticket."""
    brand = shown_as(place.brand)
    text = LetterText(letter=place.letter, subject=subject, body=body)
    with override(place.language):
        context = samples.context_of(place.letter, ticket, brand, by=by)
        return letters.in_words(texts.worded(place.letter, text, context), context)


def send_to_oneself(place: Place, letter: Letter, *, to: User, now: datetime) -> OutgoingMail:
    """Queue the letter for whoever tries it, and for nobody else."""
    return post(
        to=to.email,
        subject=_("Trial: %(subject)s") % {"subject": letter.subject},
        text=letter.text,
        html=letter.html,
        sender=shown_as(place.brand).sender,
        at=now,
    )
