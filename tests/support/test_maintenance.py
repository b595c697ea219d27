"""Maintenance as agents announce it, customers are told of it, and calendars keep it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sla import changes, months, release_upkeep, upkeep
from sla.models import Maintenance, MaintenanceEvent, Release, Service, UpdateDecision
from sla.outages import LedgerError
from support.mail import post
from support.mail.models import OutgoingMail
from support.maintenance import icalendar, letters, shown
from support.maintenance.models import MaintenanceFeed, MaintenanceLetter
from tests import people
from tickets.models import Contact, ContactAddress, User

pytestmark = pytest.mark.django_db
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
TEN = datetime(2026, 1, 13, 9, tzinfo=UTC)  # a Tuesday, 10:00 in Amsterdam
NIGHT = datetime(2026, 1, 13, 21, tzinfo=UTC)  # 22:00


@pytest.fixture
def dirk() -> Contact:
    """A customer of hosting, who signs in."""
    contact = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    contact.user = User.objects.create_user("dirk@winkel.example", name="Dirk", language="nl")
    contact.save()
    return contact


@pytest.fixture
def site(dirk: Contact) -> Service:
    """Their website."""
    contract = dirk.organisation.contracts.get()
    return Service.objects.create(
        agreement=contract.agreement,
        contract=contract,
        name="Webwinkel",
        starts_on=date(2026, 1, 1),
    )


@pytest.fixture
def other() -> Contact:
    """Another customer of hosting, with a site of its own."""
    contact = people.contact(people.organisation("Bakkerij", "diploc"), "Bert")
    contract = contact.organisation.contracts.get()
    Service.objects.create(agreement=contract.agreement, contract=contract, name="Broodsite")
    return contact


@pytest.fixture
def alice(client: Client) -> User:
    """An agent, signed in."""
    found = people.agent("Alice")
    client.force_login(found)
    return found


def planned(
    *services: Service, begins: datetime = NIGHT, told: datetime = TEN - 5 * DAY, **said: Any
) -> Maintenance:
    """Planned maintenance of an hour."""
    written = Maintenance(
        **{
            "kind": "planned",
            "nature": "Nieuwe schijf",
            "begins_at": begins,
            "ends_at": begins + HOUR,
            "expected_minutes": 30,
        }
        | said
    )
    return upkeep.announce(written, services, actor=None, now=told)


def moved(work: Maintenance, by: timedelta, now: datetime) -> Maintenance:
    ends = work.ends_at
    assert ends is not None
    return upkeep.change(
        work,
        begins_at=work.begins_at + by,
        ends_at=ends + by,
        reason="Leverancier later",
        actor=None,
        now=now,
    )


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def unfolded(text: str) -> dict[str, str]:
    """The lines of the first event of a calendar, by name."""
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = re.sub(r"\r\n ", "", text).split("\r\n")
    begin = lines.index("BEGIN:VEVENT")
    pairs = (re.split(r"[:;]", line, maxsplit=1) for line in lines[begin:] if line)
    method = re.findall(r"METHOD:(\w+)", text)[0]
    return {"METHOD": method} | {name: rest for name, rest in pairs}  # noqa: C416


def hidden(page: Any, name: str) -> str:
    """A hidden value of a page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


# Letters


def test_whom_it_concerns_is_told_once_with_times_of_their_clock(
    site: Service, dirk: Contact, other: Contact
) -> None:
    planned(site)
    assert letters.tell(now=TEN) == 1
    assert letters.tell(now=TEN) == 0
    mail = OutgoingMail.objects.get()
    assert mail.to == "dirk@winkel.example"
    assert mail.subject == "Onderhoud aan Webwinkel: dinsdag 13 januari 2026, 22:00"
    assert "Begint: dinsdag 13 januari 2026, 22:00" in mail.text
    assert "Verwacht einde: dinsdag 13 januari 2026, 23:00 (1u)" in mail.text
    assert "Verwachte onbeschikbaarheid: 30 minuten" in mail.text
    assert "Het valt buiten kantooruren." in mail.text
    assert "Downtime, 2e uitzondering" in mail.text
    assert "\n\n\n" not in mail.text


