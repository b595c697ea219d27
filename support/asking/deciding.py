"""Which fields a report asks, which it needs, and what is filled in beforehand: pure, over data.

`static/js/asked.js` decides by the same rules in the browser, and a test holds the two together. A
field is looked at by another one only where it is shown itself: what nobody is asked decides
nothing, so whoever reads the page learns no value that they may not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Rule:
    """What happens to a field where all of this holds; what is empty or None always does."""

    does: str
    kinds: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    agreement: int | None = None
    organisation: int | None = None
    other: int | None = None
    values: tuple[str, ...] = ()
    fill: str = ""


@dataclass(frozen=True)
class Question:
    """A field with its rules. kinds: of report in which it can be asked at all."""

    key: int
    kinds: tuple[str, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What becomes of a field. fill: what stands in it as long as nobody has answered."""

    shown: bool = False
    required: bool = False
    fill: str = ""


def for_whom(
    questions: Iterable[Question], *, agreement: int | None, organisation: int | None
) -> list[Question]:
    """The questions as they are for one customer: only rules that can hold, and nothing in them of
    who else there is.
    """

    def theirs(rule: Rule) -> bool:
        return rule.agreement in (None, agreement) and rule.organisation in (None, organisation)

    return [
        replace(
            question,
            rules=tuple(
                replace(rule, agreement=None, organisation=None)
                for rule in question.rules
                if theirs(rule)
            ),
        )
        for question in questions
    ]


def in_order(questions: Sequence[Question]) -> list[Question]:
    """Those that others look at before those others; else as they stand. Also where they hang in a
    circle, of which what comes first sees nothing.
    """
    known = {question.key: question for question in questions}
    placed: dict[int, Question] = {}
    under_way: set[int] = set()
    for begin in questions:
        stack = [begin.key]
        while stack:
            key = stack[-1]
            waits = [
                rule.other
                for rule in known[key].rules
                if rule.other in known and rule.other not in placed
            ]
            first = [other for other in waits if other not in under_way and other != key]
            under_way.add(key)
            if key in placed or not first:
                placed.setdefault(key, known[key])
                stack.pop()
            elif first[0] is not None:
                stack.append(first[0])
    return list(placed.values())


def circle(hangs: Iterable[tuple[int, int]]) -> list[int]:
    """Fields that hang on each other in a circle, from one of them to itself; else nothing. hangs:
    pairs of a field and one that it looks at.
    """
    on: dict[int, list[int]] = {}
    for field, other in hangs:
        on.setdefault(field, []).append(other)
    done: set[int] = set()
    for begin in on:
        path: list[int] = []
        stack = [(begin, 0)]
        while stack:
            field, at = stack.pop()
            if at == 0 and field in path:
                return [*path[path.index(field) :], field]
            if field in done:
                continue
            if at == 0:
                path.append(field)
            others = on.get(field, [])
            if at < len(others):
                stack += [(field, at + 1), (others[at], 0)]
            else:
                done.add(field)
                path.pop()
    return []


def askable(questions: Sequence[Question]) -> set[int]:
    """Those that some report is asked, of questions that were put in order for one customer."""
    found: set[int] = set()
    for question in questions:
        for rule in question.rules:
            if rule.does != "fill" and (rule.other is None or rule.other in found):
                found.add(question.key)
    return found


def decide(
    questions: Sequence[Question], *, kind: str, priority: str, given: Mapping[int, str]
) -> dict[int, Decision]:
    """What becomes of each field, of questions that were put in order for one customer.

    given: what was answered, as fields keep it; several choices are lines. Only what is in it
    counts as answered, also where it is empty.
    """
    decided: dict[int, Decision] = {}
    for question in questions:
        found = Decision()
        for rule in question.rules if kind in question.kinds else ():
            if not _holds(rule, kind, priority, decided, given):
                continue
            if rule.does == "fill":
                found = replace(found, fill=found.fill or rule.fill)
            else:
                needed = found.required or rule.does == "require"
                found = replace(found, shown=True, required=needed)
        decided[question.key] = found
    return decided


def _holds(
    rule: Rule,
    kind: str,
    priority: str,
    decided: Mapping[int, Decision],
    given: Mapping[int, str],
) -> bool:
    if rule.kinds and kind not in rule.kinds:
        return False
    if rule.priorities and priority not in rule.priorities:
        return False
    if rule.other is None:
        return True
    other = decided.get(rule.other, Decision())
    if not other.shown:
        return False
    answer = given.get(rule.other, other.fill)
    return any(value in rule.values for value in answer.split("\n"))


def as_data(questions: Sequence[Question]) -> list[dict[str, object]]:
    """The questions as the browser gets them."""
    return [
        {
            "key": question.key,
            "kinds": list(question.kinds),
            "rules": [
                {
                    "does": rule.does,
                    "kinds": list(rule.kinds),
                    "priorities": list(rule.priorities),
                    "other": rule.other,
                    "values": list(rule.values),
                    "fill": rule.fill,
                }
                for rule in question.rules
            ],
        }
        for question in questions
    ]
