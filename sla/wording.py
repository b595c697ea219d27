"""Kinds, priorities, spans and moments in words, in the language that is active."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from tickets.translated import Translated

Labels = Mapping[str, Translated]
SECOND = timedelta(seconds=1)

CHANNELS: Labels = {
    "phone": gettext_lazy("by phone"),
    "email": gettext_lazy("by e-mail"),
    "web": gettext_lazy("by the web form"),
    "widget": gettext_lazy("by the widget"),
    "api": gettext_lazy("by the API"),
    "monitor": gettext_lazy("by our monitoring"),
}
KINDS: Labels = {
    "incident": pgettext_lazy("ticket kind", "Incident"),
    "question": pgettext_lazy("ticket kind", "Question"),
    "wish": pgettext_lazy("ticket kind", "Wish"),
    "setting": pgettext_lazy("ticket kind", "Setting"),
    "support": pgettext_lazy("ticket kind", "Support request"),
}
PRIORITIES: Labels = {
    "hoog": pgettext_lazy("priority", "High"),
    "middel": pgettext_lazy("priority", "Medium"),
    "laag": pgettext_lazy("priority", "Low"),
}
PROMISES: Labels = {
    "reaction": gettext_lazy("Reaction"),
    "next_response": gettext_lazy("Next response"),
    "resolution": gettext_lazy("Solution"),
}


def amount(span: timedelta, *, exact: bool = False) -> str:
    """Working time as `2u 15m`; seconds only where there is less than a minute, or if exact."""
    seconds = int(span.total_seconds())
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = []
    if hours:
        parts.append(_("%(number)dh") % {"number": hours})
    if minutes:
        parts.append(_("%(number)dm") % {"number": minutes})
    if rest and (exact or not hours):
        parts.append(_("%(number)ds") % {"number": rest})
    return " ".join(parts) or _("%(number)dm") % {"number": 0}


NO_DAY = timedelta()
FEW_HOURS = 2
LONG_DAYS = 5
"""From so many working days on a list tells a span in days."""


def span_words(span: timedelta, day: timedelta = NO_DAY) -> str:
    """Working time in words: `22 working hours`, `45 working minutes`; a long span in days.

    Minutes stand beside the hours only where there are few of those. day: how long the calendar's
    day is; without one nothing is told in days.
    """
    whole = abs(span)
    if day and whole >= LONG_DAYS * day:
        return days_words(whole, day)
    minutes = int(whole.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return _("less than a minute")
    if not hours:
        text = ngettext("%(number)d working minute", "%(number)d working minutes", rest)
        return text % {"number": rest}
    text = ngettext("%(number)d working hour", "%(number)d working hours", hours)
    said = text % {"number": hours}
    if hours >= FEW_HOURS or not rest:
        return said
    return _("%(hours)s %(number)d min") % {"hours": said, "number": rest}


def days_words(span: timedelta, day: timedelta) -> str:
    """Working time by the calendar's own days: "nearly 3 working days"; '' for less than one."""
    if not day or abs(span) < day:
        return ""
    days, rest = divmod(abs(span), day)
    part = rest / day
    if 0.25 <= part < 0.75:
        return _("about %(number)d½ working days") % {"number": days}
    number = days + (part >= 0.75)
    text = ngettext("%(number)d working day", "%(number)d working days", number)
    said = text % {"number": number}
    if not rest:
        return said
    return (_("nearly %(days)s") if part >= 0.75 else _("over %(days)s")) % {"days": said}


IN_FULL = "l j F Y, H:i"
"""How customers are told a moment: "maandag 23 november 2026, 16:30"."""


def moment_words(at: datetime | date | None, zone: tzinfo, pattern: str = "D j M Y H:i") -> str:
    """A moment on a zone's wall clock, as `ma 23 nov 2026 16:30`; nothing for None.

    A date has no clock: the day alone, whatever hours the pattern asks for.
    """
    return "" if at is None else _moment_words(at, zone, pattern, language())


# An explanation and its drawing name the same few moments again and again.
@lru_cache(maxsize=4096)
def _moment_words(at: datetime | date, zone: tzinfo, pattern: str, language: str) -> str:
    if isinstance(at, datetime):
        at = at.astimezone(zone)
    else:
        pattern = pattern.split("H:i", maxsplit=1)[0].rstrip(" ,")
    words = format_date(at, pattern)
    # Django capitalises months; Dutch doesn't.
    return words.lower() if language == "nl" else words


def language() -> str:
    """The language that is active."""
    return (get_language() or "nl").split("-")[0]


def channel_words(channel: str) -> str:
    """How a report came in, as in "reported by phone"."""
    return str(CHANNELS.get(channel, channel))
