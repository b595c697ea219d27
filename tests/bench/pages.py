"""Pages as visitors get them, through the server as `up` starts it, each beside a bare Django page.

The visitors are a process of their own (load.py), and every measure takes turns with the bare page,
because machines change speed within seconds: the ratio counts. Processor time is that of the web
server's processes alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median
from threading import Event, Thread
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from sla import tallies
from support import desk
from support.queue.filters import Asking
from support.queue.order import PER_PAGE, in_order
from tests import people
from tests.bench import house, million
from tests.bench.load import Visit, Visited, visit
from tests.bench.measuring import Row
from tests.bench.web import Web, served
from tickets.models import Ticket, User

CLIENTS = 8
EACH = 8
ROUNDS = 3
ALONE = 24
TABS = 100
TABS_ASK = 300

SEARCHES = {
    "a rare word": "zeldzaam17",
    "two words": "rapport printer",
    "a common word": "werkt",
    "the beginning of a word": "kantoor7",
    "a phrase": '"het scherm blijft leeg"',
    "of an organisation": "org:klant17 rapport is:open",
    "late ones": "te:laat printer",
    "an address": "persoon77@klant77.example",
    "a file": "bijlage:factuur12",
    "nothing": "bestaatniet",
}


@dataclass(frozen=True)
class Page:
    """What is measured: addresses in turn, and the bars for eight clients and for one."""

    name: str
    addresses: list[str]
    of_bare: str = ""
    p95: str = ""
    visitor: str = "agent"


def run() -> list[Row]:
    """All of them, on servers of their own."""
    with house.standing():
        boss = people.agent("Bas", role="admin")
        million.build(boss)
        while tallies.sweep(now=timezone.now()):
            pass
        customer = _customer()
        cookies = {"agent": cookies_of(boss), "customer": cookies_of(customer)}
        with served("tests.bench.served") as web:
            found: list[Row] = []
            for page in _pages():
                print(f"{page.name} …", flush=True)
                found += measured(web, page, cookies)
            found += _tabs(web, cookies["agent"], "idle", "a refresh that shows nothing new")
            with _work_goes_on(boss):
                found += _tabs(web, cookies["agent"], "active", "a refresh while others work")
            return [*found, _memory(web)]


def _pages() -> list[Page]:
    open_now = Ticket.objects.active().order_by("-pk")
    tickets = [f"/desk/tickets/{each.reference}/" for each in open_now[: CLIENTS * 6]]
    searches = [f"/desk/search/?q={quote(each)}" for each in SEARCHES.values()]
    today = timezone.localdate()
    return [
        Page("queue", ["/desk/"], "≥ 0.45", "≤ 60"),
        Page("queue, page 20", ["/desk/?page=20"]),
        Page("queue, last page", ["/desk/?page=1000"], p95="≤ 100"),
        Page("queue, filters", ["/desk/?organisation=17&kind=incident&kind=question"]),
        Page("queue, mine", ["/desk/?view=mine"]),
        Page("queue, solved", ["/desk/?status=resolved"]),
        Page("start page", ["/desk/start/"], "≥ 0.4"),
        Page("ticket", tickets, "≥ 0.3", "≤ 80"),
        Page("ticket, from the queue", [f"{each}?from=" for each in tickets]),
        Page("searches", searches, p95="≤ 100"),
        Page("month's report", [f"/desk/reports/?month={today:%Y-%m}"], p95="≤ 300"),
        Page("cockpit", ["/desk/cockpit/"], p95="≤ 1,000"),
        Page(
            "breaches of a month", ["/desk/reports/breaches/?period=month&by=team"], p95="≤ 1,000"
        ),
        Page(
            "breaches of a year",
            ["/desk/reports/breaches/?period=12-months&by=agent"],
            p95="≤ 3,000",
        ),
        Page("admin, tickets", ["/admin/tickets/ticket/"]),
        Page("portal", ["/my/"], "≥ 0.4", visitor="customer"),
        Page("portal, report", ["/report/"], "≥ 0.4", visitor="customer"),
    ]


def _customer() -> User:
    dirk = people.contact(people.organisation("Webwinkel", "diploc"), "Dirk")
    dirk.user = User.objects.create_user("dirk@webwinkel.example", name="Dirk")
    dirk.save(update_fields=["user"])
    return dirk.user


def cookies_of(user: User) -> list[str]:
    """Of as many sessions as there are clients."""
    found = []
    for _ in range(CLIENTS):
        client = Client()
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        found.append(f"{settings.SESSION_COOKIE_NAME}={key}")
    return found


def measured(web: Web, page: Page, cookies: dict[str, list[str]]) -> list[Row]:
    theirs = cookies[page.visitor]

    def ask(addresses: list[str], clients: int, times: int) -> Visited:
        return visit(Visit(web.port, theirs, addresses, clients, times))

    bare = ["/bare/"]
    ask(page.addresses, CLIENTS, max(2 * CLIENTS, len(page.addresses)))
    together: list[tuple[float, float]] = []
    spent: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        rates, costs = [], []
        for addresses in (page.addresses, bare):
            before = web.processor()
            went = ask(addresses, CLIENTS, CLIENTS * EACH)
            rates.append(went.rate)
            costs.append((web.processor() - before) / len(went.took) * 1000)
        together.append((rates[0], rates[1]))
        spent.append((costs[0], costs[1]))
    alone, idle = ask(page.addresses, 1, ALONE), ask(bare, 1, ALONE)
    rate, bare_rate = (median(each) for each in zip(*together, strict=True))
    cost, bare_cost = (median(each) for each in zip(*spent, strict=True))
    what = f"{page.name}, p95 (p50 is {alone.middle:,.0f} ms)"
    return [
        Row(f"{page.name}, {CLIENTS} clients", rate, "/s", "a bare page", bare_rate, page.of_bare),
        Row(f"{page.name}, processor", cost, "ms", "a bare page", bare_cost),
        Row(what, alone.most, "ms", "a bare page", idle.middle, page.p95),
    ]


@contextmanager
def _work_goes_on(boss: User) -> Iterator[None]:
    """Somebody gives away a ticket of the queue's first page each second."""
    first = list(in_order(Asking(boss, timezone.now()), "", {}).numbers(0, PER_PAGE))
    over, done = Event(), list[int]()

    def work() -> None:
        for turn in count():
            if over.wait(1):
                break
            ticket = Ticket.objects.get(pk=first[turn % len(first)])
            whose = None if ticket.assignee == boss else boss
            desk.assign(ticket, assignee=whose, team=ticket.team, actor=boss)
            done.append(ticket.pk)
        connection.close()

    working = Thread(target=work)
    working.start()
    try:
        yield
    finally:
        over.set()
        working.join()
        if not done:
            raise AssertionError("nobody worked: the figure would mean nothing")


def _tabs(web: Web, cookies: list[str], kind: str, refresh: str) -> list[Row]:
    """The queue open in a hundred tabs, each asking every twenty seconds."""
    client = Client()
    name, _is, key = cookies[0].partition("=")
    client.cookies[name] = key
    headers = {"HX-Request": "true", "HX-Target": "queue-rows"}
    page = client.get("/desk/", headers={"host": "localhost"}).content.decode()
    asked = headers | {"X-Seen": page.partition('"X-Seen": "')[2].partition('"')[0]}
    before = web.processor()
    what = Visit(web.port, cookies[:1], ["/desk/"], TABS, TABS_ASK, 20.0, asked, (200, 204))
    went = visit(what)
    taken = web.processor() - before
    return [
        Row(
            f"{TABS} {kind} tabs of the queue",
            taken / went.seconds * 100,
            "%",
            bar="≤ 10 of a core" if kind == "idle" else "",
        ),
        Row(refresh, taken / TABS_ASK * 1000, "ms", bar="≤ 3" if kind == "idle" else ""),
    ]


def _memory(web: Web) -> Row:
    return Row("web processes, after all that", web.memory(), "MB")
