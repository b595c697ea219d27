"""Rules in words, and what is wrong with them since they were made."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from support.asking.models import Does, FieldRule, answers_of
from tickets.models import Kind, Priority


def words_of(rule: FieldRule) -> str:
    """What a rule does, and where."""
    said = {
        Does.SHOW: _("Asked"),
        Does.REQUIRE: _("Asked, and needed"),
        Does.FILL: _("Filled in with “%(value)s”") % {"value": rule.field.shown(rule.value)},
    }[Does(rule.does)]
    where = []
    if rule.kinds:
        where.append(_listed(str(Kind(each).label) for each in rule.kinds))
    if rule.priorities:
        names = _listed(str(Priority(each).label) for each in rule.priorities)
        where.append(_("with priority: %(priorities)s") % {"priorities": names})
    if rule.agreement:
        where.append(_("under %(agreement)s") % {"agreement": rule.agreement.name})
    if rule.organisation:
        where.append(_("by %(organisation)s") % {"organisation": rule.organisation.name})
    if rule.other:
        answers = _listed(f"“{rule.other.shown(each)}”" for each in rule.other_is)
        where.append(
            _("where “%(field)s” is %(answers)s") % {"field": rule.other.label, "answers": answers}
        )
    return f"{said}: {', '.join(where)}" if where else _("%(what)s: every report") % {"what": said}


def wrong_with(rule: FieldRule) -> str:
    """Why a rule can't hold any more, or only in part; "" where nothing is wrong with it."""
    if rule.kinds and not set(rule.kinds) & set(rule.field.kinds):
        return _("The field is not of these kinds of ticket any more.")
    other = rule.other
    if other is None:
        return ""
    if not other.active:
        return _("“%(field)s” is out of use, so this never holds.") % {"field": other.label}
    if not FieldRule.objects.asking().filter(field=other).exists():
        return _("“%(field)s” is never asked, so this never holds.") % {"field": other.label}
    gone = [each for each in rule.other_is if each not in answers_of(other)]
    if gone:
        return _("“%(value)s” can't be chosen any more.") % {"value": gone[0]}
    return ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