def test_a_reader_of_english_is_told_in_english(site: Service, dirk: Contact) -> None:
    User.objects.update(language="en")
    planned(site, begins=TEN)
    letters.tell(now=TEN - DAY)
    assert "It falls within office hours (Monday to Friday 09:00-17:00)." in last_mail().text


def test_only_the_services_that_a_customer_has_are_named(
    site: Service, dirk: Contact, other: Contact
) -> None:
    planned(site, *Service.objects.exclude(pk=site.pk))
    letters.tell(now=TEN)
    to_bert, to_dirk = OutgoingMail.objects.order_by("to")
    assert "Broodsite" in to_bert.text + to_bert.calendar
    assert "Webwinkel" not in to_bert.text + to_bert.subject + to_bert.calendar
    assert "Broodsite" not in to_dirk.text + to_dirk.subject + to_dirk.calendar


def test_other_times_are_told_to_who_was_told_and_nobody_hears_of_what_has_changed_since(
    site: Service, dirk: Contact
) -> None:
    work = planned(site)
    letters.tell(now=TEN - 4 * DAY)
    moved(work, DAY, TEN - 3 * DAY)
    late = people.contact(dirk.organisation, "Carla")
    letters.tell(now=TEN - 3 * DAY)
    to_carla, to_dirk = OutgoingMail.objects.exclude(subject__contains="13 januari").order_by("to")
    assert to_dirk.subject == "Onderhoud aan Webwinkel: andere tijden"
    assert "Reden: Leverancier later" in to_dirk.text
    assert "Begint: woensdag 14 januari 2026, 22:00" in to_dirk.text
    assert (to_carla.to, "andere tijden" in to_carla.subject) == (late.email, False)


def test_what_was_changed_back_before_anybody_was_told_is_no_news(site: Service) -> None:
    work = planned(site)
    letters.tell(now=TEN - 4 * DAY)
    moved(work, DAY, TEN - 3 * DAY)
    moved(Maintenance.objects.get(), -DAY, TEN - 3 * DAY)
    letters.tell(now=TEN - 3 * DAY)
    assert OutgoingMail.objects.count() == 1


def test_who_never_heard_of_it_is_not_told_that_it_does_not_take_place(site: Service) -> None:
    upkeep.cancel(planned(site), reason="Niet nodig", actor=None, now=TEN - DAY)
    letters.tell(now=TEN - DAY)
    assert not OutgoingMail.objects.exists()


def test_a_cancellation_takes_it_out_of_the_calendar(site: Service) -> None:
    work = planned(site)
    letters.tell(now=TEN - 4 * DAY)
    before = unfolded(last_mail().calendar)
    upkeep.cancel(work, reason="Niet nodig", actor=None, now=TEN - DAY)
    letters.tell(now=TEN - DAY)
    assert last_mail().subject == "Onderhoud aan Webwinkel gaat niet door"
    assert "\n\n\n" not in last_mail().text
    assert "Reden: Niet nodig" in last_mail().text
    after = unfolded(last_mail().calendar)
    assert (before["METHOD"], before["STATUS"]) == ("PUBLISH", "CONFIRMED")
    assert (after["METHOD"], after["STATUS"]) == ("CANCEL", "CANCELLED")
    assert before["UID"] == after["UID"]
    assert int(before["SEQUENCE"]) < int(after["SEQUENCE"])


def test_that_it_runs_over_is_told_once_and_then_that_it_is_done(site: Service) -> None:
    work = planned(site)
    letters.tell(now=TEN)
    upkeep.start(work, at=NIGHT, actor=None, now=NIGHT)
    letters.tell(now=NIGHT + MINUTE)
    assert OutgoingMail.objects.count() == 1
    for minutes in (61, 62):
        letters.tell(now=NIGHT + minutes * MINUTE)
    assert OutgoingMail.objects.count() == 2
    assert last_mail().subject == "Onderhoud aan Webwinkel loopt uit"
    done = NIGHT + 80 * MINUTE
    upkeep.finish(work, at=done, actor=None, now=done)
    letters.tell(now=done)
    assert last_mail().subject == "Onderhoud aan Webwinkel is klaar"
    assert OutgoingMail.objects.count() == 3


