"""Whether what runs for long comes to hold more: web processes over many requests, and a worker
over many tasks, each beside what it held after the first tenth.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

from django.utils import timezone

from config.celery import app
from config.env import BASE_DIR
from config.timetable import DUE, WORK, options
from support.demo.story import AGENT, build
from tests.bench import house, web
from tests.bench.load import Visit, visit
from tests.bench.measuring import Row
from tests.bench.pages import cookies_of
from tests.servers import product_environment
from tickets.models import Ticket, User

REQUESTS, TASKS, PARTS = 50_000, 10_000, 10
_ELSEWHERE = ("send_webhooks", "send_pushes", "run_checks", "send_mail")  # other machines are asked


def run() -> list[Row]:
    """MB after each part, beside the first."""
    with house.standing():
        build(now=timezone.now())
        return [*_of_requests(), *_of_tasks()]


def _of_requests() -> Iterator[Row]:
    cookies = cookies_of(User.objects.get(email=AGENT))
    addresses = ["/desk/", "/desk/start/", "/status/"]
    addresses += [f"/desk/tickets/{each.reference}/" for each in Ticket.objects.order_by("pk")]
    with web.served() as server:

        def part() -> None:
            visit(Visit(server.port, cookies, addresses, 8, REQUESTS // PARTS))

        yield from _grown(part, server.memory, REQUESTS, "requests")


def _of_tasks() -> Iterator[Row]:
    tasks = [task for task in DUE[WORK] if not task.endswith(_ELSEWHERE)]
    with _worker() as worker:

        def part() -> None:
            for number in range(TASKS // PARTS):
                app.send_task(tasks[number % len(tasks)], **options(WORK, expires=3600))
            while _waiting():
                sleep(0.2)

        yield from _grown(part, worker.memory, TASKS, "tasks")


def _waiting() -> int:
    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        count: int = channel.client.llen(WORK)
        return count


@contextmanager
def _worker() -> Iterator[web.Web]:
    """A worker as production starts it, with its processes."""
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "WERKDAG_VAR")}
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", WORK, "-c", "2"]
    with subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
        cwd=BASE_DIR,
        env=product_environment(**given, WERKDAG_ROLE="worker"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield web.Web(0, process.pid)
        finally:
            process.terminate()


def _grown(
    part: Callable[[], None], memory: Callable[[], float], whole: int, what: str
) -> Iterator[Row]:
    first = 0.0
    for number in range(1, PARTS + 1):
        part()
        held = memory()
        first = first or held
        count = f"{whole * number // PARTS:,} {what}"
        print(f"  {count:20} {held:6.1f} MB", file=sys.stderr, flush=True)
        yield Row(f"memory after {count}", held, "MB", "the first part", first)
