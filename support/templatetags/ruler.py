"""The tag that draws a clock's ruler: places as percentages, moments as words, labels that fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.engine.ruler_parts import PAUSES, WIDTH, Mark, Part, Ruler, Segment, Sign
from sla.queries import Card
from sla.wording import moment_words

PARTS = {
    Part.COUNTED: gettext_lazy("counted"),
    Part.AHEAD: gettext_lazy("time left"),
    Part.OVERDUE: gettext_lazy("too late"),
    Part.CLOSED: gettext_lazy("closed, does not count"),
    Part.HOLIDAY: gettext_lazy("holiday, does not count"),
    Part.WAITING: gettext_lazy("waiting for the customer, does not count"),
    Part.SOLVED: gettext_lazy("solved until reopened, does not count"),
    Part.OUTSIDE: gettext_lazy("declined until reopened, does not count"),
}
BESIDE_THE_BAR = {
    Part.WAITING: pgettext_lazy("ruler", "waiting"),
    Part.SOLVED: pgettext_lazy("ruler", "was solved"),
    Part.OUTSIDE: pgettext_lazy("ruler", "was declined"),
}
SCALE = {Sign.DAY: "D j", Sign.WEEK: "j M", Sign.MONTH: "M", Sign.YEAR: "Y"}
OUTCOMES = (Sign.KEPT, Sign.LATE)
FULL = "D j M H:i"
# In pixels: the drawing in a telephone or side panel, that on a wide page, and a letter.
NARROW, WIDE, LETTER, BOLD_LETTER = 270.0, 640.0, 6.2, 6.6
POLE = 15.0  # from the deadline to its words
TOP_ROW, BAR, ROW = 15, 26, 14


@dataclass
class Label:
    """Words at a place on the axis, in percentages; fit says in which widths there is room."""

    x: float
    words: str
    anchor: str = "start"
    fit: str = "all"
    row: int = 0

    def reach(self, width: float) -> tuple[float, float]:
        """From where to where it runs on a drawing of so many pixels."""
        at, long = self.x / 100 * width, len(self.words) * LETTER
        begin = at - {"start": 0.0, "middle": long / 2, "end": long}[self.anchor]
        return begin, begin + long


def ruler(clock: Card) -> dict[str, object]:
    """Draw a card's ruler; nothing where it has none."""
    drawn = clock.ruler
    if drawn is None:
        return {"ruler": None}
    names, days = _names(drawn), _days(drawn)
    deadline, now = drawn.mark(Sign.DEADLINE), drawn.mark(Sign.NOW)
    outcome = drawn.mark(*OUTCOMES)
    bar = 2 * TOP_ROW if deadline else TOP_ROW
    below = bar + BAR + ROW
    return {
        "ruler": drawn,
        "id": ruler_id(clock),
        "title": _("Timeline of %(promise)s") % {"promise": clock.promise_label.lower()},
        "said": said(clock),
        "parts": [_drawn(segment) for segment in drawn.segments],
        "warnings": [mark for mark in _placed(drawn) if mark["sign"] is Sign.WARNING],
        "ticks": [mark for mark in _placed(drawn) if mark["sign"] in SCALE],
        "deadline": deadline and _flag(clock, deadline),
        "now": now and _label(now.x, _("now")),
        "outcome": outcome and _label(outcome.x, _outcome_words(clock, outcome.at)),
        "kept": outcome and outcome.sign is Sign.KEPT,
        "end": _percent(drawn.end),
        "days": days,
        "names": names,
        "y": {
            "bar": bar,
            "middle": bar + BAR // 2,
            "bottom": bar + BAR,
            "now": bar - 5,
            "days": below,
            "names": (below + ROW, below + 2 * ROW),
            "height": below + ROW * max((label.row + 1 for label in names), default=0) + 4,
        },
    }


def ruler_legend(clock: Card) -> dict[str, object]:
    """The words for what a card's ruler shows."""
    drawn = clock.ruler
    shown = {segment.part for segment in drawn.segments} if drawn else set()
    return {
        "id": ruler_id(clock),
        "parts": [(part, words) for part, words in PARTS.items() if part in shown],
        "warnings": [mark.share for mark in drawn.marks if mark.share] if drawn else [],
        "binding": clock.binding,
    }


def ruler_id(clock: Card) -> str:
    """What tells a ruler's patterns from those of others on the page."""
    return f"ruler-{slugify(f'{clock.promise} {clock.clause} {clock.started_at:%y%m%d%H%M%S}')}"


def said(clock: Card) -> str:
    """The whole drawing in words, for who does not see it."""
    drawn = clock.ruler
    if drawn is None:
        return ""
    start, deadline = drawn.mark(Sign.START), drawn.mark(Sign.DEADLINE)
    now, outcome = drawn.mark(Sign.NOW), drawn.mark(*OUTCOMES)
    sentences = [_("From %(moment)s.") % {"moment": _moment_words(start.at)}] if start else []
    sentences += [
        f"{_tip(segment).capitalize()}."
        for segment in drawn.segments
        if segment.part in PAUSES or segment.part is Part.HOLIDAY
    ]
    if deadline:
        sentences.append(f"{_deadline_words(clock, deadline.at).capitalize()}.")
    if outcome:
        sentences.append(f"{_outcome_words(clock, outcome.at).capitalize()}.")
    if now:
        sentences.append(_("Now: %(moment)s.") % {"moment": _moment_words(now.at)})
    return " ".join(sentences)