def test_a_later_end_that_is_told_while_it_goes_on_says_from_when_it_counts(site: Service) -> None:
    work = planned(site)
    letters.tell(now=TEN)
    upkeep.start(work, at=NIGHT, actor=None, now=NIGHT)
    times: dict[str, Any] = {"begins_at": NIGHT, "ends_at": NIGHT + 3 * HOUR}
    upkeep.change(work, **times, reason="Loopt uit", actor=None, now=NIGHT + 50 * MINUTE)
    letters.tell(now=NIGHT + 50 * MINUTE)
    assert "te laat aangekondigd" not in last_mail().text
    assert "vanaf di 13 jan 2026 23:00 telt het mee" in last_mail().text


def test_what_ends_as_announced_needs_no_second_letter(site: Service) -> None:
    work = planned(site)
    letters.tell(now=TEN)
    upkeep.finish(work, at=NIGHT + HOUR, actor=None, now=NIGHT + HOUR)
    letters.tell(now=NIGHT + HOUR)
    assert OutgoingMail.objects.count() == 1


def test_emergency_maintenance_tells_cause_and_work_and_when_it_is_done(site: Service) -> None:
    work = Maintenance(kind="emergency", cause="Lek in de server", work="Bijwerken", begins_at=TEN)
    upkeep.announce(work, [site], actor=None, now=TEN + MINUTE)
    letters.tell(now=TEN + MINUTE)
    mail = last_mail()
    assert mail.subject == "Spoedonderhoud aan Webwinkel"
    assert "Wij voeren spoedonderhoud uit aan Webwinkel." in mail.text
    assert "Aanleiding: Lek in de server" in mail.text or "Oorzaak: Lek in de server" in mail.text
    assert mail.calendar == ""
    upkeep.finish(work, at=TEN + HOUR, actor=None, now=TEN + HOUR)
    letters.tell(now=TEN + HOUR)
    assert "is klaar sinds dinsdag 13 januari 2026, 11:00" in last_mail().text


def test_who_has_no_address_is_kept_as_untold(site: Service, client: Client, alice: User) -> None:
    ContactAddress.objects.all().delete()
    User.objects.filter(name="Dirk").update(email="")
    Contact.objects.update(user=None)
    work = planned(site)
    letters.tell(now=TEN)
    assert MaintenanceLetter.objects.get().mail is None
    page = client.get(reverse("maintenance", args=[work.pk])).content.decode()
    assert "Zonder e-mailadres: Dirk" in re.sub(r"\s+", " ", page)


def test_customers_whose_contract_is_over_hear_nothing(site: Service, dirk: Contact) -> None:
    dirk.organisation.contracts.update(ends_on=date(2026, 1, 2))
    planned(site)
    assert letters.tell(now=TEN) == 0


def test_a_letter_carries_its_calendar_as_programs_look_for_it(site: Service) -> None:
    planned(site)
    letters.tell(now=TEN)
    (part,) = [
        part
        for part in post._message(last_mail()).message().walk()
        if part.get_content_type() == "text/calendar"
    ]
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename() == "werkdag.ics"
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")


# Calendars


def test_a_calendar_item_says_what_and_when_whatever_was_typed(site: Service) -> None:
    work = planned(site, nature="Schijf; nieuw, \\groot é" + "ë" * 60, work="Eerst dit\r\ndan dat")
    told = unfolded(icalendar.letter(work, [site], TEN, who='Dip"loc\nX'))
    assert told["DTSTART"] == "20260113T210000Z"
    assert told["DTEND"] == "20260113T220000Z"
    assert r"Schijf\; nieuw\, \\groot é" in told["SUMMARY"]
    assert r"Eerst dit\ndan dat" in told["DESCRIPTION"]
    assert told["ORGANIZER"].startswith('CN="Dip\'loc X":mailto:')


