"""Reports by mail: in the house's hours, once, what their receiver may see, until one click."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sla.calendars import mark_changed
from sla.engine import WorkingHours
from sla.models import Calendar, CalendarDay
from support.mail import post
from support.mail.models import OutgoingMail
from support.regular import letters, sweep
from support.regular.models import RegularReport, Rhythm
from support.regular.rhythms import expected, following, latest
from support.reports.models import SavedReport
from support.sharing.models import Audience
from tests import people
from tests.at_once import together
from tests.people import at
from tests.support.test_breach_report import a_year
from tickets.models import Role, Team, User

pytestmark = pytest.mark.django_db

YEAR = {"first": "2026-03-01", "last": "2026-10-31", "by": "organisation"}
ASKED = at("2026-11-20 12:00")
"""A Friday."""
MONDAY = at("2026-11-23 09:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mila() -> User:
    return people.agent("Mila", Role.MANAGER)


def kept(owner: User, **asked: object) -> SavedReport:
    return SavedReport.objects.create(
        name="Per klant", scope=Audience.ALL, owner=owner, asked=asked or YEAR
    )


def regular(
    receiver: User,
    report: SavedReport | None = None,
    rhythm: str = Rhythm.WEEKLY,
    since: datetime = ASKED,
) -> RegularReport:
    return RegularReport.objects.create(
        report=report, receiver=receiver, rhythm=rhythm, asked_by=receiver, told_at=since
    )


def letter(to: User) -> OutgoingMail:
    return OutgoingMail.objects.filter(to=to.email).latest("pk")


@pytest.mark.parametrize(
    ("rhythm", "now", "expected_at"),
    [
        (Rhythm.DAILY, "2026-11-20 08:59", "2026-11-20 09:00"),
        (Rhythm.DAILY, "2026-11-20 09:00", "2026-11-23 09:00"),  # over a weekend
        (Rhythm.DAILY, "2026-12-24 12:00", "2026-12-28 09:00"),  # over Christmas
        (Rhythm.WEEKLY, "2026-11-20 12:00", "2026-11-23 09:00"),
        (Rhythm.WEEKLY, "2027-03-24 12:00", "2027-03-30 09:00"),  # Easter Monday
        (Rhythm.WEEKLY, "2026-10-20 12:00", "2026-10-26 09:00"),  # over the clock change
        (Rhythm.MONTHLY, "2026-12-24 12:00", "2027-01-04 09:00"),  # New Year's Day, a weekend
        (Rhythm.MONTHLY, "2026-04-30 12:00", "2026-05-01 09:00"),
    ],
)
def test_it_goes_as_the_house_opens_past_closed_days(
    rhythm: str, now: str, expected_at: str
) -> None:
    hours, then = WorkingHours.dutch(), at(expected_at)
    assert following(rhythm, now=at(now), hours=hours) == then
    assert latest(rhythm, now=then, hours=hours) == then
    assert latest(rhythm, now=then - MINUTE, hours=hours) <= at(now)
    assert expected(rhythm, at(now), now=at(now), hours=hours) == then


def test_a_letter_has_the_figures_and_rows_and_goes_once(
    mila: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_year(mila)
    row = regular(mila, kept(mila))
    assert sweep.send(now=MONDAY - MINUTE) == 0
    monkeypatch.setattr(letters, "ROWS", 3)
    assert sweep.send(now=MONDAY) == 1
    assert sweep.send(now=MONDAY + 8 * MINUTE) == 0
    mail = letter(mila)
    client = Client()
    client.force_login(mila)
    page = client.get(reverse("breach-report"), YEAR)
    count = page.context["page_obj"].paginator.count
    assert mail.subject == f"Per klant: {count} gemiste afspraken"
    assert f"Gemist: {count}" in mail.text
    told: Any = page.context
    (shown,) = (each for each in told if "group_label" in each and "asking" in each)
    assert len(shown["groups"]) == 2
    for line in shown["groups"]:
        assert f"- {line.label}: {line.count} (" in mail.text
    for each in page.context["rows"][:3]:
        assert each["row"].clock.ticket.reference in mail.text
        assert each["row"].clock.ticket.reference in mail.html
    assert f"En nog {count - 3}." in mail.text
    (link,) = re.findall(r"Naar het rapport: (\S+)", mail.text)
    opened = client.get(link.removeprefix(settings.ORIGIN.url))
    assert opened.context["page_obj"].paginator.count == count
    row.refresh_from_db()
    assert (row.mail, row.told_at) == (mail, MONDAY)


def test_everybody_gets_what_they_may_see_themselves(mila: User) -> None:
    a_year(mila)
    report = kept(mila)
    lead = people.agent("Lena", Role.LEAD)
    other = people.agent("Omar", Role.LEAD)
    other.team = Team.objects.get(name="Tweede")
    other.save()
    for who in (mila, lead, other):
        regular(who, report)
        regular(who)
    assert sweep.send(now=MONDAY) == 6
    found, days = {}, {}
    for who in (mila, lead, other):
        client = Client()
        client.force_login(who)
        found[who.name] = client.get(reverse("breach-report"), YEAR).context["page_obj"]
        missed, cockpit = OutgoingMail.objects.filter(to=who.email).order_by("pk")
        assert f"Gemist: {found[who.name].paginator.count}\n" in missed.text
        assert ("van je eigen team" in missed.text) is (who is not mila)
        days[who.name] = cockpit.subject.partition(":")[2].split()[0]
    assert len({each.paginator.count for each in found.values()}) == 3
    assert days == {"Mila": "Geen", "Lena": "Geen", "Omar": "Een"}


def test_who_is_no_lead_any_more_gets_nothing_and_it_stops(mila: User) -> None:
    lead, gone = people.agent("Lena", Role.LEAD), people.agent("Gerda", Role.MANAGER)
    for who in (lead, gone, mila):
        regular(who)
    User.objects.filter(pk=lead.pk).update(role=Role.AGENT)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert sweep.send(now=MONDAY) == 1
    assert [row.receiver for row in RegularReport.objects.all()] == [mila]
    assert OutgoingMail.objects.filter(to__in=[lead.email, gone.email]).count() == 0


def test_what_was_missed_at_night_goes_once_as_the_house_opens(mila: User) -> None:
    row = regular(mila, rhythm=Rhythm.DAILY, since=at("2026-11-18 12:00"))
    saturday = at("2026-11-21 12:00")
    assert sweep.send(now=saturday) == 0
    hours = WorkingHours.dutch()
    assert expected(row.rhythm, row.told_at, now=saturday, hours=hours) == MONDAY
    assert sweep.send(now=MONDAY) == 1


def test_a_day_that_is_closed_meanwhile_moves_it(mila: User) -> None:
    people.agreement()
    regular(mila)
    calendar = Calendar.objects.earliest("pk")
    CalendarDay.objects.create(
        calendar=calendar, day=MONDAY.date(), name="Verhuizing", known_from=ASKED
    )
    mark_changed(calendar, now=ASKED)
    assert sweep.send(now=MONDAY) == 0
    assert sweep.send(now=MONDAY + timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_letter(mila: User) -> None:
    regular(mila)
    together(lambda: sweep.send(now=MONDAY), lambda: sweep.send(now=MONDAY))
    assert OutgoingMail.objects.filter(to=mila.email).count() == 1


def test_one_that_cannot_be_asked_any_more_says_so_and_holds_up_no_other(mila: User) -> None:
    regular(mila, kept(mila, period="month", organisation="999999"))
    lead = people.agent("Lena", Role.LEAD)
    regular(lead)
    assert sweep.send(now=MONDAY) == 2
    assert "kan niet meer worden gemaakt" in letter(mila).text


def test_one_that_breaks_holds_up_no_other_and_goes_once_it_is_mended(mila: User) -> None:
    broken, lead = kept(mila), people.agent("Lena", Role.LEAD)
    regular(mila, broken)
    regular(lead)
    SavedReport.objects.update(asked=["nothing of ours"])
    assert sweep.send(now=MONDAY) == 1
    SavedReport.objects.update(asked=YEAR)
    assert sweep.send(now=MONDAY + MINUTE) == 1
    assert letter(mila).subject.startswith("Per klant")


def test_it_stops_at_one_click_of_a_mail_program_and_not_by_looking(mila: User) -> None:
    report, lead = kept(mila), people.agent("Lena", Role.LEAD)
    for who in (mila, lead):
        regular(who, report)
        regular(who)
    sweep.send(now=MONDAY)
    mail = OutgoingMail.objects.get(to=lead.email, subject__startswith="Per klant")
    headers = post._message(mail).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = urlsplit(headers["List-Unsubscribe"].strip("<>")).path
    program = Client(enforce_csrf_checks=True)
    for look in (program.get, program.head):
        assert look(path).status_code == 200
    assert RegularReport.objects.count() == 4
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    left = RegularReport.objects.values_list("receiver__name", "report__name")
    assert sorted(left, key=str) == sorted(
        [("Mila", "Per klant"), ("Mila", None), ("Lena", None)], key=str
    )
    assert "niet meer" in program.get(path).content.decode()
    for odd in (path.replace("stop/", "stop/9"), "/reports/stop/1:abc/"):
        assert program.post(odd).status_code == 404
    assert RegularReport.objects.count() == 3


def test_the_page_sends_changes_shows_and_stops(client: Client, mila: User) -> None:
    lead, agent = people.agent("Lena", Role.LEAD), people.agent("Bob")
    report = kept(mila)
    client.force_login(mila)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = reverse("regular-reports")
    assert f"{page}?report={report.pk}" in client.get(reverse("breach-report")).content.decode()
    assert (
        f'value="{report.pk}" selected' in client.get(page, {"report": report.pk}).content.decode()
    )
    given = {"report": str(report.pk), "rhythm": "monthly", "receivers": [mila.pk, lead.pk]}
    shown = client.post(page, given, follow=True)
    rows = shown.context["rows"]
    assert [str(row["regular"].receiver) for row in rows] == ["Lena", "Mila"]
    assert all(row["next"] > row["regular"].told_at for row in rows)
    assert client.post(page, given | {"receivers": [agent.pk]}).status_code == 422
    client.post(page, given | {"rhythm": "daily"})
    assert set(RegularReport.objects.values_list("rhythm", flat=True)) == {"daily"}

    client.force_login(lead)
    html = client.get(page).content.decode()
    theirs = RegularReport.objects.get(receiver=lead)
    others = RegularReport.objects.get(receiver=mila)
    assert reverse("regular-report-stop", args=[theirs.pk]) in html
    assert client.post(reverse("regular-report-stop", args=[others.pk])).status_code == 404
    told = client.post(page, given | {"receivers": [mila.pk]}, follow=True).content.decode()
    assert "Mila gets it already" in told
    others.refresh_from_db()
    assert others.rhythm == "daily"
    client.post(reverse("regular-report-stop", args=[theirs.pk]))
    assert not RegularReport.objects.filter(receiver=lead).exists()
    report.delete()
    assert not RegularReport.objects.exists()


def test_a_letter_that_failed_shows_on_the_page(client: Client, mila: User) -> None:
    row = regular(mila)
    sweep.send(now=MONDAY)
    OutgoingMail.objects.update(state=OutgoingMail.State.FAILED, error="550 vol")
    client.force_login(mila)
    html = client.get(reverse("regular-reports")).content.decode()
    assert "550 vol" in html
    row.refresh_from_db()
    assert sweep.send(now=MONDAY + timedelta(days=7)) == 1


def test_one_that_should_have_gone_shows_on_the_page(client: Client, mila: User) -> None:
    regular(mila)
    for after, late in ((5, False), (20, True)):
        with time_machine.travel(MONDAY + after * MINUTE, tick=False):
            client.force_login(mila)
            (row,) = client.get(reverse("regular-reports")).context["rows"]
            assert (row["held_up"], row["next"]) == (late, MONDAY + after * MINUTE)
