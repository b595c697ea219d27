"""The Celery application of the workers; what runs when is written in config.timetable."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import worker_before_create_process, worker_process_init, worker_ready

from config.processes import die_with_parent, keep_what_is_read
from config.timetable import CLOCK

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A worker would look through the whole house for what is wrong, and tell nobody; `manage.py` does.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("werkdag", task_cls="config.tasks:TimedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class _Worker:
    """Its number, in the processes of its pool too, which it forks."""

    pid = 0


@worker_before_create_process.connect
def _begin_lightly(**_: object) -> None:
    _Worker.pid = os.getpid()
    keep_what_is_read()


@worker_process_init.connect
def _end_with_worker(**_: object) -> None:
    # A pool process whose worker was killed with -9 would otherwise wait for work for ever.
    die_with_parent(signal.SIGKILL, parent=_Worker.pid)


@worker_ready.connect
def _watch_the_clock(sender: Any, **_: object) -> None:
    if CLOCK in app.amqp.queues.consume_from:
        # Not sooner: it asks for settings that are read with this.
        from config import frozen

        frozen.watch(sender)
