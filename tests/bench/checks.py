"""Checks of a thousand sites, as one worker asks and notes them, beside bare sockets that ask."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter, process_time

from django.test import override_settings
from django.utils import timezone

from sla.models import Check, CheckResult, Service
from support.checks.round import AT_ONCE, run_due
from tests import people
from tests.bench import house
from tests.bench.measuring import Row

MANY = 1000
# In a process of its own, so that its work is not counted as ours.
SITE = """
import socket
from threading import Thread
def serve(line):
    with line:
        line.recv(65536)
        line.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nWebwinkel")
with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
    print(listening.getsockname()[1], flush=True)
    while True:
        Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()
"""


def run() -> list[Row]:
    """A thousand checks: how fast, and how much of a core if they come once a minute."""
    with house.standing(), _site() as port, override_settings(OUTGOING_PRIVATE_ALLOWED=True):
        _checks(f"http://127.0.0.1:{port}/")
        now = timezone.now()
        run_due(now=now)  # the first round opens connections and fills what is kept
        ours = _measured(lambda: run_due(now=now + timedelta(minutes=2)))
        bare = _measured(lambda: _bare(port))
        if CheckResult.objects.filter(good=True).count() != 2 * MANY:
            raise AssertionError("not every check was good: the figure would mean nothing")
    return [
        Row("checks asked and noted", MANY / ours[0] * 60, "/min", "bare", MANY / bare[0] * 60),
        Row("core of a worker at 1,000 a minute", _share(ours), "%", "bare", _share(bare), "≤ 25"),
    ]


def _share(measured: tuple[float, float]) -> float:
    return 100 * measured[1] / 60


def _measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and seconds of a core that this process took."""
    began, busy = perf_counter(), process_time()
    work()
    return perf_counter() - began, process_time() - busy


def _checks(url: str) -> None:
    agreement = people.agreement()
    Check.objects.bulk_create(
        Check(service=service, name=str(number), targets=[url], expected_text="Webwinkel")
        for service in [
            Service.objects.create(agreement=agreement, name=f"Site {number}")
            for number in range(MANY // 10)
        ]
        for number in range(10)
    )


def _bare(port: int) -> None:
    def ask(_number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            while line.recv(65536):
                pass

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(ask, range(MANY)))


@contextmanager
def _site() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", SITE], stdout=subprocess.PIPE, text=True) as site:
        assert site.stdout is not None
        try:
            yield int(site.stdout.readline())
        finally:
            site.terminate()
