"""Rounds: one small task for each queue asks what is due, in one statement, and sends only that.

A sweep that finds nothing costs more than the question whether it would. So most are not sent every
few seconds: each owns that question beside itself, as querysets that find nothing where it would do
nothing (they may find something where it would not). What has no such question is sent whenever
anything was written to the database since. And every sweep runs now and then unasked
(config.timetable), whatever was lost meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from config.timetable import DUE, options
from sla import backups
from sla import sweep as sweeps
from support.automation import sweep as automation
from support.checks import round as checks
from support.desk import changed
from support.drafts.models import Draft
from support.mail import post
from support.maintenance import letters as maintenance
from support.notifications import alerts, mailing
from support.notifications import sweep as notifications
from support.notifications.push import browsers
from support.notifications.push import sending as pushing
from support.notifications.push.models import PushSubscription
from support.search import indexing
from support.status_page import followers, stored
from support.status_page import letters as status_letters
from support.webhooks import sending as delivering
from support.webhooks import sweep as webhooks
from support.whatif import working
from tickets.models import Touch, User

QUESTIONS: Mapping[str, Callable[[datetime], Sequence[QuerySet[Any]]]] = {
    "sla.tasks.sweep": sweeps.due,
    "support.tasks.send_alerts": alerts.due,
    "support.tasks.send_answers": lambda now: [Draft.objects.due(now)],
    "support.tasks.tell_of_maintenance": maintenance.due,
    "support.tasks.tell_changes": lambda now: [changed.due(now)],
    "support.tasks.send_mail": lambda now: [post.due(now)],
    "support.tasks.tell_webhooks": webhooks.due,
    "support.tasks.automate": lambda _now: automation.due(),
    "support.tasks.notify": lambda now: [
        *notifications.due(),
        *mailing.due(now),
        pushing.to_hand_out(now),
        PushSubscription.objects.filter(user__in=User.objects.customers()),
    ],
    "support.tasks.send_pushes": lambda now: [
        pushing.due(now),
        browsers.of_who_left(),
    ],
    "support.tasks.send_webhooks": lambda now: [delivering.waiting(now)],
    "support.tasks.run_checks": checks.due,
    "support.tasks.watch_backups": lambda now: [backups.gone_missing(now)],
    "support.tasks.keep_status_page": stored.due,
    "support.tasks.tell_subscribers": lambda now: [*status_letters.due(now), followers.behind()],
    "support.tasks.number_changes": lambda _now: [Touch.objects.all()],
    "support.tasks.index_tickets": lambda _now: [indexing.of_renamed()],
    "support.whatif.tasks.work_whatifs": lambda _now: [working.unfinished()],
}
ALSO_WHEN_WRITTEN = frozenset(
    [
        "support.tasks.watch_backups",
        "support.tasks.keep_status_page",
        "support.tasks.index_tickets",
    ]
)
"""Whose questions tell only of what time brings, or of a part."""
_MADE_ANEW = timedelta(minutes=10)
_LATER = timedelta(hours=1)


def send(queue: str, *, now: datetime) -> list[str]:
    """Send what is due of a queue; gives the names of the tasks."""
    tasks = asked(DUE[queue], now=now)
    for task in tasks:
        current_app.send_task(task, **options(queue))
    return tasks


def asked(tasks: Iterable[str], *, now: datetime) -> list[str]:
    """Which of these tasks have something to do, as far as one statement can tell."""
    round_ = _rounds.setdefault(tuple(tasks), _Round())
    return round_.due(tuple(tasks), now)


@dataclass
class _Round:
    """The statement of a round, and how far this process saw what was written.

    Two equal snapshots mean that nothing was written in between. Another process of the worker may
    have had the rounds between: then this one sends once more than it need.
    """

    sql: str = ""
    values: Sequence[Any] = ()
    at: datetime | None = None
    seen: str = ""

    def due(self, tasks: Sequence[str], now: datetime) -> list[str]:
        if self.at is None or not timedelta() <= now - self.at < _MADE_ANEW:
            self.sql, self.values = _statement(tasks, now)
            self.at = now
        gone_by = now - self.at
        values = [
            value.at + gone_by if isinstance(value, _Moment) else value for value in self.values
        ]
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.sql, values)
            snapshot, *found = cursor.fetchone()
        written, self.seen = snapshot != self.seen, snapshot
        return [
            task
            for task, is_due in zip(tasks, found, strict=True)
            if is_due or (written and task in ALSO_WHEN_WRITTEN)
        ]


_rounds: dict[tuple[str, ...], _Round] = {}


@dataclass(frozen=True)
class _Moment:
    """A value of a statement that goes with the time."""

    at: datetime


def _statement(tasks: Iterable[str], now: datetime) -> tuple[str, list[Any]]:
    """One that says for each task whether its question finds anything; worked out once for a
    while, because that takes longer than the answer.
    """
    columns, values = ["pg_current_snapshot()::text"], list[Any]()
    for task in tasks:
        parts = []
        later = QUESTIONS[task](now + _LATER)
        for one, other in zip(QUESTIONS[task](now), later, strict=True):
            sql, given = _exists(one)
            parts.append(sql)
            values += map(_going, given, _exists(other)[1])
        columns.append(f"({' OR '.join(parts)})")
    return f"SELECT {', '.join(columns)}", values


def _exists(found: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    try:
        sql, values = found.query.exists().get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return "false", ()
    return f"EXISTS ({sql})", values


def _going(value: Any, later: Any) -> Any:
    """A value, as one that goes with the time if it is another one later."""
    going = isinstance(value, datetime) and later - value == _LATER
    return _Moment(value) if going else value
