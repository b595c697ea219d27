"""Pages at a million tickets, one client and eight, beside a page that does next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from time import perf_counter

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path
from django.utils import timezone

from tests import people
from tests.bench import house, million
from tests.bench.measuring import Row
from tickets.models import Ticket, User

TIMES = 20
ROUNDS = 3
CLIENTS = 8
EACH = 12

SEARCHES = {
    "a rare word": "zeldzaam17",
    "two words": "rapport printer",
    "a common word": "werkt",
    "the beginning of a word": "kantoor7",
    "a phrase": '"het scherm blijft leeg"',
    "of an organisation": "org:klant17 rapport is:open",
    "late ones": "te:laat printer",
    "a number": "WD-500000",
    "an address": "persoon77@klant77.example",
    "a file": "bijlage:factuur12",
    "nothing": "bestaatniet",
}


def bare(request: HttpRequest) -> HttpResponse:
    """A session, one query, fifty rows: what any list costs."""
    rows = Ticket.objects.filter(assignee=request.user.pk or 0).order_by("pk")[:50]
    lines = "".join(f"<li>{each.pk} {each.subject}</li>" for each in rows)
    return HttpResponse(f"<!doctype html><title>{request.user}</title><ul>{lines}</ul>")


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]


def run() -> list[Row]:
    """All of them, on servers of their own."""
    with house.standing():
        boss = people.agent("Bas", role="admin")
        million.build(boss)
        with override_settings(ROOT_URLCONF="tests.bench.pages", ALLOWED_HOSTS=["testserver"]):
            return [*_one_client(boss), *_searches(boss), *_many_clients(boss)]


def _client(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def _one_client(boss: User) -> list[Row]:
    client = _client(boss)
    some = Ticket.objects.active().order_by("-pk").first()
    assert some is not None
    month = timezone.localdate().strftime("%Y-%m")
    pages = {
        "queue": ("/desk/", "≤ 100"),
        "queue, page 20": ("/desk/?page=20", "≤ 100"),
        "queue, last page": ("/desk/?page=1000", "≤ 100"),
        "queue, filters": ("/desk/?organisation=17&kind=incident&kind=question", "≤ 100"),
        "queue, mine": ("/desk/?view=mine", "≤ 100"),
        "queue, solved": ("/desk/?status=resolved", "≤ 100"),
        "start page": ("/desk/start/", "≤ 100"),
        "ticket": (f"/desk/tickets/{some.reference}/", "≤ 100"),
        "ticket, from the queue": (f"/desk/tickets/{some.reference}/?from=", "≤ 100"),
        "admin, tickets": ("/admin/tickets/ticket/", "≤ 100"),
        "breach report": (f"/desk/reports/?month={month}", "≤ 1,000"),
    }
    found = []
    for name, (address, bar) in pages.items():
        found += _row(name, client, address, bar)
    return found


def _row(name: str, client: Client, address: str, bar: str) -> list[Row]:
    def ask() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise AssertionError(f"{address} answered {answer.status_code}")

    half, most = _times(ask)
    idle, _most = _times(lambda: client.get("/bare/"))
    return [Row(f"{name}, p95 (p50 is {half:,.0f} ms)", most, "ms", "a bare page", idle, bar)]


def _searches(boss: User) -> list[Row]:
    client = _client(boss)
    return [
        row
        for name, text in SEARCHES.items()
        for row in _row(f"search, {name}", client, f"/desk/search/?q={text}", "≤ 200")
    ]


def _times(ask: Callable[[], object]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds, of warm requests."""
    for _ in range(3):
        ask()
    took = []
    for _ in range(TIMES):
        began = perf_counter()
        ask()
        took.append((perf_counter() - began) * 1000)
    return median(took), quantiles(took, n=20)[-1]


def _many_clients(boss: User) -> list[Row]:
    clients = [_client(boss) for _ in range(CLIENTS)]

    def rate(address: str) -> float:
        def work(client: Client) -> None:
            for _ in range(EACH):
                client.get(address)
            connection.close()

        began = perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(work, clients))
        return CLIENTS * EACH / (perf_counter() - began)

    measured: dict[str, list[float]] = {"/desk/": [], "/bare/": []}
    for _ in range(ROUNDS):
        for address, found in measured.items():
            found.append(rate(address))
    queue, idle = (median(found) for found in measured.values())
    return [Row("queue, 8 clients", queue, "/s", "a bare page", idle, "≥ 0.40 of it")]
