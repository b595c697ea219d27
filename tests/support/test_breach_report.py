"""The report on breaches: every figure opens its promises, and their sum is the figure."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from sla.derivation import derive
from sla.engine import State
from sla.histories import read
from sla.models import Clock, Coverage
from sla.sweep import sweep
from sla.world import Worlds
from support import desk
from support.causes.models import Cause
from support.desk import causing, gathering
from support.reports.models import SavedReport
from tests import people
from tests.api.programs import program
from tests.people import at, words
from tickets.models import Channel, Kind, Role, Team, Ticket, TicketEvent, User

pytestmark = pytest.mark.django_db

MONTHS = {"first": "2026-03-01", "last": "2026-10-31"}
GROUPS = ("promise", "priority", "kind", "channel", "organisation", "agent", "team", "cause")


@pytest.fixture
def mila(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


def opened(contact: Any, when: str, **how: Any) -> Ticket:
    asked = {"kind": Kind.INCIDENT, "priority": "hoog", "channel": Channel.PHONE} | how
    return desk.open_ticket(
        people.reporter(contact), words(), subject=how.pop("subject", "=1+1"), at=at(when), **asked
    )


def a_year(mila: User) -> None:
    """Misses of every sort, on both sides of the clock changes and of a month's edge; what was
    kept, reopened, reclassified, declined and merged among them.
    """
    bob, alice = people.agent("Bob"), people.agent("Alice")
    second = Team.objects.create(name="Tweede", email="tweede@desk.example")
    busy = Cause.objects.get_or_create(name_nl="Te druk", name_en="Too busy")[0]
    for number, name in enumerate(("School", "Elders")):
        carla = people.contact(people.organisation(name))
        spring = opened(carla, f"2026-03-27 1{number}:00")
        desk.assign(spring, assignee=bob, team=bob.team, actor=mila, at=at("2026-03-27 12:00"))
        desk.assign(spring, assignee=alice, team=second, actor=mila, at=at("2026-04-02 12:00"))
        desk.resolve(spring, words("Klaar"), actor=alice, at=at("2026-04-03 12:00"))
        autumn = opened(carla, "2026-10-23 16:00", channel=Channel.EMAIL)
        desk.reply(autumn, words("We kijken"), actor=bob, at=at("2026-10-27 12:00"))
        edge = opened(carla, "2026-05-31 23:59", channel=Channel.WEB)
        desk.assign(edge, assignee=alice, team=None, actor=mila, at=at("2026-06-01 09:00"))
        again = opened(carla, "2026-06-01 00:00")
        desk.resolve(again, words("Klaar"), actor=bob, at=at("2026-06-01 10:00"))
        desk.reopen(again, reason="Nee", actor=bob, at=at("2026-06-02 10:00"))
        kept = people.setting(carla, when=at("2026-06-03 10:00"))
        desk.reply(kept, words("Klaar"), actor=bob, at=at("2026-06-03 11:00"))
        opened(carla, "2026-06-04 10:00", kind=Kind.SETTING, priority="", channel=Channel.WEB)
        tidied = opened(carla, "2026-06-08 10:00")
        sweep(now=at("2026-06-20 10:00"))
        desk.prioritise(tidied, priority="laag", reason="!", actor=bob, at=at("2026-06-21 10:00"))
        declined = opened(carla, "2026-06-09 10:00")
        desk.decline(declined, words("Nee"), actor=bob, at=at("2026-06-21 11:00"))
        gone = opened(carla, "2026-06-10 10:00")
        gathering.merge(gone, into=again, actor=bob, at=at("2026-06-22 10:00"))
        causing.give_cause(edge, cause=busy, note="＝cmd", actor=mila)


def counted_by_hand(first: str, last: str) -> int:
    """The misses of a period, by reading every history anew: no row of a clock is looked at."""
    count, now = 0, at("2026-11-20 12:00")
    for ticket in Ticket.objects.all():
        coverage = Coverage.objects.filter(pk=ticket.pk).first()
        if coverage is None:
            continue
        events = list(TicketEvent.objects.filter(ticket=ticket).order_by("version"))
        for reading, _rule in derive(Worlds().cover_of(coverage), read(ticket, events), now=now):
            inside = at(f"{first} 00:00") <= reading.started_at < at(f"{last} 00:00")
            count += inside and reading.state is State.BREACHED
    return count


def listed(client: Client, address: str) -> list[str]:
    """All promises that an address lists, by the numbers of their boxes, page by page."""
    found: list[str] = []
    for page in range(1, 20):
        html = client.get(f"{address}&page={page}").content.decode()
        new = re.findall(r'name="clock" value="(\d+)"', html)
        found += [each for each in new if each not in found]
        if 'rel="next"' not in html:
            break
    return found


def test_every_figure_opens_its_promises_and_their_sum_is_the_figure(
    client: Client, mila: User
) -> None:
    a_year(mila)
    url = reverse("breach-report")
    whole = client.get(url, MONTHS).context["page_obj"].paginator.count
    assert whole == counted_by_hand("2026-03-01", "2026-11-01") > 10
    walked = 0
    for by in GROUPS:
        page = client.get(url, MONTHS | {"by": by})
        figures = re.findall(
            r'class="number-link" href="\?([^"]+)">\s*(\d+)<', page.content.decode()
        )
        total = 0
        for address, figure in figures:
            shown = listed(client, f"{url}?{unescape(address)}")
            assert len(shown) == int(figure), (by, address)
            total += 0 if "state=open" in address else int(figure)
            walked += 1
        assert total == whole, by
    assert walked > 25


@pytest.mark.parametrize(
    ("first", "last", "after"),
    [
        ("2026-03-01", "2026-03-31", "2026-04-01"),
        ("2026-05-01", "2026-05-31", "2026-06-01"),
        ("2026-06-01", "2026-06-30", "2026-07-01"),
        ("2026-10-01", "2026-10-31", "2026-11-01"),
    ],
)
def test_a_month_is_what_the_histories_say_read_anew(
    client: Client, mila: User, first: str, last: str, after: str
) -> None:
    a_year(mila)
    page = client.get(reverse("breach-report"), {"first": first, "last": last})
    by_hand = counted_by_hand(first, after)
    assert page.context["page_obj"].paginator.count == by_hand > 0
    month = client.get(reverse("report-breaches"), {"month": first[:7]})
    assert month.context["totals"]["breached"]["count"] == by_hand


def test_it_tells_who_had_it_at_the_deadline_and_not_who_has_it_now(
    client: Client, mila: User
) -> None:
    a_year(mila)
    page = client.get(
        reverse("breach-report"),
        {"first": "2026-03-01", "last": "2026-03-31", "promise": "resolution"},
    )
    for each in page.context["rows"]:
        assert (each["cells"]["agent"], each["cells"]["team"]) == ("Bob", "Support")
        assert each["row"].clock.ticket.assignee.name == "Alice"
        # Reported on Friday between ten and twelve; eight working hours are over on Monday.
        assert each["cells"]["late"] > timedelta(hours=24)


def test_how_late_is_working_time_also_across_a_clock_change(client: Client, mila: User) -> None:
    carla = people.contact(people.organisation())
    ticket = opened(carla, "2026-10-23 10:00")  # Friday; due on Monday at ten
    desk.resolve(ticket, words("Klaar"), actor=mila, at=at("2026-10-27 11:30"))
    page = client.get(
        reverse("breach-report"),
        {"first": "2026-10-01", "last": "2026-10-31", "promise": "resolution"},
    )
    (each,) = page.context["rows"]
    assert each["row"].clock.due_at == at("2026-10-26 10:00")
    assert each["cells"]["late"] == timedelta(hours=9, minutes=30)
    assert each["cells"]["state"] == "met late"


def test_what_does_not_bind_is_told_with_its_clause(client: Client, mila: User) -> None:
    a_year(mila)
    page = client.get(reverse("breach-report"), MONTHS | {"binds": "no", "column": ["binds"]})
    said = {each["cells"]["binds"] for each in page.context["rows"]}
    assert said == {"no (4.D)"}


def test_leads_see_their_own_team_and_their_files_have_no_more(client: Client, mila: User) -> None:
    a_year(mila)
    url = reverse("breach-report")
    lena = people.agent("Lena", Role.LEAD)
    lena.team = Team.objects.get(name="Tweede")
    lena.save()
    client.force_login(lena)
    page = client.get(url, MONTHS)
    shown = {each["row"].clock.ticket.team for each in page.context["rows"]}
    assert shown == {lena.team}
    rows = file_of(client.get(reverse("breach-report-csv"), MONTHS))
    assert len(rows) == page.context["page_obj"].paginator.count
    others = Clock.objects.filter(state="breached").exclude(ticket__team=lena.team).first()
    assert others is not None
    body = {"clock": [others.pk], "cause": Cause.objects.all()[0].pk}
    assert client.post(reverse("breach-report-cause"), body).status_code == 422
    lena.team = None
    lena.save()
    assert client.get(url, MONTHS).context["page_obj"].paginator.count == 0


def file_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_files_count_alike_and_hold_no_formula(client: Client, mila: User) -> None:
    a_year(mila)
    asked = MONTHS | {"column": ["due", "late", "state", "cause", "note"]}
    count = client.get(reverse("breach-report"), asked).context["page_obj"].paginator.count
    rows = file_of(client.get(reverse("breach-report-csv"), asked))
    gone = [row for row in rows if row["Met late or open"] == "missed, no longer counted"]
    assert len(rows) - len(gone) == count
    assert gone
    assert {row["Subject"] for row in rows} == {"'=1+1", "Logo"} - {"Logo"}
    assert "'＝cmd" in {row["Note"] for row in rows}
    file = client.get(reverse("breach-report-xlsx"), asked)
    sheet = load_workbook(io.BytesIO(b"".join(file.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:G{len(rows) + 1}")
    lines = list(sheet.iter_rows(min_row=2))
    assert len(lines) == len(rows)
    assert all(line[2].is_date and line[1].data_type == "s" for line in lines)
    spans = [line[3].value for line in lines if line[4].value != "missed, no longer counted"]
    assert all(isinstance(span, timedelta) and span > timedelta() for span in spans)


def test_a_spreadsheet_draws_its_counts_and_paper_tells_the_same(
    client: Client, mila: User
) -> None:
    a_year(mila)
    asked = MONTHS | {"by": "organisation", "priority": "hoog"}
    shown = client.get(reverse("breach-report"), asked)
    file = client.get(reverse("breach-report-xlsx"), asked)
    book = load_workbook(io.BytesIO(b"".join(file.streaming_content)))  # type: ignore[attr-defined]
    counts = book["Organisation"]
    assert [chart.tagname for chart in counts._charts] == ["barChart"]
    drawn = {row[0].value: row[1].value for row in counts.iter_rows(min_row=2)}
    assert drawn == {group.label: group.count for group in shown.context["groups"]}
    paper = client.get(reverse("breach-report-pdf"), asked)
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"].startswith("attachment;")
    nothing = client.get(
        reverse("breach-report-pdf"), {"first": "2020-01-01", "last": "2020-01-31"}
    )
    assert nothing.content.startswith(b"%PDF")
    assert client.get(reverse("breach-report-pdf"), {"first": "x"}).status_code == 422


def test_causes_are_given_to_many_from_the_list(client: Client, mila: User) -> None:
    a_year(mila)
    cause = Cause.objects.get(name_en="Too busy")
    page = client.get(reverse("breach-report"), MONTHS | {"cause": "-"})
    chosen = [each["row"].clock.pk for each in page.context["rows"]]
    body = {"clock": chosen, "cause": cause.pk, "note": "Vakantie", "of": "period=12-months"}
    client.post(reverse("breach-report-cause"), body)
    left = client.get(reverse("breach-report"), MONTHS | {"cause": "-"})
    assert left.context["page_obj"].paginator.count == 0
    said = client.get(reverse("breach-report"), MONTHS | {"cause": cause.pk})
    assert said.context["page_obj"].paginator.count >= len(chosen)
    none = {"cause": cause.pk, "note": "Blijft", "of": urlencode(MONTHS)}
    nothing = client.post(reverse("breach-report-cause"), none)
    assert nothing.status_code == 422
    assert "Blijft" in nothing.content.decode()


def test_a_kept_report_asks_the_same_again_for_those_it_is_for(client: Client, mila: User) -> None:
    a_year(mila)
    of = "first=2026-06-01&last=2026-06-30&by=team&kind=incident&column=late&column=cause"
    done = client.post(reverse("saved-reports"), {"name": "Juni", "scope": "all", "of": of})
    page = client.get(done["Location"])
    assert list(page.context["columns"]) == ["late", "cause"]
    assert page.context["asking"].cleaned_data["kind"] == "incident"
    kept = SavedReport.objects.get()
    lena = people.agent("Lena", Role.LEAD)
    client.force_login(lena)
    assert "Juni" in client.get(reverse("breach-report")).content.decode()
    kept.scope = "own"
    kept.save()
    assert client.post(reverse("saved-report", args=[kept.pk])).status_code == 404
    client.force_login(mila)
    client.post(reverse("saved-report", args=[kept.pk]))
    assert not SavedReport.objects.exists()


def test_a_period_that_ends_before_it_begins_is_said_and_keeps_what_was_typed(
    client: Client, mila: User
) -> None:
    page = client.get(reverse("breach-report"), {"first": "2026-06-02", "last": "2026-06-01"})
    assert page.status_code == 422
    assert "2026-06-02" in page.content.decode()
    for query in ({"organisation": "999999"}, {"column": "secret"}, {"first": "soon"}):
        assert client.get(reverse("breach-report"), query).status_code == 422


def test_programs_read_the_same_rows_page_by_page(client: Client, mila: User) -> None:
    a_year(mila)
    count = client.get(reverse("breach-report"), MONTHS).context["page_obj"].paginator.count
    api = program(mila, "reports")
    first = api.get("/api/v1/reports/breaches/", MONTHS | {"limit": "5"}).json()
    results, following = list(first["results"]), first["next"]
    while following:
        page = api.get(following).json()
        results, following = results + page["results"], page["next"]
    assert len(results) == count
    solving = [each for each in results if each["promise"] == "resolution"]
    spring = [each for each in solving if each["started_at"].startswith("2026-03")]
    assert {each["agent"] for each in spring} == {"Bob"}
    assert {each["cause"]["note"] for each in results if each["cause"]} == {"＝cmd"}
    for wrong in ({"last": "2026-01-01", "first": "2026-02-01"}, {"cause": "x"}, {"what": "1"}):
        assert api.get("/api/v1/reports/breaches/", wrong).status_code == 400
    alice = program(User.objects.get(name="Alice"), "reports")
    assert alice.get("/api/v1/reports/breaches/").status_code == 403
