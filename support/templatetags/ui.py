"""Template tags of the design system: icons, spans of working time and moments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide

from sla.wording import NO_DAY, days_words, span_words
from support.desk.table import VERBS
from support.icons import (
    CHANNEL_ICONS,
    DRAWN_IN,
    PRIORITY_ICONS,
    STATUS_ICONS,
    TIMELINE_ICONS,
)
from support.templatetags.components import component
from tickets.models import Kind, Ticket

BADGES = {
    "priority": ("priority", "priority_is_definitive"),
    "status": ("status",),
    "channel": ("channel",),
}
MESSAGE_ICONS = {
    "debug": "info",
    "info": "info",
    "success": "check",
    "warning": "triangle-alert",
    "error": "circle-alert",
}


USUAL = 16
"""How large an icon is in pixels that says nothing of it (static/css/base.css)."""


@cache
def _svg(name: str, size: int, label: str) -> SafeString:
    lucide(name)  # there is one
    speech = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    measures = "" if size == USUAL else f' width="{size}" height="{size}"'
    return mark_safe(  # noqa: S308 - the label is escaped
        f'<svg class="icon"{measures} {speech}><use href="{static(DRAWN_IN)}#{name}"/></svg>'
    )


def icon(name: str, size: int = USUAL, label: str = "") -> SafeString:
    """Return a lucide icon as SVG; hidden from screen readers unless it has a label.

    An unknown name raises lucide.IconDoesNotExist, so a typing error shows in the first test.
    """
    # "" + turns a SafeString of the template into a plain one, as a cache key and for escaping.
    return _svg("" + name, size, "" + label)


def ticket_badge(name: str, ticket: Ticket) -> SafeString:
    """The component "priority", "status" or "channel" of a ticket, drawn once for each value.

    For lists: a page of fifty rows would draw the same few badges a hundred and fifty times.
    """
    values = tuple((each, getattr(ticket, each)) for each in BADGES[name])
    return _badge(name, get_language() or "", values)


@lru_cache(maxsize=512)
def _badge(name: str, _language: str, values: tuple[tuple[str, object], ...]) -> SafeString:
    return component(name, Ticket(**dict(values)))


def kind_label(kind: str) -> str:
    """Return what a kind of ticket is called."""
    return str(Kind(kind).label)


def options(choices: Iterable[tuple[object, object]]) -> SafeString:
    """The options of a select, of which there may be hundreds."""
    return format_html_join("", '<option value="{}">{}</option>', choices)


def channel_icon(channel: str) -> str:
    """Return the icon of a ticket's channel."""
    return CHANNEL_ICONS.get(channel, "circle")


def status_icon(status: str) -> str:
    """Return the icon of a ticket's status."""
    return STATUS_ICONS.get(status, "circle")


def priority_icon(priority: str) -> str:
    """Return the icon of a priority, Dutch or English value."""
    return PRIORITY_ICONS.get(priority, "circle")


def timeline_icon(kind: str) -> str:
    """Return the icon of a timeline item."""
    return TIMELINE_ICONS.get(kind, "dot")


def verb_icon(verb: str) -> str:
    """Return the icon of one of the desk's verbs."""
    return VERBS[verb].icon if verb in VERBS else "pencil"


def message_icon(level_tag: str) -> str:
    """Return the icon of a Django message."""
    return MESSAGE_ICONS.get(level_tag, "info")


def worked(span: timedelta | None, day: timedelta = NO_DAY) -> str:
    """Return working time in words, `22 werkuren`; by the calendar's `day` if long; '' for None."""
    return "" if span is None else span_words(span, day)


def workdays(span: timedelta | None, day: timedelta = NO_DAY) -> str:
    """Return about how many of the calendar's days it is, `bijna 3 werkdagen`; '' below one."""
    return "" if span is None else days_words(span, day)


def moment(at: datetime | date | None, style: str = "full") -> SafeString:
    """Return a `<time>` reading `ma 23 nov 16:30`; style `day` leaves the hour out, `year` and
    `seconds` add theirs.

    A date has no hour and is shown without one: with its year, except in style `day`. The whole
    is in its title. Empty for None; a naive datetime is a ValueError.
    """
    if at is None:
        return mark_safe("")
    return _moment(at, style, get_language(), timezone.get_current_timezone_name())


# Pages that are looked at again name the same moments again.
@lru_cache(maxsize=4096)
def _moment(at: datetime | date, style: str, _language: str | None, _zone: str) -> SafeString:
    if isinstance(at, datetime):
        at = timezone.localtime(at)
        written, whole = at.isoformat(timespec="seconds"), "l j F Y H:i"
        pattern = _PATTERNS[style]
    else:
        written, whole = at.isoformat(), "l j F Y"
        pattern = "D j M" if style == "day" else "D j M Y"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        written,
        _date_words(at, whole),
        _date_words(at, pattern).replace(" ", "\N{NO-BREAK SPACE}"),
    )


_PATTERNS = {
    "full": "D j M H:i",
    "day": "D j M",
    "year": "D j M Y H:i",
    "time": "H:i",
    "seconds": "D j M H:i:s",
}


def _date_words(local: datetime | date, pattern: str) -> str:
    if isinstance(local, datetime):
        second = local.second if "s" in pattern else 0
        local = local.replace(tzinfo=None, second=second, microsecond=0)
    return _dated(local, pattern, get_language() or "nl")


# A list shows the same deadlines again and again, each in two patterns.
@lru_cache(maxsize=4096)
def _dated(wall: datetime | date, pattern: str, language: str) -> str:
    words = format_date(wall, pattern)
    # Django capitalises months; Dutch doesn't.
    return words.lower() if language.startswith("nl") else words
