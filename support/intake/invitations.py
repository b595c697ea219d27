"""Says in a line what a calendar part of a mail is about: what, when, where (RFC 5545)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation.trans_null import gettext_noop  # marks only: needs no settings

from support.intake.headers import one_line

MAX_TEXT = 200_000
SENTENCES = {
    "CANCEL": gettext_noop("[Appointment cancelled: {what}]"),
    "REPLY": gettext_noop("[Answer to an invitation: {what}]"),
    "": gettext_noop("[Appointment: {what}]"),
}
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"(?i)^([A-Z-]+)((?:;[^:\"\n]*(?:\"[^\"\n]*\")?)*):(.*)$", re.MULTILINE)
_MOMENT = re.compile(r"(\d{8})(?:T(\d{4})\d{2}(Z?))?$")


def line(text: str, *, zone: ZoneInfo, translate: Callable[[str], str]) -> str:
    """The first event of a calendar in a line, '' if there is none to be read.

    `zone`: for moments in UTC; other moments are shown as the sender wrote them.
    """
    text = _FOLD.sub("", text[:MAX_TEXT])
    begins = text.upper().find("BEGIN:VEVENT")
    if begins < 0:
        return ""
    method = _properties(text[:begins]).get("METHOD", "").strip().upper()
    ends = text.upper().find("END:VEVENT", begins)
    event = _properties(text[begins : ends if ends > 0 else None])
    when = _when(event.get("DTSTART", ""), event.get("DTEND", ""), zone)
    found = (_plain(event.get("SUMMARY", "")), when, _plain(event.get("LOCATION", "")))
    what = ", ".join(piece for piece in found if piece)
    return translate(SENTENCES.get(method, SENTENCES[""])).format(what=what) if what else ""


def _properties(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, _parameters, value in _LINE.findall(block):
        found.setdefault(name.upper(), value)
    return found


def _plain(value: str) -> str:
    value = value.replace("\\n", " ").replace("\\N", " ")
    return one_line(re.sub(r"\\(.)", r"\1", value), limit=150)


def _when(start: str, end: str, zone: ZoneInfo) -> str:
    begins, ends = _moment(start, zone), _moment(end, zone)
    if begins is None:
        return ""
    said = f"{begins:%d-%m-%Y %H:%M}" if isinstance(begins, datetime) else f"{begins:%d-%m-%Y}"
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        same_day = begins.date() == ends.date()
        said += f"–{ends:%H:%M}" if same_day else f" – {ends:%d-%m-%Y %H:%M}"
    return said


def _moment(value: str, zone: ZoneInfo) -> date | datetime | None:
    match = _MOMENT.match(value.strip())
    if match is None:
        return None
    try:
        if not match[2]:
            return datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
        moment = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M")  # noqa: DTZ007
        return moment.replace(tzinfo=UTC).astimezone(zone) if match[3] else moment
    except (ValueError, OverflowError):
        return None
