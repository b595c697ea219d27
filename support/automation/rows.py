"""Steps and conditions as rows of a form: each is one of its kind, buttons add and remove them.

A form posts step-0-verb, step-0-value, …; the button that was pressed is called "row", such as
"step add", "step 0 remove" or "step 1 up". Without any of these the form is meant to be saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from support.automation import conditions, steps
from support.forms.numbers import number_in

FormRow = dict[str, str]
STEP_PARTS, CONDITION_PARTS = ("verb", "value", "text"), ("field", "operator", "value")
_MOST = 50


def posted(data: QueryDict, name: str, parts: tuple[str, ...]) -> list[FormRow]:
    """The rows that were posted, after what a button asked for."""
    rows = [
        {part: data.get(f"{name}-{number}-{part}", "").replace("\x00", "") for part in parts}
        for number in range(_MOST)
        if f"{name}-{number}-{parts[0]}" in data
    ]
    return _pressed(rows, data, name, parts)


def as_initial(data: QueryDict, *, lists: tuple[str, ...] = ()) -> dict[str, object]:
    """What was typed beside the rows, for a form that is not to be judged yet."""
    return {name: data.getlist(name) if name in lists else data[name] for name in data}


def _pressed(
    rows: list[FormRow], data: QueryDict, name: str, parts: tuple[str, ...]
) -> list[FormRow]:
    pressed = data.get("row", "").split()
    if pressed == [name, "add"] and (kind := data.get(f"{name}-new", "")):
        rows.append({parts[0]: kind} | dict.fromkeys(parts[1:], ""))
    if len(pressed) == 3 and pressed[0] == name and (at := number_in(pressed[1])) is not None:
        if pressed[2] == "remove" and at < len(rows):
            del rows[at]
        elif pressed[2] == "up" and 0 < at < len(rows):
            rows.insert(at - 1, rows.pop(at))
    return rows


def step_rows(rows: Sequence[Mapping[str, str]], *, by_itself: bool, check: bool) -> list[object]:
    """What a page shows of steps: what each asks, and what is wrong with it."""
    offered = dict(steps.offered(by_itself=by_itself))
    return [
        {
            "step": row,
            "verb": verb,
            "choices": steps.choices_of(verb, by_itself=by_itself),
            "errors": steps.problems(row, by_itself=by_itself) if check else [],
        }
        for row in rows
        if (verb := offered.get(row.get("verb", "")))
    ]


def condition_rows(rows: Sequence[Mapping[str, str]], *, check: bool) -> list[object]:
    """The same of conditions."""
    return [
        {
            "condition": row,
            "field": field,
            "operators": [(name, conditions.OPERATORS[name]) for name in field.operators],
            "choices": field.choices() if field.choices else [],
            "errors": conditions.problems(row) if check else [],
        }
        for row in rows
        if (field := conditions.FIELDS.get(row.get("field", "")))
    ]


def step_errors(rows: list[FormRow], *, by_itself: bool) -> list[str]:
    """What keeps steps from being saved."""
    if not rows:
        return [_("Add at least one step.")]
    if len(rows) > steps.MOST:
        return [_("These are more than %(most)s steps.") % {"most": steps.MOST}]
    wrong = any(steps.problems(row, by_itself=by_itself) for row in rows)
    return [_("Look at the steps: something is missing there.")] if wrong else []


def condition_errors(rows: list[FormRow]) -> list[str]:
    """What keeps conditions from being saved."""
    if len(rows) > conditions.MOST:
        return [_("These are more than %(most)s conditions.") % {"most": conditions.MOST}]
    wrong = any(conditions.problems(row) for row in rows)
    return [_("Look at the conditions: something is missing there.")] if wrong else []
