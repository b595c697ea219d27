"""Which letters a house may word for itself, with which variables; and a letter made of its words.

What is owed in a letter, by contract or because it lets somebody in, is a block that we write: our
templates under mail/owed/, from sla.telling and the like. It stands on a line of its own, a text
without it is refused, and what becomes of it nobody can change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from support.brands import variables
from support.brands.face import Face
from support.brands.models import LetterText
from tickets.questions import Kept

Context = Mapping[str, Any]
Value = Callable[[Context], str]


@dataclass(frozen=True)
class Variable:
    """What a name in a text stands for: in words, and of a letter."""

    label: Any
    value: Value


@dataclass(frozen=True)
class Known:
    """A letter that may be worded. owed: the name of its block, and what is in that. needs:
    variables that a text must hold. about_ticket: its subject begins with the ticket's number.
    """

    label: Any
    when: Any
    owed: str
    owed_label: object
    variables: Mapping[str, Variable]
    needs: tuple[str, ...] = ()
    about_ticket: bool = False

    @property
    def names(self) -> list[str]:
        """All that may stand in its text."""
        return [*self.variables, *([self.owed] if self.owed else [])]


@dataclass(frozen=True)
class Piece:
    """A part of a letter: as text, and as HTML where that is another."""

    text: str
    html: str = ""


@dataclass(frozen=True)
class Words:
    """A letter in words of the house."""

    subject: str
    pieces: list[Piece] = field(default_factory=list)


def _dear(name: str) -> str:
    return _("Dear %(name)s,") % {"name": name} if name else _("Hello,")


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _of(path: str) -> Value:
    """The value that a path names in the context of a letter; nothing where there is none."""
    names = path.split(".")

    def value(context: Context) -> str:
        found: Any = context.get(names[0])
        for name in names[1:]:
            found = getattr(found, name, None)
        return "" if found is None else str(found)

    return value


_HOUSE = {
    "aanbieder": Variable(gettext_lazy("our name, as customers read it"), _of("brand.name")),
    "telefoon": Variable(gettext_lazy("our telephone number"), _of("brand.phone")),
}
_GREETING = gettext_lazy("“Dear …,” or, to whom we don't know, “Hello,”")
_TICKET = {
    "aanhef": Variable(_GREETING, lambda context: _dear(context["name"])),
    "klant.naam": Variable(gettext_lazy("the customer's name"), _of("name")),
    "klant.organisatie": Variable(
        gettext_lazy("the customer's organisation"), _of("ticket.organisation")
    ),
    "ticket.nummer": Variable(gettext_lazy("the ticket's number"), _of("ticket.reference")),
    "ticket.onderwerp": Variable(
        gettext_lazy("the subject, where it is sure who wrote it"), _of("about")
    ),
    **_HOUSE,
}
_CONTACT = {
    "aanhef": Variable(_GREETING, lambda context: _dear(context["contact"].name)),
    "klant.naam": Variable(gettext_lazy("the customer's name"), _of("contact.name")),
    "klant.organisatie": Variable(
        gettext_lazy("the customer's organisation"), _of("contact.organisation")
    ),
    "overeenkomst": Variable(gettext_lazy("the agreement's name"), _of("agreement.name")),
    **_HOUSE,
}
_USER = {
    "aanhef": Variable(_GREETING, lambda context: _dear(context["user"].name)),
    "klant.naam": Variable(gettext_lazy("the reader's name"), _of("user.name")),
    **_HOUSE,
}
_LINK = gettext_lazy("the link, as a button")

KNOWN: Mapping[str, Known] = {
    "confirmation": Known(
        gettext_lazy("Confirmation of a report"),
        gettext_lazy("As soon as a report is in."),
        "afspraken",
        gettext_lazy("what we promised about it, and whether a call matters"),
        _TICKET,
        about_ticket=True,
    ),
    "reply": Known(
        gettext_lazy("Answer"),
        gettext_lazy("With each answer of a colleague."),
        "antwoord",
        gettext_lazy("what the colleague wrote, with their name and team"),
        _TICKET,
        about_ticket=True,
    ),
    "changed": Known(
        gettext_lazy("Other kind or priority"),
        gettext_lazy("When we see the kind or the priority otherwise."),
        "wijziging",
        gettext_lazy("what changed, why, and what that does to the times"),
        _TICKET,
        about_ticket=True,
    ),
    "moved": Known(
        gettext_lazy("Another date"),
        gettext_lazy("When a promise gets later."),
        "wijziging",
        gettext_lazy("from when to when, and why"),
        _TICKET,
        about_ticket=True,
    ),
    "merged": Known(
        gettext_lazy("Merged"),
        gettext_lazy("When a report goes on in another."),
        "",
        "",
        {"ticket.verder": Variable(gettext_lazy("the number of the other one"), _of("into"))}
        | _TICKET,
        needs=("ticket.verder",),
        about_ticket=True,
    ),
    "automatic": Known(
        gettext_lazy("Automatic message"),
        gettext_lazy("What a trigger tells the customer."),
        "bericht",
        gettext_lazy("what the trigger says"),
        _TICKET,
        about_ticket=True,
    ),
    "edition": Known(
        gettext_lazy("New edition of an agreement"),
        gettext_lazy("When it is announced, to every contact under it."),
        "wijzigingen",
        gettext_lazy("what changes, where it can be read, and the notice of it"),
        _CONTACT
        | {
            "datum": Variable(
                gettext_lazy("from when on it holds"),
                lambda context: _day(context["edition"].in_force_on),
            )
        },
        needs=("datum",),
    ),
    "rate": Known(
        gettext_lazy("Other rates"),
        gettext_lazy("When they are announced, to every contact of the organisation."),
        "tarief",
        gettext_lazy("from when, from how much to how much, and the notice of it"),
        _CONTACT,
    ),
    "credit": Known(
        gettext_lazy("Credit"),
        gettext_lazy("When one is granted, to every contact of the organisation."),
        "restitutie",
        gettext_lazy("the month, the amount and how it was calculated"),
        _CONTACT,
    ),
    "maintenance": Known(
        gettext_lazy("Maintenance"),
        gettext_lazy("When it is announced, changed, late, cancelled or done."),
        "onderhoud",
        gettext_lazy("what is new of it, with its times and what the agreement makes of it"),
        _CONTACT,
    ),
    "monthly": Known(
        gettext_lazy("Monthly report"),
        gettext_lazy("When one is issued, to those whom the organisation named."),
        "rapport",
        gettext_lazy("which month it is of, and why it was corrected if it was"),
        _CONTACT,
    ),
    "invitation": Known(
        gettext_lazy("Invitation"),
        gettext_lazy("To a colleague for whom a customer made an account."),
        "link",
        _LINK,
        _USER
        | {
            "uitnodiger": Variable(gettext_lazy("who made the account"), _of("by")),
            "klant.organisatie": Variable(
                gettext_lazy("the customer's organisation"), _of("organisation")
            ),
        },
        needs=("uitnodiger",),
    ),
    "sign_in_link": Known(
        gettext_lazy("Link to sign in"),
        gettext_lazy("To whom an administrator sends one."),
        "link",
        _LINK,
        _USER,
    ),
    "forgotten": Known(
        gettext_lazy("New password"),
        gettext_lazy("To whoever asks for one."),
        "link",
        _LINK,
        _USER,
    ),
    "locks": Known(
        gettext_lazy("Account changed"),
        gettext_lazy("When a password or a second factor is changed."),
        "wijziging",
        gettext_lazy("what was changed and when, and what to do if it was somebody else"),
        _USER,
    ),
    "report_form": Known(
        gettext_lazy("Link to the form"),
        gettext_lazy("To an address for which somebody asked for its own form."),
        "link",
        gettext_lazy("the link that opens the form, and for how long it does"),
        _HOUSE,
    ),
    "outage_followed": Known(
        gettext_lazy("Followed outage"),
        gettext_lazy("To customers who follow an outage, at each piece of news of it."),
        "nieuws",
        gettext_lazy("what happened, where all of it stands, and how to stop these letters"),
        {"titel": Variable(gettext_lazy("what happened, in a line"), _of("title"))} | _HOUSE,
    ),
    "status_confirm": Known(
        gettext_lazy("Status by e-mail: confirm"),
        gettext_lazy("To an address for which somebody asked for our status."),
        "link",
        gettext_lazy("the link that confirms, and for how long it does"),
        _HOUSE,
    ),
    "status_news": Known(
        gettext_lazy("Status by e-mail: news"),
        gettext_lazy("Of outages and maintenance of public services."),
        "nieuws",
        gettext_lazy("what happened, where all of it stands, and how to stop these letters"),
        {"titel": Variable(gettext_lazy("what happened, in a line"), _of("title"))} | _HOUSE,
    ),
}

_LAST = Kept(
    lambda brand, letter, language: LetterText.objects.filter(
        brand=brand, letter=letter, language=language
    ).order_by("-number")[:1],
    brand=int,
    letter=str,
    language=str,
)


def in_force(letter: str, brand: Face | None) -> LetterText | None:
    """The text of a letter under a brand in the language of the moment; None where it is ours."""
    if brand is None or not brand.has_texts or letter not in KNOWN:
        return None
    language = (get_language() or "nl")[:2]
    for last in _LAST(brand=brand.brand or 0, letter=letter, language=language).asked():
        return None if last.is_ours else last
    return None


def worded(letter: str, text: LetterText, context: Context) -> Words:
    """A letter in these words. What there is nothing to say of is left out with its sentence."""
    known = KNOWN[letter]
    values = {name: variable.value(context) for name, variable in known.variables.items()}
    empty = [name for name, value in values.items() if not value]
    subject = " ".join(variables.filled(text.subject, values, without=empty).split())
    if not subject:  # it was about nothing but what there is nothing to say of
        subject = our_subject(letter, context)
    elif known.about_ticket:
        subject = f"[{context['ticket'].reference}] {subject}"
    pieces = []
    for part in _parts(text.body, known.owed):
        if part == known.owed:
            pieces.append(owed(letter, context))
        elif said := variables.filled(part, values, without=empty).strip():
            pieces.append(Piece(said))
    return Words(subject, pieces)


def our_subject(letter: str, context: Context) -> str:
    """What a letter's subject is by itself."""
    return " ".join(render_to_string(f"mail/{letter}.subject.txt", dict(context)).split())


def block_of(line: str) -> str:
    """The name of the block that stands alone on a line; '' for any other line."""
    found = variables.VARIABLE.fullmatch(line.strip())
    return found[1] if found else ""


def _parts(body: str, block: str) -> list[str]:
    """A text as what stands before its block, the name of that, and what stands after."""
    parts: list[str] = [""]
    for line in body.replace("\r\n", "\n").split("\n"):
        if block and block_of(line) == block:
            parts += [block, ""]
        else:
            parts[-1] += f"{line}\n"
    return parts


def owed(letter: str, context: Context) -> Piece:
    """What a letter owes, as we write it."""
    told = dict(context)
    text = render_to_string(f"mail/owed/{letter}.txt", told)
    try:
        html = get_template(f"mail/owed/{letter}.html").render(told)
    except TemplateDoesNotExist:
        html = ""
    plain = re.sub(r"\n{3,}", "\n\n", str(text)).strip()
    return Piece(plain, mark_safe(html.strip()))  # noqa: S308 - of a template that escapes
