"""What the operators of a search mean of tickets, in Dutch and in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from support import access
from support.queue.filters import FILTERS, NOBODYS, Asking
from support.search.language import OPERATORS, Asked, Condition, bare
from tickets.models import ACTIVE, Attachment, Channel, Kind, Priority, Status

ME = {"me", "mij", "ik"}
NOBODY = {"niemand", "nobody", "none", "geen"}

VALUES: Mapping[str, Mapping[str, str]] = {
    "status": {
        **dict(zip(Status.values, Status.values, strict=True)),
        "nieuw": Status.NEW,
        "wacht": Status.WAITING,
        "wachten": Status.WAITING,
        "opgelost": Status.RESOLVED,
        "solved": Status.RESOLVED,
        "gesloten": Status.CLOSED,
        "afgewezen": Status.DECLINED,
        "samengevoegd": Status.MERGED,
    },
    "priority": {
        **dict(zip(Priority.values, Priority.values, strict=True)),
        "high": Priority.HIGH,
        "medium": Priority.MEDIUM,
        "low": Priority.LOW,
    },
    "kind": {
        **dict(zip(Kind.values, Kind.values, strict=True)),
        "storing": Kind.INCIDENT,
        "vraag": Kind.QUESTION,
        "wens": Kind.WISH,
        "instelling": Kind.SETTING,
        "supportverzoek": Kind.SUPPORT,
    },
    "channel": {
        **dict(zip(Channel.values, Channel.values, strict=True)),
        "telefoon": Channel.PHONE,
        "mail": Channel.EMAIL,
        "e-mail": Channel.EMAIL,
        "formulier": Channel.WEB,
        "form": Channel.WEB,
        "monitoring": Channel.MONITOR,
    },
}

Meaning = Callable[[str, Asking], Q | None]


def meaning(condition: Condition, asking: Asking) -> Q | None:
    """Which tickets; None for a value that the operator does not know."""
    known = VALUES.get(condition.operator)
    if known is not None:
        value = known.get(condition.value.casefold())
        found = Q(**{condition.operator: value}) if value else None
    else:
        found = _MEANINGS[condition.operator](condition.value.casefold(), asking)
    return ~found if found is not None and condition.without else found


def hint(condition: Condition) -> str:
    """What to say of a value that is not known."""
    known = VALUES.get(condition.operator) or _EXAMPLES.get(condition.operator, ())
    return _("“%(typed)s” is searched as text. Known values are: %(values)s.") % {
        "typed": condition.typed,
        "values": ", ".join(dict.fromkeys(known)),
    }


def misread(asked: Asked, asking: Asking) -> list[str]:
    """What of a search has no meaning, with what is known: for programs, which should not guess."""
    if asked.is_empty:
        return [_("This can't be searched for.")]
    told = [
        _("“%(name)s:” is no operator. Known operators are: %(known)s.")
        % {"name": name, "known": ", ".join(OPERATORS)}
        for name in asked.unknown
    ]
    unknown = [each for each in asked.conditions if meaning(each, asking) is None]
    return told + [_unknown(condition) for condition in unknown]


def _unknown(condition: Condition) -> str:
    known = VALUES.get(condition.operator) or _EXAMPLES.get(condition.operator)
    if not known:
        return _("“%(typed)s” can't be searched for.") % {"typed": condition.typed}
    return _("“%(typed)s” is not known. Known values are: %(values)s.") % {
        "typed": condition.typed,
        "values": ", ".join(dict.fromkeys(known)),
    }


_EXAMPLES = {
    "due": ("laat", "late", "vandaag", "today", "week"),
    "is": ("open", "gesloten", "closed"),
    "after": ("2026-05-18", "18-05-2026", "vandaag", "gisteren", "7d"),
    "before": ("2026-05-18", "18-05-2026", "vandaag", "gisteren", "7d"),
}


def _organisation(value: str, asking: Asking) -> Q:
    """Customers: by the name alone, which they see."""
    if value in NOBODY:
        return Q(organisation=None)
    named = Q(name__icontains=value)
    if asking.user.is_agent:
        named |= Q(domains__domain=value)
    return Q(organisation__in=access.organisations_of(asking.user).filter(named).values("pk"))


def _reporter(value: str, _asking: Asking) -> Q | None:
    """Names and addresses stand in the documents; they are no index of their own."""
    named = Q(reporter_name__icontains=value) | Q(reporter_email__icontains=value)
    found = _in_documents(value, "B")
    return found & named if found else None


def _in_documents(value: str, weights: str) -> Q | None:
    text = bare(value)
    query = SearchQuery(f"'{text}':*{weights}", config="simple", search_type="raw")
    return Q(document__words=query) if text else None


def _assignee(value: str, asking: Asking) -> Q:
    if value in NOBODY:
        return NOBODYS
    if value in ME:
        return Q(assignee=asking.user)
    named = Q(assignee__name__icontains=value)
    return named | Q(assignee__email__iexact=value) if asking.user.is_agent else named


def _team(value: str, _asking: Asking) -> Q:
    return Q(team=None) if value in NOBODY else Q(team__name__icontains=value)


def _due(value: str, asking: Asking) -> Q | None:
    """By the nearest binding deadline, as the queue's filter says it."""
    named = {"laat": "late", "late": "late", "vandaag": "today", "today": "today", "week": "week"}
    return FILTERS["due"].meaning(named[value], asking) if value in named else None


def _is(value: str, _asking: Asking) -> Q | None:
    if value == "open":
        return Q(status__in=ACTIVE)
    return ~Q(status__in=ACTIVE) if value in {"gesloten", "closed", "dicht"} else None


def _after(value: str, asking: Asking) -> Q | None:
    day = day_of(value, today=timezone.localdate(asking.now))
    return Q(reported_at__gte=_midnight(day)) if day else None


def _before(value: str, asking: Asking) -> Q | None:
    day = day_of(value, today=timezone.localdate(asking.now))
    return Q(reported_at__lt=_midnight(day)) if day else None


def _file(value: str, asking: Asking) -> Q | None:
    """Names of files stand in the documents with the people; of notes, with the notes."""
    named = Attachment.objects.filter(message__ticket=OuterRef("pk"), name__icontains=value)
    if not asking.user.is_agent:
        named = named.filter(message__public=True)
    found = _in_documents(value, "BD" if asking.user.is_agent else "B")
    return found & Q(Exists(named)) if found else None


_MEANINGS: Mapping[str, Meaning] = {
    "organisation": _organisation,
    "from": _reporter,
    "assignee": _assignee,
    "team": _team,
    "due": _due,
    "is": _is,
    "after": _after,
    "before": _before,
    "file": _file,
}


def day_of(value: str, *, today: date) -> date | None:
    """A day as people write it: 2026-05-18, 18-05-2026, 18/5/2026, vandaag, gisteren, 7d ago."""
    named = {"vandaag": 0, "today": 0, "gisteren": 1, "yesterday": 1}
    ago = re.fullmatch(r"(\d{1,4})d", value)
    written = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", value)
    dutch = re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", value)
    try:
        if ago or value in named:
            return today - timedelta(days=int(ago[1]) if ago else named[value])
        if written:
            return date(*(int(part) for part in written.groups()))
        if dutch:
            return date(*(int(part) for part in reversed(dutch.groups())))
    except (ValueError, OverflowError):
        pass
    return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