def test_a_customer_makes_an_address_for_the_calendar_and_withdraws_it(
    client: Client, site: Service, dirk: Contact, other: Contact
) -> None:
    assert dirk.user is not None
    now = timezone.now()
    planned(site, begins=now + DAY, told=now)
    planned(*Service.objects.exclude(pk=site.pk), begins=now + DAY, told=now, nature="Van Bert")
    client.force_login(dirk.user)
    client.post(reverse("our-maintenance-feed"), {"do": "make"})
    first = MaintenanceFeed.objects.get().key
    address = reverse("maintenance-feed", args=[first])
    assert address in client.get(reverse("our-maintenance")).content.decode()
    program = Client()
    read = program.get(address)
    assert read["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"Nieuwe schijf" in read.content
    assert b"Van Bert" not in read.content
    client.post(reverse("our-maintenance-feed"), {"do": "make", "again": "1"})
    second = reverse("maintenance-feed", args=[MaintenanceFeed.objects.get().key])
    assert (program.get(address).status_code, program.get(second).status_code) == (404, 200)
    client.post(reverse("our-maintenance-feed"), {"do": "stop"})
    assert program.get(second).status_code == 404


def test_the_calendar_of_who_left_is_read_no_more(site: Service, dirk: Contact) -> None:
    feed = MaintenanceFeed.objects.create(contact=dirk, made_at=TEN)
    address = reverse("maintenance-feed", args=[feed.key])
    assert Client().get(address).status_code == 200
    assert dirk.user_id is not None
    User.objects.filter(pk=dirk.user_id).update(is_active=False)
    assert Client().get(address).status_code == 404


# Pages


def form_of(site: Service, **said: Any) -> dict[str, Any]:
    begins = timezone.now().replace(second=0, microsecond=0) + 3 * DAY
    return {
        "kind": "planned",
        "services": [site.pk],
        "nature": "Nieuwe schijf",
        "begins_at": local(begins),
        "ends_at": local(begins + HOUR),
        "expected_minutes": "20",
    } | said


def previewed(client: Client, data: Mapping[str, Any]) -> tuple[str, str]:
    answer = client.post(reverse("maintenance-announce"), {**data, "do": "preview"})
    page = answer.content.decode()
    seen = re.search(r'name="seen"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="seen"', page)
    return re.sub(r"\s+", " ", page), (seen[1] or seen[2]) if seen else ""


def test_an_agent_sees_whom_it_reaches_and_what_it_means_before_it_is_announced(
    client: Client, alice: User, site: Service, other: Contact
) -> None:
    page, seen = previewed(client, form_of(site))
    assert "1 contactpersoon krijgt een mail met een agenda-item." in page
    assert "Winkel</a>" in page
    assert "Bakkerij</a>" not in page
    assert "telt niet mee, tot het aangekondigde einde (Downtime, 2e uitzondering)." in page
    assert not Maintenance.objects.exists()
    data = form_of(site) | {"seen": seen, "do": "announce"}
    answer = client.post(reverse("maintenance-announce"), data)
    work = Maintenance.objects.get()
    assert answer["Location"] == reverse("maintenance", args=[work.pk])
    assert work.events.get().actor == alice


def test_what_was_altered_after_the_look_is_shown_again_first(
    client: Client, alice: User, site: Service
) -> None:
    _page, seen = previewed(client, form_of(site))
    data = form_of(site, nature="Iets anders") | {"seen": seen, "do": "announce"}
    answer = client.post(reverse("maintenance-announce"), data)
    assert answer.status_code == 200
    assert not Maintenance.objects.exists()


def test_office_hours_and_an_announcement_that_is_too_late_are_said_before(
    client: Client, alice: User, site: Service
) -> None:
    begins = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) - 7 * DAY
    while begins.weekday() > 4:
        begins -= DAY
    times = {"begins_at": local(begins), "ends_at": local(begins + HOUR)}
    page, _seen = previewed(client, form_of(site, **times))
    assert "het is te laat aangekondigd" in page
    assert "telt mee als onbeschikbaarheid" in page
    assert "binnen kantooruren" in page


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"nature": ""}, "hoelang het duurt"),
        ({"expected_minutes": ""}, "hoelang het duurt"),
        ({"ends_at": ""}, "hoelang het duurt"),
        ({"kind": "emergency"}, "aanleiding|oorzaak"),
        ({"ends_at": "2020-01-01T10:00"}, "eindigen|eind"),
        ({"begins_at": "9999-12-31T10:00", "ends_at": ""}, "jaartal"),
        ({"expected_minutes": "900"}, "langer uit de lucht"),
    ],
)
def test_what_must_still_be_said_is_told_at_the_form_which_keeps_what_was_typed(
    client: Client, alice: User, site: Service, said: dict[str, str], why: str
) -> None:
    for do in ("preview", "announce"):
        data = form_of(site, **{"work": "Dit stond er al"} | said) | {"do": do}
        answer = client.post(reverse("maintenance-announce"), data)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert re.search(why, page)
        assert "Dit stond er al" in page or said.get("kind") == "emergency"
    assert not Maintenance.objects.exists()


