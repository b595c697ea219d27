"""A clock that was put back stops no periodic work, and one that is wrong judges nothing."""

import json
import re
import shelve
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from types import SimpleNamespace
from typing import Any

import pytest
from celery.beat import ScheduleEntry
from django.core.cache import cache, caches
from django.test import Client
from django.utils import timezone

from config import frozen
from config import tasks as config_tasks
from config.beat import app
from config.schedule import HealingScheduler
from sla import tasks, truth
from sla.models import Alert
from support import desk
from support import tasks as support_tasks
from support.faults.met import CLOCK, beat
from support.mail.models import OutgoingMail
from support.mail.post import post
from tests import people
from tests.people import words
from tickets.models import Channel, Kind

AHEAD = timedelta(hours=2)


class Sent(HealingScheduler):
    """A scheduler that notes what it would send."""

    sent: list[str]

    def apply_async(self, entry: ScheduleEntry, *args: Any, **kwargs: Any) -> None:
        self.sent.append(str(entry.name))


def scheduler(path: Path) -> Sent:
    found = Sent(app, schedule_filename=str(path), lazy=True)
    found.sent = []
    found.setup_schedule()
    return found


def look(found: Sent) -> set[str]:
    """What is sent by some looks at the timetable."""
    found.sent.clear()
    for _look in range(3 * len(found.schedule)):
        found.tick()
    return set(found.sent)


def latest(found: Sent) -> datetime:
    return max(entry.last_run_at for entry in found.schedule.values() if entry.last_run_at)


def ran_at(found: Sent, moment: datetime) -> None:
    for entry in found.schedule.values():
        entry.last_run_at = moment


def test_a_timetable_from_the_future_begins_anew_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "beat"
    first = scheduler(path)
    ran_at(first, app.now() + AHEAD)
    first.sync()
    first.close()
    second = scheduler(path)
    assert latest(second) <= app.now()
    ran_at(second, app.now() - timedelta(seconds=6))
    assert {"round of the clock", "round of work"} <= look(second)
    second.close()
    with shelve.open(str(path)) as kept:
        assert "entries" in kept


def test_a_clock_that_is_put_back_while_it_runs_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = scheduler(tmp_path / "beat")
    ran_at(found, app.now() - timedelta(seconds=6))
    real = app.now
    wall = timezone.now().timestamp() + AHEAD.total_seconds()
    monkeypatch.setattr("config.schedule.time.time", lambda: wall)
    monkeypatch.setattr(app, "now", lambda: real() + AHEAD)
    found._looked = None
    look(found)
    ran_at(found, real() + AHEAD)
    monkeypatch.setattr("config.schedule.time.time", lambda: wall - AHEAD.total_seconds())
    monkeypatch.setattr(app, "now", real)
    look(found)  # sees the jump
    assert latest(found) <= app.now()
    found.close()


@pytest.mark.django_db
@pytest.mark.parametrize("ahead", [AHEAD, -AHEAD])
def test_a_process_whose_clock_is_wrong_judges_nothing_and_says_so(
    ahead: timedelta, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    carla = people.contact(people.organisation())
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.SETTING,
        channel=Channel.WEB,
        at=timezone.now() - timedelta(days=30),
    )
    real = timezone.now
    cache.clear()
    beat(CLOCK, at=real())
    monkeypatch.setattr(truth.timezone, "now", lambda: real() + ahead)
    tasks.sweep()
    told = json.loads(client.get("/readyz").content)["clock"]
    monkeypatch.setattr(truth.timezone, "now", real)
    assert not Alert.objects.filter(ticket=ticket).exists()
    found = re.match(r"differs by (-?\d+) s", told)
    assert found, told
    assert abs(int(found[1]) - ahead.total_seconds()) < 60
    tasks.sweep()
    assert Alert.objects.filter(ticket=ticket).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize(
    ("ahead", "sent"), [(AHEAD, False), (-AHEAD, False), (timedelta(seconds=20), True)]
)
def test_a_worker_whose_clock_is_wrong_sends_nothing_and_the_house_says_so(
    ahead: timedelta, sent: bool, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = timezone.now() - timedelta(minutes=1)
    mail = post(to="a@b.example", subject="Tijd", text="Hoi", at=began)
    real = timezone.now
    monkeypatch.setattr(truth.timezone, "now", lambda: real() + ahead)
    ran(support_tasks.send_mail)
    monkeypatch.setattr(truth.timezone, "now", real)
    answer = client.get("/readyz")
    told = json.loads(answer.content)["clock_of_workers"]
    mail.refresh_from_db()
    assert (mail.state == OutgoingMail.State.SENT) is sent
    assert told.startswith("ok" if sent else "differs by"), told
    assert answer.status_code == 200, "a web server whose own clock is right goes on"
    assert client.get("/health").status_code == (200 if sent else 503)
    assert ran(config_tasks.round_of_clock).state == "SUCCESS"


def ran(task: Any) -> Any:
    """What a worker makes of a task that beat sent."""
    return task.apply()


@pytest.mark.parametrize(
    ("lived", "there_for", "ended"),
    [
        (timedelta(minutes=2), timedelta(minutes=2), True),
        (None, timedelta(minutes=2), True),
        (timedelta(minutes=1), timedelta(hours=1), False),
        (timedelta(minutes=2), timedelta(minutes=1), False),  # it has only just begun
        (-AHEAD, timedelta(minutes=2), True),  # a clock that was put back hides nothing
    ],
)
def test_a_process_that_stands_still_gives_way_to_another(
    lived: timedelta | None, there_for: timedelta, ended: bool
) -> None:
    now = timezone.now()
    caches["redis"].delete(CLOCK)
    if lived is not None:
        beat(CLOCK, at=now - lived)
    with Popen([sys.executable, "-c", "input()"], stdin=PIPE) as process:
        process.send_signal(signal.SIGSTOP)
        worker = SimpleNamespace(pool=SimpleNamespace(info={"processes": [process.pid]}))
        assert frozen.end_frozen(worker, since=now - there_for, now=now) is ended
        process.send_signal(signal.SIGCONT)
        process.communicate(b"\n")
    assert process.returncode == (-signal.SIGKILL if ended else 0)
