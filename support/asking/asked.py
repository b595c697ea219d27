"""What one customer is asked with a report: the fields and rules that there are, read for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from support.asking import deciding
from support.asking.deciding import Decision, Question, Rule
from support.asking.models import FieldRule
from tickets.models import CustomField


class NotTaken(Exception):
    """Answers that can't be taken: what is wrong, by the number of the field."""

    def __init__(self, wrong: Mapping[int, str]) -> None:
        super().__init__(wrong)
        self.wrong = dict(wrong)


@dataclass(frozen=True)
class Asked:
    """The fields for one customer, in the order in which they stand; `questions` in that in which
    they are decided.
    """

    fields: Sequence[CustomField] = ()
    questions: Sequence[Question] = ()

    @property
    def visible(self) -> Sequence[CustomField]:
        """Those that may be asked, of some report. The page knows of no others."""
        asked = deciding.askable(self.questions)
        return [field for field in self.fields if field.pk in asked]

    @property
    def data(self) -> str:
        """What the browser decides by."""
        asked = deciding.askable(self.questions)
        seen = [question for question in self.questions if question.key in asked]
        return json.dumps(deciding.as_data(seen))

    def decided(
        self, *, kind: str, priority: str, given: Mapping[int, str]
    ) -> Mapping[int, Decision]:
        """What becomes of each field."""
        return deciding.decide(self.questions, kind=kind, priority=priority, given=given)

    def shown(self, *, kind: str, priority: str, given: Mapping[int, str]) -> Sequence[CustomField]:
        """Those that are asked of such a report."""
        decided = self.decided(kind=kind, priority=priority, given=given)
        return [field for field in self.fields if decided[field.pk].shown]

    def taken(self, *, kind: str, priority: str, given: Mapping[int, str]) -> dict[int, str]:
        """What the report is kept with: what was answered, and what is filled in beforehand.

        given: as fields keep it. NotTaken where something that is needed is empty, or something
        was answered that isn't asked of such a report.
        """
        decided = self.decided(kind=kind, priority=priority, given=given)
        wrong = {
            key: _("This is not asked of such a report.")
            for key, value in given.items()
            if value and not (key in decided and decided[key].shown)
        }
        kept: dict[int, str] = {}
        for key, decision in decided.items():
            value = given.get(key, decision.fill) if decision.shown else decision.fill
            if decision.required and not value:
                wrong[key] = _("This is needed for such a report.")
            elif value:
                kept[key] = value
        if wrong:
            raise NotTaken(wrong)
        return kept


NOTHING = Asked()


def asked_of(*, agreement: int | None, organisation: int | None) -> Asked:
    """What a customer is asked; without numbers, what is asked of everybody."""
    fields = list(CustomField.objects.in_use().filter(rules__isnull=False).distinct())
    if not fields:
        return NOTHING
    rules: dict[int, list[Rule]] = {field.pk: [] for field in fields}
    for row in FieldRule.objects.filter(field__in=fields):
        rules[row.field_id].append(as_rule(row))
    questions = [Question(field.pk, tuple(field.kinds), tuple(rules[field.pk])) for field in fields]
    theirs = deciding.for_whom(questions, agreement=agreement, organisation=organisation)
    return Asked(fields, deciding.in_order(theirs))


def as_rule(row: FieldRule) -> Rule:
    """A rule as what decides reads it."""
    return Rule(
        does=row.does,
        kinds=tuple(row.kinds),
        priorities=tuple(row.priorities),
        agreement=row.agreement_id,
        organisation=row.organisation_id,
        other=row.other_id,
        values=tuple(row.other_is),
        fill=row.value,
    )
