"""What comes back: at which hours reports come in, what is reported again and again, and with whom
the time of tickets goes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate
from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sla import spent
from sla.kept import midnight
from sla.models import Calendar, OpeningBlock
from sla.reporting import ZONE
from sla.spent import With
from sla.wording import KINDS
from support.cockpit.behind import Asking, url_of
from support.cockpit.behind_patterns import SOME_WEEKS, solved_lately, words_in
from tickets.models import TicketEvent
from tickets.models.people import STAFF

TOPICS = 10
FEW = 3
"""So often something must come back to be told."""
SUBJECTS = 20_000
"""The latest reports that are looked at for what comes back."""
LEVELS = 5


@dataclass(frozen=True)
class Hour:
    """An hour of the week: how many reports came in it, and how many agents did something in it on
    the average. level: 0 for none, up to `LEVELS`. is_open: its time counts.
    """

    weekday: int
    hour: int
    count: int
    agents: float
    level: int
    is_open: bool
    url: str

    @property
    def day(self) -> str:
        """Which day it is."""
        return str(WEEKDAYS[self.weekday])

    @property
    def agents_said(self) -> str:
        """How many agents, to the tenth."""
        return number_format(self.agents, 1)


def heat(asking: Asking) -> list[list[Hour]]:
    """The hours of a week, Monday first: the last weeks on top of each other."""
    since = midnight(asking.now, 1 - 7 * SOME_WEEKS)
    at = {
        "day": ExtractIsoWeekDay("reported_at", tzinfo=ZONE),
        "hour": ExtractHour("reported_at", tzinfo=ZONE),
    }
    came: QuerySet[Any] = asking.tickets.filter(reported_at__gte=since).order_by().annotate(**at)
    counts = {
        (row["day"] - 1, row["hour"]): row["count"]
        for row in came.values("day", "hour").annotate(count=Count("pk"))
    }
    most = max(counts.values(), default=0)
    working, opened = _working(asking, since), _opened()
    return [
        [
            Hour(
                weekday=day,
                hour=hour,
                count=(count := counts.get((day, hour), 0)),
                agents=working.get((day, hour), 0) / SOME_WEEKS,
                level=-(-count * LEVELS // most) if most else 0,
                is_open=(day, hour) in opened,
                url=url_of("hour", f"{day}-{hour}"),
            )
            for hour in range(24)
        ]
        for day in range(7)
    ]


def _working(asking: Asking, since: datetime) -> Mapping[tuple[int, int], int]:
    """On how many days how many agents did something in an hour of the week, added up."""
    at = {
        "date": TruncDate("at", tzinfo=ZONE),
        "hour": ExtractHour("at", tzinfo=ZONE),
    }
    did: QuerySet[Any] = TicketEvent.objects.filter(
        at__gte=since, actor__role__in=STAFF, ticket__in=asking.tickets
    ).annotate(**at)
    rows: Iterable[tuple[date, int, int]] = did.order_by().values_list("date", "hour", "actor")
    return Counter((day.weekday(), hour) for day, hour, _actor in set(rows))


def _opened() -> set[tuple[int, int]]:
    """The hours of a week in which the house's first calendar counts any time."""
    found = set()
    calendar = Calendar.objects.order_by("pk").first()
    blocks = OpeningBlock.objects.filter(calendar=calendar)
    for day, opens, closes in blocks.values_list("weekday", "opens", "closes"):
        last = int(closes[:2]) + (closes[3:] > "00")
        found |= {(day, hour) for hour in range(int(opens[:2]), last)}
    return found


@dataclass(frozen=True)
class Topic:
    """Words that come together in the subjects of reports: how often, from how many organisations,
    and how often in as many weeks before.
    """

    words: str
    count: int
    organisations: int
    before: int
    url: str


def again(asking: Asking) -> list[Topic]:
    """What is reported again and again, the most often first; each report counts for one topic."""
    since = midnight(asking.now, 1 - 7 * SOME_WEEKS)
    earlier = since - timedelta(weeks=SOME_WEEKS)
    rows = list(
        asking.tickets.filter(reported_at__gte=earlier)
        .order_by("-reported_at", "-pk")
        .values_list("reported_at", "subject", "organisation")[:SUBJECTS]
    )
    now_told = [(words_in(subject), whose) for at, subject, whose in rows if at >= since]
    before = [words_in(subject) for at, subject, _whose in rows if at < since]
    topics: list[Topic] = []
    while len(topics) < TOPICS:
        pair = _commonest(words for words, _whose in now_told)
        if pair is None:
            break
        of = [whose for words, whose in now_told if pair <= words]
        now_told = [(words, whose) for words, whose in now_told if not pair <= words]
        topics.append(
            Topic(
                words=" ".join(sorted(pair)),
                count=len(of),
                organisations=len({whose for whose in of if whose}),
                before=sum(pair <= words for words in before),
                url=url_of("again", ".".join(sorted(pair))),
            )
        )
    return topics


def _commonest(subjects: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """The two words that most subjects have in common."""
    pairs: Counter[tuple[str, str]] = Counter()
    for words in subjects:
        pairs.update(combinations(sorted(words), 2))
    best = min(pairs.items(), key=lambda each: (-each[1], each[0]), default=None)
    return frozenset(best[0]) if best and best[1] >= FEW else None


@dataclass(frozen=True)
class Part:
    """With whom how much of the working time went, and on how many tickets that was the most."""

    whom: With
    label: str
    share: float
    average: timedelta
    count: int
    url: str


@dataclass(frozen=True)
class Spent:
    """Where the time of tickets of a kind went, from report to solution."""

    label: str
    count: int
    average: timedelta
    parts: Sequence[Part]


def where_time_goes(asking: Asking) -> list[Spent]:
    """By kind, of what was solved in the last weeks."""
    kinds = dict(solved_lately(asking).values_list("pk", "kind"))
    by_kind: dict[str, list[Mapping[With, timedelta]]] = defaultdict(list)
    for ticket, sums in spent.of(list(kinds)).items():
        by_kind[kinds[ticket]].append(sums)
    labels = {
        With.NOBODY: _("nobody"),
        With.US: _("us"),
        With.CUSTOMER: _("the customer"),
        With.RELEASE: _("a release"),
    }
    return [
        Spent(
            label=str(KINDS[kind]),
            count=len(of_kind),
            average=_average(sum(sums.values(), timedelta()) for sums in of_kind),
            parts=_parts(kind, of_kind, labels),
        )
        for kind, of_kind in sorted(by_kind.items(), key=lambda each: -len(each[1]))
    ]


def _parts(
    kind: str, of_kind: Sequence[Mapping[With, timedelta]], labels: Mapping[With, str]
) -> list[Part]:
    sums = {whom: sum((each[whom] for each in of_kind), timedelta()) for whom in With}
    whole = sum(sums.values(), timedelta())
    mostly = Counter(whom for each in of_kind if (whom := spent.mostly_with(each)))
    return [
        Part(
            whom=whom,
            label=labels[whom],
            share=sums[whom] / whole if whole else 0.0,
            average=sums[whom] / len(of_kind),
            count=mostly[whom],
            url=url_of("waited", f"{kind}.{whom}"),
        )
        for whom in With
    ]


def _average(spans: Iterable[timedelta]) -> timedelta:
    listed = list(spans)
    return sum(listed, timedelta()) / len(listed) if listed else timedelta()