def _percent(x: float) -> str:
    return f"{x / 10:.2f}%"


def _moment_words(at: datetime, pattern: str = FULL) -> str:
    return moment_words(at, timezone.get_current_timezone(), pattern)


def _placed(drawn: Ruler) -> list[dict[str, object]]:
    return [{"sign": mark.sign, "x": _percent(mark.x), "share": mark.share} for mark in drawn.marks]


def _drawn(segment: Segment) -> dict[str, object]:
    return {
        "part": segment.part.value,
        "x": _percent(segment.x),
        "width": _percent(segment.width),
        "middle": _percent(segment.x + segment.width / 2),
        "paused": segment.part in PAUSES,
        "tip": _tip(segment),
    }


def _tip(segment: Segment) -> str:
    if segment.day is not None:
        day = datetime(segment.day.year, segment.day.month, segment.day.day, 12)  # noqa: DTZ001
        at = timezone.make_aware(day)
        return f"{segment.name}, {_moment_words(at, 'D j M Y')}"
    begin, end = _moment_words(segment.start), _moment_words(segment.end)
    if begin[:-5] == end[:-5]:
        end = end[-5:]
    return f"{PARTS[segment.part]}: {begin} – {end}"


def _deadline_words(clock: Card, at: datetime) -> str:
    words = _("deadline %(moment)s") if clock.binding else _("aim %(moment)s")
    return words % {"moment": _moment_words(at)}


def _outcome_words(clock: Card, at: datetime) -> str:
    solution = clock.promise == "resolution"
    words = _("solved %(moment)s") if solution else _("answered %(moment)s")
    return words % {"moment": _moment_words(at)}


def _label(x: float, words: str) -> Label:
    """A label that keeps clear of both edges, also on the narrowest drawing."""
    label = Label(x / 10, words, "middle")
    begin, end = label.reach(NARROW)
    if begin < 0:
        label.anchor = "start"
    elif end > NARROW:
        label.anchor = "end"
    return label


def _flag(clock: Card, deadline: Mark) -> dict[str, object]:
    """The deadline's words on the side that has room, in short where that is little."""
    long, short = _deadline_words(clock, deadline.at), _moment_words(deadline.at)
    side = "start" if deadline.x < WIDTH / 2 else "end"
    room = max(deadline.x, WIDTH - deadline.x) / WIDTH * NARROW - POLE
    fits = len(long) * BOLD_LETTER <= room
    return {
        "x": _percent(deadline.x),
        "anchor": side,
        "words": long,
        "short": "" if fits else short,
    }


def _days(drawn: Ruler) -> list[Label]:
    start = drawn.mark(Sign.START)
    found: list[Label] = []
    if start:
        found.append(Label(start.x / 10, _moment_words(start.at, "D j")))
    for mark in drawn.marks:
        label = Label(mark.x / 10, _moment_words(mark.at, SCALE.get(mark.sign, "")))
        # The day of the start, and that of the deadline, begin twice.
        if mark.sign in SCALE and (not found or label.words != found[-1].words):
            found.append(label)
    return _fitting(found)


def _names(drawn: Ruler) -> list[Label]:
    """Holidays and pauses by name, in a second row where the first has no room."""
    found = []
    for segment in drawn.segments:
        words = str(segment.name or BESIDE_THE_BAR.get(segment.part, ""))
        if words:
            label = _label(segment.x + segment.width / 2, words)
            label.x += {"start": -0.05, "middle": 0, "end": 0.05}[label.anchor] * segment.width
            found.append(label)
    first = _clear(found, NARROW)
    rest = [label for index, label in enumerate(found) if index not in first]
    second = _clear(rest, NARROW)
    for index in second:
        rest[index].row = 1
    return [found[index] for index in sorted(first)] + [rest[index] for index in sorted(second)]


def _fitting(labels: Iterable[Label]) -> list[Label]:
    """Those that clear their neighbours: everywhere, or in one of the widths."""
    labels = list(labels)
    narrow, wide = _clear(labels, NARROW), _clear(labels, WIDE)
    shown = []
    for index, label in enumerate(labels):
        if index in narrow or index in wide:
            both = index in narrow and index in wide
            label.fit = "all" if both else "narrow" if index in narrow else "wide"
            shown.append(label)
    return shown


def _clear(labels: list[Label], width: float) -> set[int]:
    """The labels that fit side by side, from the left."""
    clear, last = set(), float("-inf")
    for index, label in enumerate(labels):
        begin, end = label.reach(width)
        if begin >= last and end <= width + LETTER:
            clear.add(index)
            last = end + LETTER
    return clear
