"""A round sends each sweep that has something to do, and nothing when nothing happened."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import rounds
from config.celery import app
from config.timetable import DUE, TIMETABLE
from sla import sweep as sweeps
from support.automation import sweep as automation
from support.backups import following as backups
from support.demo.story import build
from support.desk import changed, letters
from support.drafts import keeping
from support.drafts.models import Draft
from support.mail import post
from support.maintenance import letters as maintenance
from support.notifications import alerts, mailing
from support.notifications import sweep as notifications
from support.notifications.push import sending as pushing
from support.status_page import followers
from support.status_page import letters as status_letters
from support.webhooks import sweep as webhooks
from support.webhooks import switching
from support.webhooks.models import Webhook, WebhookEvent
from tests import people
from tests.people import at
from tickets import changes

NOW = at("2026-11-24 11:00")


def notify(now: datetime) -> None:
    notifications.sweep(now=now)
    mailing.tell(now=now)
    pushing.hand_out(now=now)


def tell_subscribers(now: datetime) -> None:
    status_letters.tell(now=now)
    followers.tell(now=now)


# As the tasks call them; not those that other machines are asked by.
SWEEPS: Mapping[str, Callable[[datetime], Any]] = {
    "sla.tasks.sweep": lambda now: sweeps.sweep(now=now),
    "support.tasks.send_alerts": lambda now: alerts.tell(now=now, later=letters.tell_moved),
    "support.tasks.send_answers": lambda now: keeping.send_due(now=now),
    "support.tasks.tell_of_maintenance": lambda now: maintenance.tell(now=now),
    "support.tasks.tell_changes": lambda now: changed.tell(now=now),
    "support.tasks.send_mail": lambda now: post.send_due(now=now),
    "support.tasks.tell_webhooks": lambda now: webhooks.sweep(now=now),
    "support.tasks.automate": lambda now: automation.sweep(now=now),
    "support.tasks.notify": notify,
    "support.tasks.watch_backups": lambda now: backups.watch(now=now),
    "support.tasks.tell_subscribers": tell_subscribers,
    "support.tasks.number_changes": lambda now: changes.number(now=now),
}


def wrote(seen: CaptureQueriesContext) -> list[str]:
    words = ("INSERT", "UPDATE", "DELETE")
    return [each["sql"] for each in seen.captured_queries if each["sql"].startswith(words)]


@pytest.mark.django_db
def test_a_sweep_that_would_do_something_is_sent() -> None:
    build(now=NOW)
    switching.make(Webhook(name="X", url="https://x.example", events=WebhookEvent.values), now=NOW)
    backups.watch(now=NOW)  # after what was written: that it is sent for, another test says
    worked = set()
    for minutes in (0, 3, 16, 1501, 20_000):
        now = NOW + timedelta(minutes=minutes)
        for task, sweep in SWEEPS.items():
            is_sent = bool(rounds.asked([task], now=now))
            with CaptureQueriesContext(connection) as seen:
                sweep(now)
            assert is_sent or not wrote(seen), (task, minutes, wrote(seen))
            if wrote(seen):
                worked.add(task)
    assert {"sla.tasks.sweep", "support.tasks.send_mail", "support.tasks.notify"} <= worked


@pytest.mark.django_db(transaction=True)
def test_what_was_written_is_looked_at_and_an_idle_house_sends_nothing() -> None:
    now = NOW
    people.agent()
    for task, sweep in SWEEPS.items():
        if rounds.asked([task], now=now):
            sweep(now)
    tasks = [task for queue in DUE.values() for task in queue]
    rounds.asked(tasks, now=now)
    assert rounds.asked(tasks, now=now + timedelta(seconds=3)) == []
    people.setting(people.contact(people.organisation()), when=now)
    found = rounds.asked(tasks, now=now + timedelta(seconds=6))
    assert {"support.tasks.index_tickets", "support.tasks.number_changes"} <= set(found)
    assert "support.tasks.notify" in found


@pytest.mark.django_db
def test_an_answer_is_sent_for_when_its_time_comes() -> None:
    author = people.agent()
    ticket = people.setting(people.contact(people.organisation()), when=NOW)
    draft = Draft(ticket=ticket, author=author, kind=Draft.Kind.REPLY, state=Draft.State.SENDING)
    draft.saved_at, draft.send_at = NOW, NOW + timedelta(seconds=10)
    draft.save()
    task = "support.tasks.send_answers"
    assert rounds.asked([task], now=NOW + timedelta(seconds=9)) == []
    assert rounds.asked([task], now=NOW + timedelta(seconds=11)) == [task]


def test_whatever_a_round_sends_is_known_and_runs_unasked_too() -> None:
    app.loader.import_default_modules()
    sent = {task for queue in DUE.values() for task in queue}
    assert sent == set(rounds.QUESTIONS)
    assert sent <= set(app.tasks)
    unasked = {each["task"]: each["schedule"] for each in TIMETABLE.values()}
    assert all(unasked[task] <= timedelta(minutes=5) for task in sent)
