"""What runs periodically, how often and on which queue; by name, so that nothing else is read."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from celery.schedules import crontab

ZONE = "Europe/Amsterdam"
"""In which the hours of the night are meant, and moments shown. Rows are in UTC."""

CLOCK, WORK = "clock", "celery"
"""The queues: what keeps promises, and all the rest. Nothing on the first waits for another
machine, and a worker of its own takes it, so that a mail server that says nothing, or a mailbox,
never makes a deadline late. A worker that is told no queue takes both.
"""
CLOCK_LIMIT = 60
"""Seconds after which a process on the first is ended and another takes its place: it is frozen, or
has so much to do that the next one goes on with what it left. Each step is a transaction.
"""


ROUND = 3
"""Seconds from one round (config.rounds) to the next, on each queue."""
DUE: Mapping[str, Sequence[str]] = {
    # What a colleague said becomes the answer: that is a reaction.
    CLOCK: ("sla.tasks.sweep", "support.tasks.send_alerts", "support.tasks.send_answers"),
    WORK: (
        "support.tasks.number_changes",
        "support.tasks.index_tickets",
        "support.tasks.send_mail",
        "support.tasks.tell_webhooks",
        "support.tasks.automate",
        "support.tasks.notify",
        "support.tasks.send_pushes",
        "support.tasks.send_webhooks",
        "support.tasks.run_checks",
        "support.tasks.keep_status_page",
        "support.whatif.tasks.work_whatifs",
        "support.tasks.tell_changes",
        "support.tasks.tell_of_maintenance",
        "support.tasks.tell_subscribers",
        "support.tasks.watch_backups",
    ),
}
"""What each round sends as soon as it has something to do. It runs unasked, too, below."""


def options(queue: str, *, expires: int = 60) -> dict[str, Any]:
    """How a task is sent. expires: a stalled queue holds one sweep, not a thousand; what a round
    sends may wait longer, for no round runs either while all are busy.
    """
    limit = {"time_limit": CLOCK_LIMIT} if queue == CLOCK else {}
    return {"expires": expires, "queue": queue, **limit}


def _every(task: str, seconds: int, *, queue: str = WORK) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": options(queue, expires=seconds),
    }


def _nightly(task: str, hour: int, minute: int) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"expires": 12 * 3600},
    }


# Every task is a short sweep over due rows, safe to run twice, late or side by side.
TIMETABLE: Mapping[str, Mapping[str, Any]] = {
    "round of the clock": _every("config.tasks.round_of_clock", ROUND, queue=CLOCK),
    "round of work": _every("config.tasks.round_of_work", ROUND),
    "sweep": _every("sla.tasks.sweep", 300, queue=CLOCK),
    "judge months": _every("sla.tasks.judge_months", 300),
    "count months": _every("sla.tasks.count_months", 30),
    "keep maintenance": _every("sla.tasks.keep_maintenance", 300),
    "make monthly reports": _every("support.tasks.make_monthly_reports", 60),
    "tell of maintenance": _every("support.tasks.tell_of_maintenance", 300),
    "send alerts": _every("support.tasks.send_alerts", 300, queue=CLOCK),
    "tell changes": _every("support.tasks.tell_changes", 300),
    "announce editions": _every("support.tasks.announce_editions", 30),
    "tell of contracts": _every("support.tasks.tell_of_contracts", 60),
    "tell announcements": _every("support.tasks.tell_announcements", 20),
    "tell of drift": _every("support.tasks.tell_of_drift", 60),
    "send answers": _every("support.tasks.send_answers", 300, queue=CLOCK),
    "send mail": _every("support.tasks.send_mail", 300),
    "tell webhooks": _every("support.tasks.tell_webhooks", 300),
    "automate": _every("support.tasks.automate", 300),
    "automate lasting": _every("support.tasks.automate_lasting", 60),
    "give back": _every("support.tasks.give_back", 60),
    "notify": _every("support.tasks.notify", 300),
    "send pushes": _every("support.tasks.send_pushes", 300),
    "send webhooks": _every("support.tasks.send_webhooks", 300),
    "run checks": _every("support.tasks.run_checks", 30),
    "watch backups": _every("support.tasks.watch_backups", 300),
    "keep status page": _every("support.tasks.keep_status_page", 60),
    "tell subscribers": _every("support.tasks.tell_subscribers", 300),
    "send reports": _every("support.tasks.send_reports", 60),
    "add up checks": _every("support.tasks.add_up_checks", 300),
    "number changes": _every("support.tasks.number_changes", 300),
    "index tickets": _every("support.tasks.index_tickets", 300),
    "work what-ifs": _every("support.whatif.tasks.work_whatifs", 300),
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
