"""The status page as visitors get it, through gunicorn as `up` starts it, beside a bare answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

from django.conf import settings
from django.utils import timezone

from sla import measuring, outages
from sla.measuring import Finding
from sla.models import Check, CheckDay, OutageEvent, Service
from support.status_page import stored
from support.status_page.models import ShownService
from tests import people
from tests.bench import house
from tests.bench.measuring import Row
from tests.web_server import serving

SERVICES = 10
VISITORS = 4
EACH = 400
ROUNDS = 5
# In processes of their own, so that a visitor's work is not the server's.
VISITOR = """
import socket, sys
port, path, times, want = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4].encode()
asked = f"GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n".encode()
for _ in range(times):
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(asked)
        found = line.recv(65536)
        if not found.startswith(b"HTTP/1.1 200") :
            sys.exit(found[:80].decode())
        size = len(found)
        while found := line.recv(65536):
            size += len(found)
        if size < int(want):
            sys.exit(f"{size} bytes")
"""


def run() -> list[Row]:
    """Requests a second of the page and of what programs ask; and how long writing it takes."""
    with house.standing():
        now = timezone.now()
        _services()
        began = perf_counter()
        stored.write(now=now)
        wrote = perf_counter() - began
        copy = stored.latest()
        assert copy is not None
        with serving(DEBUG="false", WERKDAG_VAR=str(settings.VAR_DIR)) as server:
            # A copy of three minutes ago is another page.
            figures = rates(
                server.port,
                {
                    "page": ("/status/", len(copy.pieces[" new nl "].body)),
                    "summary": ("/status/api/v2/summary.json", 2000),
                    "badge": ("/status/badge.svg", 200),
                    "bare": ("/healthz", 2),
                },
                refresh=lambda: stored.write(now=timezone.now()),
            )
    bare = ("a bare answer", figures["bare"])
    return [
        Row(f"status page of {SERVICES} services", figures["page"], "/s", *bare, "≥ 500"),
        Row("summary.json", figures["summary"], "/s", *bare, "≥ 500"),
        Row("badge.svg", figures["badge"], "/s", *bare, "≥ 500"),
        Row("the copy written anew", wrote * 1000, "ms"),
    ]


def rates(
    port: int,
    asked: dict[str, tuple[str, int]],
    *,
    refresh: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """How many requests a second are answered of each address, in turns."""
    measured: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(ROUNDS + 1):
        refresh()
        for name, (path, size) in asked.items():
            began = perf_counter()
            command = [sys.executable, "-c", VISITOR, str(port), path, str(EACH), str(size)]
            visitors = [subprocess.Popen(command) for _ in range(VISITORS)]
            ended = [visitor.wait() for visitor in visitors]
            if any(ended):
                raise AssertionError(f"{path} was not answered: the figure would mean nothing")
            if number:  # the first round only warms up
                measured[name].append(VISITORS * EACH / (perf_counter() - began))
    return {name: median(found) for name, found in measured.items()}


def _services() -> None:
    """Each with ninety days that were measured, and some outages."""
    agreement, moment = people.agreement("diploc"), timezone.now()
    today = timezone.localdate()
    for number in range(SERVICES):
        service = Service.objects.create(agreement=agreement, name=f"Dienst {number}")
        since = moment - timedelta(days=100)
        ShownService.objects.create(
            service=service, public=True, name=f"Dienst {number}", since=since
        )
        check = Check.objects.create(
            service=service, name="web", targets=["https://dienst.example/"], made_at=since
        )
        CheckDay.objects.bulk_create(
            CheckDay(
                target_check=check,
                day=today - timedelta(days=back),
                good_seconds=86_400 - 600 * (back % 9 == 0),
                failed_seconds=0,
                unmeasured_seconds=600 * (back % 9 == 0),
                good=1,
                failed=0,
            )
            for back in range(1, 91)
        )
        finding = Finding(at=moment)
        measuring.take_in(check, finding)
        measuring.write([(check, finding)])
        for back in (5, 25, 60):
            begin = moment - timedelta(days=back)
            outage, _new = outages.note_down(
                service, OutageEvent.Kind.DETECTED, at=begin, now=begin
            )
            end = begin + timedelta(minutes=20)
            outages.restore(outage, at=end, now=end)
