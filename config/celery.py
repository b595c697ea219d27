"""The Celery application and the table of what runs periodically."""

import os
import signal
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_before_create_process, worker_process_init, worker_ready

from config.processes import die_with_parent, keep_what_is_read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("werkdag", task_cls="config.tasks:TimedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


CLOCK, WORK = "clock", "celery"
"""The queues: what keeps promises, and all the rest. Nothing on the first waits for another
machine, and a worker of its own takes it, so that a mail server that says nothing, or a mailbox,
never makes a deadline late. A worker that is told no queue takes both.
"""
CLOCK_LIMIT = 60
"""Seconds after which a process on the first is ended and another takes its place: it is frozen, or
has so much to do that the next one goes on with what it left. Each step is a transaction.
"""


def _every(task: str, seconds: int, *, queue: str = WORK) -> dict[str, Any]:
    # Expires with its own period: a stalled queue holds one sweep, not a thousand.
    options: dict[str, Any] = {"expires": seconds, "queue": queue}
    if queue == CLOCK:
        options["time_limit"] = CLOCK_LIMIT
    return {"task": task, "schedule": timedelta(seconds=seconds), "options": options}


def _nightly(task: str, hour: int, minute: int) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"expires": 12 * 3600},
    }


# Every task is a short sweep over due rows, safe to run twice, late or side by side.
app.conf.beat_schedule = {
    "heartbeat": _every("config.tasks.heartbeat", 5, queue=CLOCK),
    "heartbeat of work": _every("config.tasks.heartbeat_of_work", 15),
    "sweep": _every("sla.tasks.sweep", 5, queue=CLOCK),
    "judge months": _every("sla.tasks.judge_months", 300),
    "count months": _every("sla.tasks.count_months", 30),
    "keep maintenance": _every("sla.tasks.keep_maintenance", 300),
    "make monthly reports": _every("support.tasks.make_monthly_reports", 60),
    "tell of maintenance": _every("support.tasks.tell_of_maintenance", 10),
    "send alerts": _every("support.tasks.send_alerts", 5, queue=CLOCK),
    "tell changes": _every("support.tasks.tell_changes", 10),
    "announce editions": _every("support.tasks.announce_editions", 30),
    "tell of contracts": _every("support.tasks.tell_of_contracts", 60),
    "tell announcements": _every("support.tasks.tell_announcements", 20),
    "tell of drift": _every("support.tasks.tell_of_drift", 60),
    # What a colleague said becomes the answer: that is a reaction.
    "send answers": _every("support.tasks.send_answers", 3, queue=CLOCK),
    "send mail": _every("support.tasks.send_mail", 5),
    "tell webhooks": _every("support.tasks.tell_webhooks", 5),
    "automate": _every("support.tasks.automate", 5),
    "automate lasting": _every("support.tasks.automate_lasting", 60),
    "give back": _every("support.tasks.give_back", 60),
    "notify": _every("support.tasks.notify", 5),
    "send pushes": _every("support.tasks.send_pushes", 5),
    "send webhooks": _every("support.tasks.send_webhooks", 5),
    "run checks": _every("support.tasks.run_checks", 5),
    "watch backups": _every("support.tasks.watch_backups", 10),
    "keep status page": _every("support.tasks.keep_status_page", 5),
    "tell subscribers": _every("support.tasks.tell_subscribers", 10),
    "send reports": _every("support.tasks.send_reports", 60),
    "add up checks": _every("support.tasks.add_up_checks", 300),
    "number changes": _every("support.tasks.number_changes", 3),
    "index tickets": _every("support.tasks.index_tickets", 3),
    "work what-ifs": _every("support.whatif.tasks.work_whatifs", 5),
    "read mailboxes": _every("support.tasks.read_mailboxes", 30),
    "tell of mailboxes": _every("support.tasks.tell_of_mailboxes", 60),
    "retry intake": _every("support.tasks.retry_intake", 60),
    "forget answers": _every("support.tasks.forget_answers", 3600),
    "keep search": _nightly("support.tasks.keep_search", 2, 30),
    "keep calendars": _nightly("sla.tasks.keep_calendars", 3, 10),
    "keep releases": _nightly("sla.tasks.keep_releases", 3, 20),
    "forget deliveries": _nightly("support.tasks.forget_deliveries", 3, 50),
    "forget checks": _nightly("support.tasks.forget_checks", 4, 20),
    "forget subscribers": _nightly("support.tasks.forget_subscribers", 4, 35),
    "forget help": _nightly("support.tasks.forget_help", 4, 50),
    "forget audit": _nightly("support.tasks.forget_audit", 5, 5),
    "forget files": _nightly("support.tasks.forget_files", 4, 5),
    "forget notifications": _nightly("support.tasks.forget_notifications", 3, 55),
    "audit sample": _nightly("sla.tasks.audit_sample", 3, 40),
}


@worker_before_create_process.connect
def _begin_lightly(**_: object) -> None:
    keep_what_is_read()


@worker_process_init.connect
def _end_with_worker(**_: object) -> None:
    # A pool process whose worker was killed with -9 would otherwise wait for work for ever.
    die_with_parent(signal.SIGKILL)


@worker_ready.connect
def _watch_the_clock(sender: Any, **_: object) -> None:
    if CLOCK in app.amqp.queues.consume_from:
        # Not sooner: it asks for settings that are read with this.
        from config import frozen

        frozen.watch(sender)
