"""Checks of services as the worker runs them: what is asked, what it finds, what follows."""

import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from sla import measuring
from sla import outages as ledger
from sla.measuring import Finding
from sla.models import Check, CheckResult, Outage, OutageEvent, Service
from support.checks import following
from support.checks.round import run_due
from support.outages import verbs
from support.outgoing import gate
from tests import asked, people
from tests.asked import Site, in_days
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0) - timedelta(hours=4)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
Fault, Kind = Check.Fault, Check.Kind


@pytest.fixture(autouse=True)
def _loopback(settings: Settings) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = True


@pytest.fixture
def shop() -> Service:
    """A website of a customer of hosting."""
    contract = people.organisation("Winkel", "diploc").contracts.get()
    return Service.objects.create(
        agreement=contract.agreement,
        contract=contract,
        name="Webwinkel",
        starts_on=date(2026, 1, 1),
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with asked.site() as server:
        yield server


def a_check(service: Service, *targets: str, kind: str = Kind.HTTP, **more: object) -> Check:
    values = {"name": "site", "interval_seconds": 50, "failures_needed": 3} | more
    return Check.objects.create(service=service, kind=kind, targets=list(targets), **values)


def rounds(*minutes: int) -> None:
    """Run what is due, at each of those minutes from NOW."""
    for minute in minutes:
        run_due(now=NOW + minute * MINUTE)


def found(check: Check) -> tuple[str, str]:
    check.refresh_from_db()
    return check.fault, check.said


def test_a_site_is_asked_each_interval_and_no_oftener(shop: Service, site: Site) -> None:
    check = a_check(shop, site.url)
    for second in (0, 5, 30, 49, 51, 60, 99, 101):
        run_due(now=NOW + second * SECOND)
    assert site.asked == 3
    assert [result.good for result in check.results.all()] == [True] * 3


def test_three_failures_in_a_row_are_an_outage_from_the_first_until_it_is_good(
    shop: Service, site: Site
) -> None:
    a_check(shop, site.url)
    rounds(0)
    site.status = 500
    rounds(1, 2)
    assert not Outage.objects.exists()
    rounds(3, 4)
    site.status = 200
    rounds(5, 6)
    outage = Outage.objects.get()
    assert outage.detected_at is not None
    assert outage.restored_at is not None
    assert abs(outage.detected_at - (NOW + 1 * MINUTE)) < SECOND
    assert abs(outage.restored_at - (NOW + 5 * MINUTE)) < SECOND
    assert outage.ticket == Ticket.objects.get()


def test_two_failures_and_a_good_one_are_none(shop: Service, site: Site) -> None:
    a_check(shop, site.url)
    for minute, status in enumerate((200, 500, 500, 200, 500, 500, 200)):
        site.status = status
        rounds(minute)
    assert not Outage.objects.exists()


def test_several_checks_of_a_service_are_one_outage_that_ends_with_the_last(
    shop: Service, site: Site
) -> None:
    a_check(shop, site.url, failures_needed=1)
    with asked.site() as other:
        a_check(shop, other.url, name="winkelmand", failures_needed=1)
        site.status = other.status = 500
        rounds(0, 1)
        site.status = 200
        rounds(2)
        assert Outage.objects.get().restored_at is None
        other.status = 200
        rounds(3)
    restored_at = Outage.objects.get().restored_at
    assert restored_at is not None
    assert abs(restored_at - (NOW + 3 * MINUTE)) < SECOND
    assert Ticket.objects.count() == 1


def test_a_check_that_counts_late_is_not_lost_in_an_outage_that_ended_meanwhile(
    shop: Service, site: Site
) -> None:
    a_check(shop, site.url, failures_needed=1)
    with asked.site() as slow:
        a_check(shop, slow.url, name="traag", failures_needed=4)
        site.status = slow.status = 500
        rounds(0, 1)
        site.status = 200
        rounds(2, 3, 4)
    first, second = Outage.objects.order_by("first_known_at")
    assert first.restored_at == second.detected_at
    assert second.restored_at is None


def test_every_address_of_a_check_must_be_good(shop: Service, site: Site) -> None:
    with asked.site() as other:
        check = a_check(shop, site.url, other.url)
        rounds(0)
        assert found(check) == ("", "")
        other.status = 503
        rounds(1)
        assert found(check) == (Fault.STATUS, f"{other.url}: 503")


def test_the_text_must_be_in_the_answer(shop: Service, site: Site) -> None:
    check = a_check(shop, site.url, expected_text="Webwinkel")
    rounds(0)
    assert found(check) == ("", "")
    site.said = b"<h1>Onderhoud</h1>"
    rounds(1)
    assert found(check)[0] == Fault.TEXT


def test_an_answer_without_end_is_read_no_further_than_needed(shop: Service, site: Site) -> None:
    site.endless = True
    check = a_check(shop, site.url, expected_text="Webwinkel", timeout_seconds=5)
    rounds(0)
    assert found(check) == ("", "")
    assert site.sent < 16 * 1024 * 1024  # what lines hold between two programs


def test_a_private_address_is_refused_unless_it_is_allowed(
    shop: Service, site: Site, settings: Settings
) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = False
    checks = [
        a_check(shop, site.url),
        a_check(shop, f"127.0.0.1:{site.server_port}", kind=Kind.TCP, name="poort"),
        a_check(shop, "127.0.0.1:53", kind=Kind.DNS, name="naam", dns_name="winkel.example"),
    ]
    rounds(0)
    assert [found(check)[0] for check in checks] == [Fault.REFUSED] * 3
    assert site.asked == 0
    settings.OUTGOING_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
    rounds(1)
    assert found(checks[0])[0] == ""


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_where_it_was_judged(
    shop: Service, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = False
    told = iter(["93.184.216.34", "127.0.0.1"])
    called: list[str] = []

    def look_up(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(told), port))]

    def dial(address: tuple[str, int], *_more: object, **_rest: object) -> socket.socket:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(gate.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(gate.socket, "create_connection", dial)
    check = a_check(shop, "http://winkel.example/")
    rounds(0)
    assert called == ["93.184.216.34"]
    assert found(check)[0] == Fault.UNREACHABLE


def test_a_port_is_open_or_it_is_not(shop: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        check = a_check(shop, f"127.0.0.1:{port}", kind=Kind.TCP)
        rounds(0)
        assert found(check) == ("", "")
    rounds(1)
    assert found(check)[0] == Fault.UNREACHABLE


def test_a_name_server_must_give_the_expected_record(shop: Service) -> None:
    with asked.name_server() as server:
        check = a_check(
            shop,
            f"127.0.0.1:{server.port}",
            kind=Kind.DNS,
            dns_name="winkel.example",
            expected_text="192.0.2.7",
        )
        rounds(0)
        assert found(check) == ("", "")
        server.address = "192.0.2.8"
        rounds(1)
        assert found(check) == (Fault.RECORD, f"127.0.0.1:{server.port}: 192.0.2.8")
        server.error = 3
        rounds(2)
        assert found(check) == (Fault.RECORD, f"127.0.0.1:{server.port}: NXDOMAIN")
        server.garbled = True
        rounds(3)
        assert found(check)[0] == Fault.UNREACHABLE


@pytest.mark.machine_clock
def test_a_certificate_is_warned_of_before_it_ends_and_fails_when_it_has(
    shop: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = in_days(5)
    trusted = asked.write_certificate(tmp_path / "site.pem", ends=ends)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    gate._trusted.cache_clear()
    with asked.site(certificate=trusted) as site:
        check = a_check(shop, site.url.replace("http:", "https:"))
        rounds(0)
    assert found(check) == ("", "")
    assert check.certificate_ends_at == ends
    assert check.certificate_warns(now=NOW)
    over = asked.write_certificate(tmp_path / "over.pem", ends=in_days(-1))
    monkeypatch.setenv("SSL_CERT_FILE", str(over))
    gate._trusted.cache_clear()
    with asked.site(certificate=over) as site:
        check.targets = [site.url.replace("http:", "https:")]
        check.save()
        rounds(1)
    assert found(check)[0] == Fault.CERTIFICATE
    gate._trusted.cache_clear()


def test_what_stood_still_begins_a_new_row_and_invents_no_minute(shop: Service, site: Site) -> None:
    a_check(shop, site.url)
    site.status = 500
    rounds(0, 1)
    rounds(60, 61)
    assert not Outage.objects.exists()
    rounds(62)
    detected_at = Outage.objects.get().detected_at
    assert detected_at is not None
    assert abs(detected_at - (NOW + 60 * MINUTE)) < SECOND


def test_a_clock_that_was_ahead_leaves_nothing_behind(shop: Service, site: Site) -> None:
    check = a_check(shop, site.url, failures_needed=1)
    rounds(0, 120)
    rounds(1, 2)
    check.refresh_from_db()
    assert check.results.filter(at__gt=NOW + 3 * MINUTE).count() == 0
    assert check.results.count() == 3


def test_an_outage_seen_by_a_clock_that_was_ahead_ends_when_time_is_there(
    shop: Service, site: Site
) -> None:
    a_check(shop, site.url, failures_needed=1)
    site.status = 500
    rounds(30)
    site.status = 200
    rounds(1, 2)
    assert Outage.objects.get().restored_at is None
    rounds(31)
    outage = Outage.objects.get()
    assert outage.restored_at == outage.detected_at


def test_a_worker_that_was_killed_in_the_middle_leaves_nothing_half(
    shop: Service, site: Site
) -> None:
    check = a_check(shop, site.url)
    (taken,) = measuring.claim(now=NOW, most=10)
    rounds(1)
    assert site.asked == 0
    rounds(2, 3)
    assert site.asked == 2
    late = Finding(at=NOW, fault=Fault.SILENT)
    assert measuring.note_all([(taken, late)]) == []
    assert not following.note(taken, late, now=NOW + 3 * MINUTE, turn=taken.turn)
    assert set(check.results.values_list("good", flat=True)) == {True}


def test_when_a_person_ended_the_outage_and_it_still_fails_that_is_another(
    shop: Service, site: Site
) -> None:
    a_check(shop, site.url, failures_needed=2)
    site.status = 500
    rounds(0, 1)
    verbs.restored(Outage.objects.get(), at=NOW + 2 * MINUTE, now=NOW + 2 * MINUTE)
    rounds(3, 4)
    second, first = Outage.objects.all()
    assert first.restored_at == NOW + 2 * MINUTE
    assert second.detected_at is not None
    assert abs(second.detected_at - (NOW + 3 * MINUTE)) < SECOND


def test_what_a_person_withdrew_is_not_opened_again_until_it_was_good(
    shop: Service, site: Site
) -> None:
    mona = people.agent("Mona")
    a_check(shop, site.url, failures_needed=1)
    site.status = 500
    rounds(0)
    ledger.withdraw(Outage.objects.get(), reason="Proef", actor=mona, now=NOW + 30 * SECOND)
    rounds(1, 2)
    assert Outage.objects.count() == 1
    site.status = 200
    rounds(3)
    site.status = 500
    rounds(4)
    assert Outage.objects.standing().count() == 1


def test_the_ledger_tells_which_check_saw_what(shop: Service, site: Site) -> None:
    check = a_check(shop, site.url, failures_needed=1)
    site.status = 502
    rounds(0)
    event = OutageEvent.objects.get(kind=OutageEvent.Kind.DETECTED)
    assert event.data["check"] == check.pk
    assert event.data["said"] == f"{site.url}: 502"


def heartbeat(shop: Service, *, last: datetime) -> Check:
    check = a_check(
        shop, kind=Kind.HEARTBEAT, failures_needed=1, interval_seconds=60, grace_seconds=60
    )
    following.note(check, Finding(at=last), now=last)
    return check


def test_a_heartbeat_that_does_not_come_fails_when_it_should_have_been_there(
    shop: Service,
) -> None:
    measuring.look(now=NOW - MINUTE)
    heartbeat(shop, last=NOW)
    rounds(0, 1)
    assert not Outage.objects.exists()
    run_due(now=NOW + 2 * MINUTE + 5 * SECOND)
    assert Outage.objects.get().detected_at == NOW + 2 * MINUTE


def test_a_heartbeat_that_nobody_was_there_to_hear_gets_its_time_again(shop: Service) -> None:
    measuring.look(now=NOW - MINUTE)
    heartbeat(shop, last=NOW)
    rounds(0)
    rounds(60, 61)
    assert not Outage.objects.exists()
    run_due(now=NOW + 62 * MINUTE + SECOND)
    assert Outage.objects.get().detected_at == NOW + 62 * MINUTE


def test_a_check_at_rest_is_not_asked_and_leaves_its_outage_to_people(
    shop: Service, site: Site
) -> None:
    check = a_check(shop, site.url, failures_needed=1)
    site.status = 500
    rounds(0)
    assert measuring.rest(check)
    rounds(1, 2)
    assert site.asked == 1
    assert Outage.objects.get().restored_at is None
    measuring.go_on(check)
    rounds(3)
    assert CheckResult.objects.count() == 2
    assert Outage.objects.count() == 1