def test_an_agent_keeps_it_from_beginning_to_end_and_its_page_says_who_did_what(
    client: Client, alice: User, site: Service
) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    work = planned(site, begins=now + DAY, told=now - DAY)
    page = reverse("maintenance", args=[work.pk])
    times = {"begins_at": local(now - 5 * MINUTE), "ends_at": local(now + HOUR)}
    seen = {"seen": hidden(client.get(page), "seen")}
    refused = client.post(page, {"verb": "change", **times, **seen, "reason": " "})
    assert refused.status_code == 422
    client.post(page, {"verb": "change", **times, **seen, "reason": "Monteur is eerder"})
    client.post(page, {"verb": "start", "start-at": local(now - 4 * MINUTE)})
    client.post(page, {"verb": "finish", "finish-at": local(now)})
    shown_now = client.get(page).content.decode()
    work.refresh_from_db()
    assert [event.kind for event in work.events.all()] == [
        *("announced", "changed", "started", "finished")
    ]
    assert work.finished_at == now
    assert "Monteur is eerder" in shown_now
    assert shown_now.count("Alice") >= 3
    assert 'value="cancel"' not in shown_now


def test_what_a_colleague_changed_in_between_is_looked_at_before_it_is_changed_again(
    client: Client, alice: User, site: Service
) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    work = planned(site, begins=now + DAY, told=now - DAY)
    page = reverse("maintenance", args=[work.pk])
    times = {"begins_at": local(now + 2 * DAY), "ends_at": local(now + 2 * DAY + HOUR)}
    mine = {"verb": "change", **times, "reason": "Druk", "seen": hidden(client.get(page), "seen")}
    upkeep.change(
        work,
        begins_at=now + 3 * DAY,
        ends_at=now + 3 * DAY + HOUR,
        reason="Levering later",
        actor=None,
        now=now,
    )
    refused = client.post(page, mine)
    assert refused.status_code == 422
    assert "Iemand anders heeft hier intussen iets over opgeschreven" in refused.content.decode()
    assert "Levering later" in refused.content.decode()
    assert times["begins_at"] in refused.content.decode()
    work.refresh_from_db()
    assert work.begins_at == now + 3 * DAY
    client.post(page, mine | {"seen": hidden(refused, "seen")})
    work.refresh_from_db()
    assert work.begins_at == now + 2 * DAY


def test_what_is_over_or_cancelled_can_not_be_changed(site: Service) -> None:
    work = planned(site)
    upkeep.cancel(work, reason="Niet nodig", actor=None, now=TEN)
    for do in (upkeep.start, upkeep.finish):
        with pytest.raises(LedgerError, match=r"cancelled|afgezegd|geannuleerd|niet door|afgelast"):
            do(work, at=TEN, actor=None, now=TEN)


