"""The pages of checks and backups, for managers and for customers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla import backups, measuring
from sla.measuring import Finding
from sla.models import BackupJob, Check, Ping, Service
from tests import people
from tickets.models import Organisation, Role, User

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CHECK = {
    "name": "voorkant",
    "targets": "https://winkel.example/\nhttps://www.winkel.example/",
    "interval_seconds": 60,
    "timeout_seconds": 10,
    "failures_needed": 3,
    "expected_status": 200,
    "certificate_days": 14,
}
QUERIES_OF_A_LIST = 12


@pytest.fixture
def manager(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


def a_service(name: str) -> Service:
    """A website of a customer of that name."""
    contract = people.organisation(name, "diploc").contracts.get()
    return Service.objects.create(
        agreement=contract.agreement, contract=contract, name=f"Site {name}"
    )


def a_backup(service: Service, name: str = "nacht") -> BackupJob:
    return BackupJob.objects.create(
        service=service,
        name=name,
        destination="backup2.voorbeeld",
        watched_from=timezone.now() - timedelta(days=3),
    )


def a_customer(organisation: Organisation) -> Client:
    person = people.contact(organisation, "Dirk")
    person.user = User.objects.create_user("dirk@winkel.example", name="Dirk")
    person.save()
    browser = Client()
    browser.force_login(person.user)
    return browser


def test_a_manager_adds_a_check_of_several_addresses(client: Client, manager: User) -> None:
    service = a_service("Winkel")
    answer = client.post(
        reverse("check-add") + "?kind=http", CHECK | {"service": service.pk}, follow=True
    )
    assert "voorkant wordt vanaf nu bewaakt." in answer.content.decode()
    assert Check.objects.get().targets == [
        "https://winkel.example/",
        "https://www.winkel.example/",
    ]


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("http", "http://10.0.0.7/"),
        ("http", "http://[::1]/"),
        ("http", "gopher://winkel.example/"),
        ("tcp", "192.168.1.1:25"),
        ("tcp", "mail.example"),
        ("tcp", "localhost:5432"),
        ("dns", "127.0.0.53"),
    ],
)
def test_an_address_that_we_do_not_go_to_is_refused_in_words(
    client: Client, manager: User, kind: str, target: str
) -> None:
    form = CHECK | {"service": a_service("Winkel").pk, "targets": target, "dns_name": "x.example"}
    answer = client.post(reverse("check-add") + f"?kind={kind}", form | {"dns_type": "A"})
    assert answer.status_code == 422
    assert "is geen adres waar we heen gaan" in answer.content.decode()
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    "odd", [{"interval_seconds": 29}, {"failures_needed": 0}, {"targets": ""}, {"service": "9999"}]
)
def test_what_can_not_be_is_refused_and_keeps_what_was_typed(
    client: Client, manager: User, odd: dict[str, object]
) -> None:
    form = CHECK | {"service": a_service("Winkel").pk} | odd
    answer = client.post(reverse("check-add"), form)
    assert answer.status_code == 422
    assert 'value="voorkant"' in answer.content.decode()


def test_a_page_of_a_check_names_what_was_not_measured(client: Client, manager: User) -> None:
    now = timezone.now()
    check = Check.objects.create(
        service=a_service("Winkel"),
        name="web",
        targets=["https://x.example/"],
        made_at=now - timedelta(days=2),
    )
    for minute in (*range(1500, 120, -1), *range(30, 0, -1)):
        finding = Finding(at=now - minute * MINUTE)
        measuring.take_in(check, finding)
        measuring.write([(check, finding)])
    with time_machine.travel(now, tick=False):  # all of this may take a minute
        page = client.get(reverse("check", args=[check.pk])).content.decode()
    begin, end = (timezone.localtime(now - minute * MINUTE) for minute in (120, 30))
    assert f"{begin:%H:%M:%S}</time> tot <time" in page
    assert f"{end:%H:%M:%S}" in page
    assert page.count('data-state="unmeasured"') == 1


def test_a_check_that_was_measured_all_day_has_no_gap(client: Client, manager: User) -> None:
    now = timezone.now()
    check = Check.objects.create(
        service=a_service("Winkel"), name="web", targets=["https://x.example/"], made_at=now - HOUR
    )
    for minute in range(60, -1, -1):
        finding = Finding(at=now - minute * MINUTE)
        measuring.take_in(check, finding)
        measuring.write([(check, finding)])
    page = client.get(reverse("check", args=[check.pk])).content.decode()
    assert "Zonder gat gemeten." in page


def test_changing_a_check_keeps_what_is_known_of_it(client: Client, manager: User) -> None:
    service = a_service("Winkel")
    client.post(reverse("check-add"), CHECK | {"service": service.pk})
    check = Check.objects.get()
    measuring.take_in(check, Finding(at=timezone.now(), fault=Check.Fault.SILENT))
    check.save()
    form = CHECK | {"service": service.pk, "interval_seconds": 300}
    client.post(reverse("check-change", args=[check.pk]), form)
    check.refresh_from_db()
    assert (check.interval_seconds, check.failures, check.fault) == (300, 1, "silent")


def test_a_check_can_rest_and_go_on(client: Client, manager: User) -> None:
    check = Check.objects.create(service=a_service("W"), name="web", targets=["http://x.example/"])
    client.post(reverse("check-switch", args=[check.pk]), {"to": "off"})
    check.refresh_from_db()
    assert not check.active
    client.post(reverse("check-switch", args=[check.pk]), {"to": "on"})
    check.refresh_from_db()
    assert check.active


def test_a_backups_page_gives_the_address_and_what_it_said(client: Client, manager: User) -> None:
    job = a_backup(a_service("Winkel"))
    said = backups.Call(kind=Ping.Kind.FAIL, exit_status=3, body="schijf <vol>")
    backups.hear(job, said, now=timezone.now())
    page = client.get(reverse("backup", args=[job.pk])).content.decode()
    assert f"http://testserver/ping/{job.ping_key}" in page
    assert "schijf &lt;vol&gt;" in page


@pytest.mark.parametrize("count", [2, 20])
def test_lists_ask_the_database_as_often_for_many_as_for_few(
    client: Client, manager: User, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    service = a_service("Winkel")
    for number in range(count):
        a_backup(service, f"b{number}")
        Check.objects.create(service=service, name=f"c{number}", targets=["http://x.example/"])
    for page in ("checks", "backups"):
        with django_assert_max_num_queries(QUERIES_OF_A_LIST):
            assert client.get(reverse(page)).status_code == 200


def test_a_customer_sees_its_own_backups_and_no_others(client: Client) -> None:
    ours, theirs = a_service("Winkel"), a_service("Bakker")
    job = a_backup(ours)
    a_backup(theirs, "geheim")
    backups.hear(job, backups.Call(kind=Ping.Kind.SUCCESS, kept=7), now=timezone.now())
    browser = a_customer(Organisation.objects.get(name="Winkel"))
    page = browser.get(reverse("our-backups")).content.decode()
    assert "Site Winkel: nacht" in page
    assert "backup2.voorbeeld" in page
    assert "geheim" not in page
    assert str(job.ping_key) not in page
    file = b"".join(browser.get(reverse("our-backups-csv"))).decode()
    assert "Site Winkel;nacht;backup2.voorbeeld;1;0" in file
    assert "geheim" not in file


def test_a_month_can_be_asked_of_one_customer(client: Client, manager: User) -> None:
    a_backup(a_service("Winkel"))
    a_backup(a_service("Bakker"), "brood")
    bakker = Organisation.objects.get(name="Bakker")
    month = f"{timezone.localdate():%Y-%m}"
    address = reverse("backup-month") + f"?month={month}&organisation={bakker.pk}"
    page = client.get(address).content.decode()
    assert "brood" in page
    assert "<td>nacht</td>" not in page


@pytest.mark.parametrize("odd", ["2026-13", "9999-01", "0001-01", "x", "%00", "2026-1-1"])
def test_a_month_that_is_none_is_this_one(client: Client, manager: User, odd: str) -> None:
    for page in ("backup-month", "backup-month-csv"):
        address = reverse(page) + f"?month={odd}&organisation=99999999999999999999"
        assert client.get(address).status_code == 200
