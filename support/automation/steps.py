"""The steps of macros and triggers, as data: {"verb": …, "value": …, "text": …}; and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from support import canned
from support.mentions import colleagues
from tickets.models import Kind, Priority, Team

ME, NOBODY = "me", "nobody"
MOST = 12
"""Steps of one macro or trigger."""
TEXT_MOST = 20_000
REASON_MOST = 300

Step = Mapping[str, str]
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Verb:
    """One kind of step: what it is called, and what it asks.

    did: how it reads in a list of what is done. choices: of its value; email: its value is an
    address. reason: its text is a short one for colleagues, and may be empty.
    """

    label: Any
    icon: str
    did: Any
    asks: Any = ""
    choices: Callable[[], Choices] | None = None
    email: bool = False
    says: Any = ""
    reason: bool = False
    of_macros: bool = True
    of_triggers: bool = True


def _people() -> Choices:
    people = [(f"user-{pk}", name) for pk, name in colleagues().values_list("pk", "name")]
    return people + [(f"team-{pk}", name) for pk, name in Team.objects.values_list("pk", "name")]


def _takers() -> Choices:
    return [(ME, _("whoever does it")), (NOBODY, _("nobody")), *_people()]


_TO_CUSTOMER = gettext_lazy("To the customer")
VERBS: Mapping[str, Verb] = {
    "reply": Verb(
        gettext_lazy("Write to the customer"),
        "reply",
        pgettext_lazy("step", "answer “%(text)s”"),
        says=_TO_CUSTOMER,
    ),
    "note": Verb(
        gettext_lazy("Write a note"),
        "sticky-note",
        pgettext_lazy("step", "note “%(text)s”"),
        says=gettext_lazy("Note"),
    ),
    "assign": Verb(
        gettext_lazy("Assign"),
        "user-round",
        pgettext_lazy("step", "assign to %(value)s"),
        asks=gettext_lazy("To whom"),
        choices=_takers,
    ),
    "prioritise": Verb(
        gettext_lazy("Set priority"),
        "chevrons-up",
        pgettext_lazy("step", "priority %(value)s"),
        asks=gettext_lazy("Definitive priority"),
        choices=lambda: [(value, str(label)) for value, label in Priority.choices],
        says=gettext_lazy("Why?"),
        reason=True,
    ),
    "classify": Verb(
        gettext_lazy("Change kind"),
        "tag",
        pgettext_lazy("step", "kind %(value)s"),
        asks=gettext_lazy("Kind"),
        choices=lambda: [(value, str(label)) for value, label in Kind.choices],
    ),
    "hold": Verb(
        gettext_lazy("Wait for the customer"),
        "hourglass",
        pgettext_lazy("step", "wait for the customer: “%(text)s”"),
        says=_TO_CUSTOMER,
    ),
    "resolve": Verb(
        gettext_lazy("Solved"),
        "circle-check",
        pgettext_lazy("step", "solved: “%(text)s”"),
        says=_TO_CUSTOMER,
    ),
    "resume": Verb(gettext_lazy("Take up again"), "play", pgettext_lazy("step", "take up again")),
    "unplan": Verb(
        gettext_lazy("Take out of its release"),
        "calendar-x",
        pgettext_lazy("step", "in no release"),
    ),
    "close": Verb(gettext_lazy("Close"), "lock", pgettext_lazy("step", "close")),
    "notify": Verb(
        gettext_lazy("Mail a colleague or team"),
        "bell",
        pgettext_lazy("step", "mail to %(value)s"),
        asks=gettext_lazy("To whom"),
        choices=_people,
        says=gettext_lazy("What it says"),
        reason=True,
        of_macros=False,
    ),
    "participant": Verb(
        gettext_lazy("Add participant"),
        "user-plus",
        pgettext_lazy("step", "participant %(value)s"),
        asks=gettext_lazy("E-mail address"),
        email=True,
        of_macros=False,
    ),
}
TO_CUSTOMER = ("reply", "hold", "resolve")


def offered(*, by_itself: bool) -> list[tuple[str, Verb]]:
    """The verbs of triggers, or those of macros."""
    return [
        (name, verb)
        for name, verb in VERBS.items()
        if (verb.of_triggers if by_itself else verb.of_macros)
    ]


def choices_of(verb: Verb, *, by_itself: bool) -> Choices:
    """What its value can be; a trigger has no one who does it."""
    found = verb.choices() if verb.choices else []
    return [choice for choice in found if not (by_itself and choice[0] == ME)]


def problems(step: Any, *, by_itself: bool) -> list[str]:
    """What is wrong with a step, in sentences."""
    name = step.get("verb") if isinstance(step, Mapping) else None
    verb = dict(offered(by_itself=by_itself)).get(str(name))
    if verb is None:
        return [_("There is no such step.")]
    value, text = str(step.get("value", "")), str(step.get("text", ""))
    said = [] if verb.choices or verb.email or not value else [_("This step takes no value.")]
    if verb.choices and value not in dict(choices_of(verb, by_itself=by_itself)):
        said.append(_("Choose one of the list."))
    if verb.email:
        said += _address(value)
    if verb.says and not verb.reason and not text.strip():
        said.append(_("Write something first."))
    if len(text) > (REASON_MOST if verb.reason else TEXT_MOST):
        said.append(_("This text is too long."))
    if verb.says and name != "prioritise":
        said += canned.problems(text)
    return said


def clean(step: Step) -> dict[str, str]:
    """A step that has no problems, as it is kept."""
    verb = VERBS[step["verb"]]
    kept = {"verb": step["verb"]}
    if verb.choices or verb.email:
        kept["value"] = step["value"].strip()
    if verb.says:
        kept["text"] = step["text"].strip()
    return kept


def words(step: Step, *, names: Mapping[str, str] | None = None, text: str | None = None) -> str:
    """A step in a few words. names: of values, where the caller read them once; text: filled in."""
    verb = VERBS[step["verb"]]
    value = step.get("value", "")
    if verb.choices and value:
        known = names if names is not None else names_of()
        value = known.get(value) or dict(verb.choices()).get(value, "?")
    said = Truncator(" ".join((text or step.get("text", "")).split())).chars(60)
    return str(verb.did % {"value": value, "text": said} if "%(" in str(verb.did) else verb.did)


def names_of() -> dict[str, str]:
    """The names of all values of all steps, in two queries."""
    fixed = [(value, str(label)) for value, label in (*Priority.choices, *Kind.choices)]
    return dict([*_people(), *fixed, (ME, _("you")), (NOBODY, _("nobody"))])


def in_words(steps: Iterable[Step], *, names: Mapping[str, str] | None = None) -> str:
    """All of them on a line."""
    known = names if names is not None else names_of()
    return " · ".join(words(step, names=known) for step in steps)


def _address(value: str) -> list[str]:
    try:
        validate_email(value)
    except ValidationError as error:
        return list(error.messages)
    return []