def test_the_list_has_what_goes_on_what_comes_and_what_was(
    client: Client, alice: User, site: Service
) -> None:
    empty = client.get(reverse("maintenance-list")).content.decode()
    assert "Nog geen onderhoud" in empty
    now = timezone.now()
    planned(site, begins=now + DAY, told=now, nature="Komt er aan")
    started = planned(site, begins=now - MINUTE, told=now - DAY, nature="Nu bezig")
    upkeep.start(started, at=now, actor=alice, now=now)
    planned(site, begins=now - 5 * HOUR, told=now - DAY, nature="Vergeten af te melden")
    found = client.get(reverse("maintenance-list")).content.decode()
    order = [found.index(text) for text in ("Nu bezig", "Vergeten af te melden", "Komt er aan")]
    assert order == sorted(order)
    assert "niet afgemeld" in found
    start = client.get(reverse("start")).content.decode()
    assert all(text in start for text in ("Nu bezig", "Vergeten af te melden", "Komt er aan"))


def test_the_list_asks_as_much_for_one_as_for_many(
    client: Client, alice: User, site: Service
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("maintenance-list"))
        return len(asked)

    now = timezone.now()
    planned(site, begins=now + DAY, told=now)
    client.get(reverse("maintenance-list"))
    one = statements()
    for number in range(2, 5):
        planned(site, begins=now + number * DAY, told=now)
    assert statements() == one


def test_a_customer_sees_theirs_on_every_page_and_in_a_list(
    client: Client, site: Service, dirk: Contact, other: Contact
) -> None:
    assert dirk.user is not None
    client.force_login(dirk.user)
    now = timezone.now()
    work = planned(site, begins=now + DAY, told=now, nature="Voor Dirk")
    far = planned(site, begins=now + 30 * DAY, told=now, nature="Ver weg")
    theirs = planned(*Service.objects.exclude(pk=site.pk), begins=now + DAY, told=now)
    banner = client.get(reverse("my-tickets")).content.decode()
    assert "Onderhoud aan Webwinkel op" in banner
    assert "Voor Dirk" in banner
    assert "Ver weg" not in banner
    listed = client.get(reverse("our-maintenance")).content.decode()
    assert "Ver weg" in listed
    assert "Broodsite" not in listed
    file = client.get(reverse("our-maintenance-ics", args=[work.pk]))
    assert b"Voor Dirk" in file.content
    assert client.get(reverse("our-maintenance-ics", args=[theirs.pk])).status_code == 404
    assert far.pk != work.pk


