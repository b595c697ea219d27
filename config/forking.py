"""`python -m config.forking`: reads the house once, and forks programs that share what it read.

Whoever started it says over a socket which (config.nursery). Each is forked twice, so that it
becomes the child of that one: it lives on when this process ends, and gives way to another that
reads newer code.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils import timezone, translation
from redis.exceptions import RedisError

from config import beat
from config.celery import app
from config.env import database
from config.processes import call_it, die_with_parent, keep_what_is_read
from config.timetable import CLOCK, DUE

_READ = (
    "config.wsgi",
    "config.schedule",
    "config.web_worker",
    "gunicorn.app.wsgiapp",
    "gunicorn.arbiter",
    "billiard.heap",
    "billiard.popen_fork",
    "billiard.sharedctypes",
    "billiard.synchronize",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.app.routes",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.events.dispatcher",
    "celery.events.receiver",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "kombu.transport.redis",
)
"""What the programs read, besides the code of pages and tasks."""


def main() -> None:
    """Fork what is asked for, until whoever asks has gone; in each fork, be that program."""
    keeper = os.getppid()
    with socket.socket(fileno=int(sys.argv[1])) as link:
        _read_the_house()
        asked = _forks(link, keeper)
    if asked is not None:
        _become(asked)


def _read_the_house() -> None:
    for name in _READ:
        import_module(name)
    for each in (app, beat.app):
        each.loader.import_default_modules()
        each.finalize()
        each.backend, each.amqp  # noqa: B018 - made when they are first asked for
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
    _ask_once()
    keep_what_is_read()


def _ask_once() -> None:
    """What a worker that idles asks again and again: what is worked out for it, all share."""
    rounds, truth = map(import_module, ("config.rounds", "sla.truth"))  # not before the rest
    try:
        for tasks in DUE.values():
            rounds.asked(tasks, now=timezone.now())
        truth.difference()
        caches["redis"].get(CLOCK)
    except (DatabaseError, RedisError):  # a server comes later
        return
    finally:
        connections.close_all()


def _forks(link: socket.socket, keeper: int) -> dict[str, Any] | None:
    """None in this process, at its end; in a program's, what was asked."""
    while True:
        message, given, _flags, _address = socket.recv_fds(link, 1 << 16, 16)
        if not message:
            return None
        between = os.fork()
        if between:
            for descriptor in given:
                os.close(descriptor)
            os.waitpid(between, 0)
            continue
        between = os.getpid()
        if os.fork():
            os._exit(0)
        while os.getppid() == between:
            time.sleep(0.001)
        asked: dict[str, Any] = json.loads(message)
        _settle(asked, given, keeper)
        return asked


def _settle(asked: dict[str, Any], given: list[int], keeper: int) -> None:
    """Be a program of `keeper`: in a session of its own, with its log and what it was given."""
    says, log, *descriptors = given
    os.setsid()
    call_it(f"werkdag-{asked['name']}")
    die_with_parent(signal.SIGKILL, parent=keeper)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.environ.update(asked["settings"])
    for setting, descriptor in zip(asked["descriptors"], descriptors, strict=True):
        os.environ[setting] = str(descriptor)
    try:
        os.write(says, str(os.getpid()).encode())
    except OSError:  # nobody waits for it any more
        os._exit(0)
    os.close(says)


def _become(asked: dict[str, Any]) -> None:
    """Run its command, `python -m …`, in the role that it has."""
    role = asked["settings"]["WERKDAG_ROLE"]
    settings.ROLE = role
    settings.DATABASES["default"] = database(settings.VAR_DIR, role)
    vars(connections).pop("settings", None)  # what it made of those that the house was read with
    with suppress(AttributeError):
        del connections[DEFAULT_DB_ALIAS]
    _python, _m, module, *given = asked["argv"]
    sys.argv = [module, *given]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
