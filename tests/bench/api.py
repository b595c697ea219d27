"""Opening tickets through the API, over real HTTP, served as production serves it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from uuid import uuid4

from django.utils import timezone

from sla.models import Clock
from support.api.tokens import make_token
from tests import people
from tests.bench import house
from tests.bench.measuring import Row
from tests.bench.web import served
from tickets.models import Ticket

CLIENTS = 8
EACH = 25
ROUNDS = 3

Send = Callable[[http.client.HTTPConnection, int], int]


def run() -> list[Row]:
    """Reports a second by eight clients at once, beside answers that ask the database nothing."""
    with house.standing():
        people.releases("2099-05-20 07:00")
        carla = people.contact(people.organisation())
        _row, token = make_token(
            people.agent(), name="bench", scopes=["read", "write"], now=timezone.now()
        )
        _row.per_minute = 1_000_000
        _row.save(update_fields=["per_minute"])
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

        def report(link: http.client.HTTPConnection, number: int, **more: str) -> int:
            body = {
                "subject": f"Storing {number}",
                "text": "Het werkt niet.",
                "kind": "incident",
                "priority": "middel",
                "contact": carla.pk,
            }
            link.request("POST", "/api/v1/tickets/", json.dumps(body), headers | more)
            return _answered(link)

        def report_once(link: http.client.HTTPConnection, number: int) -> int:
            return report(link, number, **{"Idempotency-Key": str(uuid4())})

        def bare(link: http.client.HTTPConnection, number: int) -> int:
            link.request("GET", "/healthz")
            return _answered(link)

        with served() as web:
            opening, keyed, answering = _in_turns(web.port, report, report_once, bare)
        opened = Ticket.objects.count()
        if opened != Clock.objects.filter(promise="resolution").count():
            raise AssertionError("tickets without clocks: the figure would mean nothing")
        return [
            Row("tickets opened, 8 clients", opening, "/s", "bare answers", answering, "≥ 120"),
            Row("the same, with idempotency keys", keyed, "/s", "bare answers", answering),
        ]


def _in_turns(port: int, *sends: Send) -> list[float]:
    """How often a second each can be sent: the median of rounds in which each has its turn."""
    measured: list[list[float]] = [[] for _ in sends]
    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in range(ROUNDS):
            for send, found in zip(sends, measured, strict=True):
                began = perf_counter()
                list(clients.map(_client, [(port, send)] * CLIENTS))
                found.append(CLIENTS * EACH / (perf_counter() - began))
    return [median(found) for found in measured]


def _client(what: tuple[int, Send]) -> None:
    port, send = what
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(EACH):
        if (status := send(link, number)) >= 300:
            raise AssertionError(f"answered {status}: the figure would mean nothing")
    link.close()


def _answered(link: http.client.HTTPConnection) -> int:
    answer = link.getresponse()
    answer.read()
    return answer.status