def test_an_update_is_decided_with_its_reason_and_announced_if_it_must_be(
    client: Client, alice: User, site: Service
) -> None:
    said = {"what": "PHP 8.4", "services": [site.pk], "way": "planned"}
    refused = client.post(reverse("update-decide"), said | {"reason": " "})
    assert refused.status_code == 422
    answer = client.post(reverse("update-decide"), said | {"reason": "Oude versie stopt"})
    decision = UpdateDecision.objects.get()
    assert answer["Location"] == f"{reverse('maintenance-announce')}?update={decision.pk}"
    asked = client.get(answer["Location"]).content.decode()
    assert 'value="PHP 8.4"' in asked
    address = answer["Location"]
    page = client.post(address, form_of(site) | {"do": "preview"}).content.decode()
    seen = re.search(r'name="seen"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="seen"', page)
    assert seen is not None
    client.post(address, form_of(site) | {"do": "announce", "seen": seen[1] or seen[2]})
    assert Maintenance.objects.get().decision == decision
    listed = client.get(reverse("updates")).content.decode()
    assert "Oude versie stopt" in listed
    exported = b"".join(client.get(reverse("updates-csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "PHP 8.4" in exported
    assert "Alice" in exported


def test_a_silent_update_is_written_down_and_no_more(
    client: Client, alice: User, site: Service
) -> None:
    said = {"what": "Kernel", "services": [site.pk], "way": "silent", "reason": "Geen gevolgen"}
    assert client.post(reverse("update-decide"), said)["Location"] == reverse("updates")
    silent = UpdateDecision.objects.get()
    page = client.get(reverse("maintenance-announce"), {"update": silent.pk}).content.decode()
    assert "Kernel" not in page


# Releases


def kept() -> list[tuple[datetime, datetime | None, bool]]:
    rows = Maintenance.objects.exclude(release=None).order_by("pk")
    return [(each.begins_at, each.ends_at, each.cancelled_at is not None) for each in rows]


@pytest.fixture
def platform() -> Service:
    """The Online Platform, and a release in two weeks."""
    service = Service.objects.create(agreement=people.agreement(), name="Online Platform")
    release = Release(agreement=people.agreement(), name="R1", planned_at=NIGHT + 14 * DAY)
    changes.plan_release(release, now=NIGHT)
    return service


def test_a_release_brings_its_two_minutes_and_nobody_is_mailed(platform: Service) -> None:
    people.contact(people.organisation())
    live = NIGHT + 14 * DAY
    assert kept() == [(live, live + 2 * MINUTE, False)]
    assert release_upkeep.sweep(now=NIGHT) == 0
    assert letters.tell(now=NIGHT) == 0
    assert list(release_upkeep.differences(now=NIGHT)) == []


def test_they_follow_a_release_that_moves_or_is_skipped(platform: Service) -> None:
    release = Release.objects.get()
    changes.move_release(release, to=NIGHT + 15 * DAY, now=NIGHT + DAY)
    live = NIGHT + 15 * DAY
    assert kept() == [(live, live + 2 * MINUTE, False)]
    assert Maintenance.objects.get().events.count() == 2
    changes.skip_release(release, now=NIGHT + 2 * DAY)
    assert kept() == [(live, live + 2 * MINUTE, True)]
    assert release_upkeep.sweep(now=NIGHT + 2 * DAY) == 0


def test_a_release_that_goes_live_early_was_not_announced_for_that_moment(
    platform: Service,
) -> None:
    changes.bring_forward(Release.objects.get(), now=NIGHT + DAY)
    (one,) = kept()
    assert one[2]


def test_releases_far_ahead_are_announced_when_they_come_near(platform: Service) -> None:
    far = Release(agreement=platform.agreement, name="R9", planned_at=NIGHT + 60 * DAY)
    changes.plan_release(far, now=NIGHT)
    assert len(kept()) == 1
    assert release_upkeep.sweep(now=NIGHT + 30 * DAY) == 1


def test_the_minutes_of_a_release_do_not_count_and_what_lasts_longer_does(
    platform: Service,
) -> None:
    from sla import outages
    from sla.models import OutageEvent

    Service.objects.update(starts_on=date(2026, 1, 1))
    live = NIGHT + 14 * DAY
    outage, _new = outages.note_down(platform, OutageEvent.Kind.DETECTED, at=live, now=live)
    outages.restore(outage, at=live + 5 * MINUTE, now=live + 5 * MINUTE)
    platform.refresh_from_db()
    row = months.keep(platform, date(2026, 1, 1), now=NIGHT + 30 * DAY)
    assert row is not None
    assert row.unavailable == 3 * MINUTE


def test_what_a_row_says_that_its_events_do_not_is_found(platform: Service) -> None:
    assert list(upkeep.differences()) == []
    Maintenance.objects.update(ends_at=NIGHT + 20 * DAY)
    assert len(list(upkeep.differences())) == 1


def test_facts_and_decisions_can_not_be_rewritten(site: Service, alice: User) -> None:
    from django.db import IntegrityError, transaction

    planned(site)
    upkeep.decide_update("Kernel", [site], "silent", reason="Klein", actor=alice, now=TEN)
    for rows in (MaintenanceEvent.objects.all(), UpdateDecision.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(at=TEN)


def test_phases_are_told_as_they_are(site: Service) -> None:
    work = planned(site)
    assert shown.phase_of(work, TEN) == "coming"
    assert shown.phase_of(work, NIGHT + MINUTE) == "on"
    assert shown.phase_of(work, NIGHT + 2 * HOUR) == "unsaid"
    work = upkeep.start(work, at=NIGHT, actor=None, now=NIGHT)
    assert shown.phase_of(work, NIGHT + 2 * HOUR) == "late"
