"""A judged month in words a customer can read, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sla.engine.availability_terms import AvailabilityTerms, CreditStep, Effect
from sla.engine.months import Down, Judged, Told, Works
from sla.explaining import Teller
from sla.terms import in_language, number_words
from sla.wording import amount, moment_words

PLACES = 3


def month_in_words(judged: Judged, terms: AvailabilityTerms, zone: ZoneInfo) -> list[str]:
    """What counted and why, what did not and by which clause, and what follows: a line each."""
    tell = Teller(zone, {})
    return [
        _length(judged, zone),
        *(line for told in judged.told for line in _stretch(told, terms, tell)),
        *(_idle(fact, tell) for fact in judged.idle),
        *_outcome(judged, terms),
    ]


def percent_words(percent: Fraction) -> str:
    """A percentage of three places, cut off: what is below an edge is never shown as on it."""
    scale = 10**PLACES
    cut = int(percent * scale) / scale
    return number_words(f"{cut:.{PLACES}f}")


def fact_words(fact: Down | Works) -> str:
    """What an outage came from, or what maintenance it was, in the agreement's words."""
    named = fact.cause if isinstance(fact, Down) else fact.rule
    key = named.key if hasattr(named, "key") else named.kind.value
    return in_language(named.words) or key


def clause_of(fact: Down | Works) -> str:
    """The clause by which it counts or does not."""
    return fact.cause.clause if isinstance(fact, Down) else fact.rule.clause


def _length(judged: Judged, zone: ZoneInfo) -> str:
    first = judged.month[0].astimezone(zone)
    return _("%(month)s has %(hours)s hours (%(seconds)d seconds).") % {
        "month": month_words(date(first.year, first.month, 1)),
        "hours": number_words(judged.result.month.total_seconds() / 3600),
        "seconds": judged.result.month.total_seconds(),
    }


def month_words(month: date) -> str:
    """A month as it begins a sentence: "November 2026"."""
    words = moment_words(month, ZoneInfo("UTC"), "F Y")
    return words[:1].upper() + words[1:]


def _stretch(told: Told, terms: AvailabilityTerms, tell: Teller) -> Iterator[str]:
    stretch = told.stretch
    yield _("Down %(span)s (%(causes)s): %(verdict)s.") % {
        "span": _span(stretch.begin, stretch.end, tell),
        "causes": "; ".join(dict.fromkeys(_named(fact) for fact in told.of)),
        "verdict": _verdict(told, terms),
    }
    for fact in told.excuses:
        begin, end = max(fact.begin, stretch.begin), min(fact.end, stretch.end)
        if begin < end:
            yield _("Not counted of it: %(span)s, %(amount)s, %(why)s.") % {
                "span": _span(begin, end, tell),
                "amount": amount(end - begin, exact=True),
                "why": _named(fact),
            }


def _verdict(told: Told, terms: AvailabilityTerms) -> str:
    stretch = told.stretch
    words = {
        "amount": amount(stretch.counted, exact=True),
        "net": amount(stretch.net, exact=True),
        "limit": amount(terms.counts_above),
        "clause": f" ({terms.clause})" if terms.clause else "",
    }
    if not stretch.net:
        return _("all of it is excepted, so it does not count")
    if not stretch.counts:
        text = _("%(net)s, not longer than %(limit)s, so it does not count%(clause)s")
    elif stretch.net != stretch.counted:
        text = _("%(net)s in all, of which %(amount)s count in this month")
    else:
        text = _("%(amount)s count")
    return text % words


def _idle(fact: Down | Works, tell: Teller) -> str:
    words = {"span": _span(fact.begin, fact.end, tell), "why": _named(fact)}
    if isinstance(fact, Works) and fact.rule.effect is Effect.NOTHING:
        return _("%(span)s, %(why)s: makes no difference to what counts.") % words
    return _("%(span)s, %(why)s: does not count.") % words


def _outcome(judged: Judged, terms: AvailabilityTerms) -> Iterator[str]:
    result = judged.result
    yield _("Together %(amount)s: available %(percent)s %%.") % {
        "amount": amount(result.unavailable, exact=True),
        "percent": percent_words(result.percent),
    }
    said = _("Guaranteed is %(share)s %%%(clause)s: kept.")
    if not result.guarantee_met:
        said = _("Guaranteed is %(share)s %%%(clause)s: not kept.")
    yield said % {
        "share": number_words(_plain(terms.guarantee)),
        "clause": f" ({terms.clause})" if terms.clause else "",
    }
    step = next((each for each in terms.credits if each.holds(result.percent)), None)
    if step is not None:
        yield _("Credit: %(credit)d %% of the monthly fee (%(step)s).") % {
            "credit": step.percent,
            "step": _step(step),
        }
    elif terms.credits:
        yield _("No credit.")


def _step(step: CreditStep) -> str:
    text = _("%(edge)s %% or lower") if step.inclusive else _("below %(edge)s %%")
    return text % {"edge": number_words(_plain(step.availability))}


def _plain(share: Fraction) -> str:
    return f"{float(share):.6f}"


def _named(fact: Down | Works) -> str:
    clause = clause_of(fact)
    return f"{fact_words(fact)}, {clause}" if clause else fact_words(fact)


def _span(begin: datetime, end: datetime, tell: Teller) -> str:
    """Two moments, the second without its day where that is the same."""
    same = begin.astimezone(tell.zone).date() == end.astimezone(tell.zone).date()
    return _("%(begin)s to %(end)s") % {
        "begin": tell.moment(begin),
        "end": tell.clock(end) if same else tell.moment(end),
    }
