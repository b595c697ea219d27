"""The steps of macros and triggers, as data: {"verb": …, "value": …, "text": …}; and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from support.automation import letters
from support.canned import filling
from support.desk.faces import Doing, Face, Verb
from support.desk.table import VERBS
from support.notifications.mentions import colleagues
from tickets.models import CustomField, Kind, Priority, Team, Ticket

ME, NOBODY = "me", "nobody"
NEXT, NONE = "next", "none"
MOST = 12
"""Steps of one macro or trigger."""
TEXT_MOST = 20_000
REASON_MOST = 300
WORD_MOST = 200

Step = Mapping[str, str]
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class StepKind:
    """How a verb is asked for and told as a step.

    did: how it reads in a list of what is done. choices: of its value; typed: the kind of input
    for a value that is written. says: the label of its text; reason: that text is a short one for
    colleagues, and may be empty.
    """

    verb: Verb
    did: Any
    asks: Any = ""
    choices: Callable[[], Choices] | None = None
    typed: str = ""
    says: Any = ""
    reason: bool = False

    @property
    def label(self) -> Any:
        """As the verb is called everywhere."""
        return self.verb.label

    @property
    def icon(self) -> str:
        """As everywhere."""
        return self.verb.icon


def _people() -> Choices:
    people = [(f"user-{pk}", name) for pk, name in colleagues().values_list("pk", "name")]
    return people + [(f"team-{pk}", name) for pk, name in Team.objects.values_list("pk", "name")]


def _takers() -> Choices:
    return [(ME, _("whoever does it")), (NOBODY, _("nobody")), *_people()]


def _releases() -> Choices:
    return [(NEXT, _("in the next release")), (NONE, _("in no release"))]


def _fields() -> Choices:
    return [(f"field-{pk}", name) for pk, name in CustomField.objects.values_list("pk", "name")]


def _tell(ticket: Ticket, doing: Doing) -> Ticket:
    """Mail somebody who works here; the body's name is the trigger's."""
    to, name, text = doing.body["to"], doing.body["name"], doing.body["text"]
    letters.tell_colleague(to, ticket, name=name, text=text, at=doing.at or timezone.now())
    return ticket


NOTIFY = Verb(
    name="notify",
    label=gettext_lazy("Mail a colleague or team"),
    icon="bell",
    does="Mail a colleague or team",
    act=_tell,
    body=("to", "name", "text"),
    lacks={face: "a colleague writes a note" for face in Face if face != Face.TRIGGER},
)
_TO_CUSTOMER = gettext_lazy("To the customer")
KINDS: Mapping[str, StepKind] = {
    kind.verb.name: kind
    for kind in (
        StepKind(VERBS["reply"], pgettext_lazy("step", "answer “%(text)s”"), says=_TO_CUSTOMER),
        StepKind(
            VERBS["note"], pgettext_lazy("step", "note “%(text)s”"), says=gettext_lazy("Note")
        ),
        StepKind(
            VERBS["assign"],
            pgettext_lazy("step", "assign to %(value)s"),
            asks=gettext_lazy("To whom"),
            choices=_takers,
        ),
        StepKind(
            VERBS["prioritise"],
            pgettext_lazy("step", "priority %(value)s"),
            asks=gettext_lazy("Definitive priority"),
            choices=lambda: [(value, str(label)) for value, label in Priority.choices],
            says=gettext_lazy("Why? The customer reads it."),
            reason=True,
        ),
        StepKind(
            VERBS["classify"],
            pgettext_lazy("step", "kind %(value)s"),
            asks=gettext_lazy("Kind"),
            choices=lambda: [(value, str(label)) for value, label in Kind.choices],
        ),
        StepKind(
            VERBS["hold"],
            pgettext_lazy("step", "wait for the customer: “%(text)s”"),
            says=_TO_CUSTOMER,
        ),
        StepKind(VERBS["resolve"], pgettext_lazy("step", "solved: “%(text)s”"), says=_TO_CUSTOMER),
        StepKind(VERBS["resume"], pgettext_lazy("step", "take up again")),
        StepKind(
            VERBS["plan"],
            pgettext_lazy("step", "planning: %(value)s"),
            asks=gettext_lazy("Release"),
            choices=_releases,
        ),
        StepKind(
            VERBS["tag"],
            pgettext_lazy("step", "tag “%(value)s”"),
            asks=gettext_lazy("Tag"),
            typed="text",
        ),
        StepKind(
            VERBS["untag"],
            pgettext_lazy("step", "without the tag “%(value)s”"),
            asks=gettext_lazy("Tag"),
            typed="text",
        ),
        StepKind(
            VERBS["fill"],
            pgettext_lazy("step", "%(value)s: “%(text)s”"),
            asks=gettext_lazy("Field"),
            choices=_fields,
            says=gettext_lazy("Value"),
            reason=True,
        ),
        StepKind(
            VERBS["add_item"],
            pgettext_lazy("step", "on the checklist: “%(value)s”"),
            asks=gettext_lazy("To do"),
            typed="text",
        ),
        StepKind(VERBS["close"], pgettext_lazy("step", "close")),
        StepKind(
            NOTIFY,
            pgettext_lazy("step", "mail to %(value)s"),
            asks=gettext_lazy("To whom"),
            choices=_people,
            says=gettext_lazy("What it says"),
            reason=True,
        ),
        StepKind(
            VERBS["add_participant"],
            pgettext_lazy("step", "participant %(value)s"),
            asks=gettext_lazy("E-mail address"),
            typed="email",
        ),
    )
}
TO_CUSTOMER = ("reply", "hold", "resolve")
_WITHOUT_VARIABLES = ("prioritise", "fill")


def offered(*, by_itself: bool) -> list[tuple[str, StepKind]]:
    """The steps of triggers, or those of macros."""
    face = Face.TRIGGER if by_itself else Face.MACRO
    return [(name, kind) for name, kind in KINDS.items() if kind.verb.is_on(face)]


def choices_of(verb: StepKind, *, by_itself: bool) -> Choices:
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
    said = [] if verb.choices or verb.typed or not value else [_("This step takes no value.")]
    if verb.choices and value not in dict(choices_of(verb, by_itself=by_itself)):
        said.append(_("Choose one of the list."))
    if verb.typed:
        said += _address(value) if verb.typed == "email" else _word(value)
    if verb.says and not verb.reason and not text.strip():
        said.append(_("Write something first."))
    if len(text) > (REASON_MOST if verb.reason else TEXT_MOST):
        said.append(_("This text is too long."))
    if verb.says and name not in _WITHOUT_VARIABLES:
        said += filling.problems(text)
    return said


def clean(step: Step) -> dict[str, str]:
    """A step that has no problems, as it is kept."""
    verb = KINDS[step["verb"]]
    kept = {"verb": step["verb"]}
    if verb.choices or verb.typed:
        kept["value"] = step["value"].strip()
    if verb.says:
        kept["text"] = step["text"].strip()
    return kept


def words(step: Step, *, names: Mapping[str, str] | None = None, text: str | None = None) -> str:
    """A step in a few words. names: of values, where the caller read them once; text: filled in."""
    verb = KINDS[step["verb"]]
    value = step.get("value", "")
    if verb.choices and value:
        known = names if names is not None else names_of()
        value = known.get(value) or dict(verb.choices()).get(value, "?")
    said = Truncator(" ".join((text or step.get("text", "")).split())).chars(60)
    return str(verb.did % {"value": value, "text": said} if "%(" in str(verb.did) else verb.did)


def names_of() -> dict[str, str]:
    """The names of all values of all steps, in two queries; a field is named where it is met."""
    fixed = [(value, str(label)) for value, label in (*Priority.choices, *Kind.choices)]
    known = [*_people(), *_releases(), *fixed]
    return dict([*known, (ME, _("you")), (NOBODY, _("nobody"))])


def in_words(
    steps: Iterable[Step],
    *,
    names: Mapping[str, str] | None = None,
    filled: Callable[[str], str] = str,
) -> str:
    """All of them on a line. filled: puts in a text what its variables stand for."""
    known = names if names is not None else names_of()
    return " · ".join(words(step, names=known, text=filled(step.get("text", ""))) for step in steps)


def _word(value: str) -> list[str]:
    if not value.strip():
        return [_("Write something first.")]
    return [_("This text is too long.")] if len(value) > WORD_MOST else []


def _address(value: str) -> list[str]:
    try:
        validate_email(value)
    except ValidationError as error:
        return list(error.messages)
    return []
