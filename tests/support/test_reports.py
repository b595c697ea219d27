"""The managers' report: every number is the tickets behind it, and only managers read it."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sla.models import Clock
from sla.sweep import sweep
from support import desk
from support.who import Reporter
from tests import people
from tests.people import at, words
from tickets.models import Channel, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db

NOW = at("2026-05-27 14:00")


@pytest.fixture
def manager(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


def test_only_managers_read_the_reports(client: Client) -> None:
    urls = [reverse(name) for name in ("report-breaches", "report-tickets", "report-csv")]
    assert [client.get(url).status_code for url in urls] == [302] * 3
    client.force_login(User.objects.create_user("charlie@school.example", name="Charlie"))
    assert [client.get(url).status_code for url in urls] == [403] * 3
    client.force_login(people.agent("Alice"))
    assert [client.get(url).status_code for url in urls] == [403] * 3
    client.force_login(people.agent("Mila", Role.MANAGER))
    assert [client.get(url).status_code for url in urls] == [200] * 3


def a_month(agent: User) -> None:
    """Two organisations, each outcome at least once."""
    people.releases("2036-06-10 07:00")
    for name in ("School", "Elders"):
        carla = people.contact(people.organisation(name))
        for number, (kind, priority, channel) in enumerate(
            (
                (Kind.SETTING, "", Channel.WEB),
                (Kind.SETTING, "hoog", Channel.PHONE),
                (Kind.INCIDENT, "hoog", Channel.EMAIL),
                (Kind.INCIDENT, "middel", Channel.PHONE),
                (Kind.INCIDENT, "laag", Channel.WEB),
            )
        ):
            ticket = desk.open_ticket(
                people.reporter(carla),
                words(),
                subject=f"{name} {number}",
                kind=kind,
                priority=priority,
                channel=channel,
                at=at("2026-05-18 10:00"),
            )
            if number % 2:
                desk.reply(ticket, words(), actor=agent, at=at("2026-05-18 11:00"))
    sweep(now=NOW)


def test_every_number_equals_the_rows_behind_its_link(client: Client, manager: User) -> None:
    a_month(manager)
    response = client.get(reverse("report-breaches"), {"month": "2026-05"})
    page, html = response.context, unescape(response.content.decode())
    rows = [page["totals"], *(row["cells"] for row in [*page["rows"], *page["organisations"]])]
    cells = [cell for row in rows for name, cell in row.items() if name != "share"]
    assert len(cells) > 20
    for cell in cells:
        if cell["count"]:
            assert cell["url"] in html
            behind = client.get(cell["url"]).context["page_obj"].paginator.count
            assert behind == cell["count"], cell["url"]
    for part in (page["rows"], page["organisations"]):
        for outcome in ("kept", "breached", "not_binding", "running"):
            summed = sum(row["cells"][outcome]["count"] for row in part)
            assert summed == page["totals"][outcome]["count"] > 0


def test_the_share_counts_only_what_was_decided(client: Client, manager: User) -> None:
    carla = people.contact(people.organisation())
    for number in range(3):
        ticket = desk.open_ticket(
            people.reporter(carla),
            words(),
            subject=f"Logo {number}",
            kind=Kind.SETTING,
            channel=Channel.WEB,
            at=at("2026-05-18 10:00"),
        )
        if number:
            desk.reply(ticket, words(), actor=manager, at=at("2026-05-18 11:00"))
    sweep(now=NOW)
    page = client.get(reverse("report-breaches"), {"month": "2026-05"}).context
    assert page["totals"]["share"] == 66
    assert page["trend"][-1]["breached"] == 1
    assert page["trend"][-2]["breached"] == 0


@pytest.mark.parametrize("month", ["", "2026", "nonsense", "0001-01", "9999-12", "2026-13", "\x00"])
def test_a_month_that_is_none_becomes_this_month(client: Client, manager: User, month: str) -> None:
    for name in ("report-breaches", "report-tickets", "report-csv"):
        assert client.get(reverse(name), {"month": month}).status_code == 200


def lines(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_csv_has_a_line_for_each_promise_and_no_formulas(client: Client, manager: User) -> None:
    subjects = ['=HYPERLINK("http://kwaad.example")', "+1", "-1", "＝x", 'Een "gewone"; vraag']
    for subject in subjects:
        desk.open_ticket(
            people.reporter(
                people.contact(people.organisation(f"={subject[:5]}"), f"C{subject[:1]}")
            ),
            words(),
            subject=subject,
            kind=Kind.SETTING,
            channel=Channel.WEB,
            at=at("2026-05-18 10:00"),
        )
    sweep(now=NOW + timedelta(days=1))
    response = client.get(reverse("report-csv"), {"month": "2026-05"})
    assert response["Content-Disposition"] == 'attachment; filename="werkdag-2026-05.csv"'
    table = lines(response)
    assert len(table) == Clock.objects.count() == 5
    cells = [cell for line in table for cell in line.values()]
    assert [cell for cell in cells if re.match(r"[=+\-@＝＋－＠\t\r]", cell)] == []
    assert sum('Een "gewone"; vraag' in line.values() for line in table) == 1
    assert sum("2026-05-19 10:00:00" in line.values() for line in table) == 5


def test_reports_without_organisation_have_their_own_row(client: Client, manager: User) -> None:
    desk.open_ticket(
        Reporter(email="wie@elders.example"),
        words(),
        subject="Niets beloofd",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
        at=at("2026-05-18 10:00"),
    )
    page = client.get(reverse("report-breaches"), {"month": "2026-05"}).context
    assert (page["rows"], page["organisations"], Ticket.objects.count()) == ([], [], 1)
    url = f"{reverse('report-tickets')}?month=2026-05&organisation=0"
    assert client.get(url).context["page_obj"].paginator.count == 0


def test_what_was_missed_and_then_reclassified_is_listed(manager: User, client: Client) -> None:
    ticket = desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Opslaan",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.PHONE,
        at=at("2026-05-18 10:00"),
    )
    sweep(now=at("2026-05-20 10:00"))
    page = client.get("/desk/reports/", {"month": "2026-05"}).content.decode()
    assert "Valt mee" not in page
    desk.prioritise(
        ticket, priority="laag", reason="Valt mee", actor=manager, at=at("2026-05-20 11:00")
    )
    page = unescape(client.get("/desk/reports/", {"month": "2026-05"}).content.decode())
    assert "Gemist, maar telt niet meer" in page
    assert page.count("(Valt mee)") == 2  # the reaction and the solution
    assert "Mila" in page
