"""Before a report is sent: what is known already, and following it in place of a second report."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla import outages, upkeep
from sla.models import Maintenance, Outage, OutageEvent, Service
from support import desk
from support.articles.models import OpenedSuggestion
from support.help_centre import counting
from support.mail.models import OutgoingMail
from support.reporting import proving
from support.status_page import followers
from support.status_page.models import OutageFollower, ShownService
from tests import people
from tickets.models import Channel, Contact, Kind, Organisation, Ticket, User

pytestmark = pytest.mark.django_db

WORD = "0123456789abcdef0123"


@pytest.fixture
def carla() -> Contact:
    return with_account(people.contact(people.organisation()))


def user_of(person: Contact) -> User:
    assert person.user is not None
    return person.user


def with_account(person: Contact, **more: Any) -> Contact:
    person.user = User.objects.create_user(
        f"{person.name.lower()}@school.example", name=person.name
    )
    for name, value in more.items():
        setattr(person, name, value)
    person.save()
    return person


def service(customer: Organisation, name: str, *, public: str = "") -> Service:
    contract = customer.contracts.get()
    made = Service.objects.create(agreement=contract.agreement, contract=contract, name=name)
    if public:
        ShownService.objects.create(service=made, public=True, name=public, since=timezone.now())
    return made


def down(of: Service) -> Outage:
    at, now = timezone.now() - timedelta(hours=1), timezone.now()
    return outages.note_down(of, OutageEvent.Kind.DETECTED, at=at, now=now)[0]


def suggested(client: Client, typed: str) -> Any:
    return client.get(reverse("help-suggest"), {"q": typed}).json()


def opened(person: Contact, subject: str) -> Ticket:
    return desk.open_ticket(
        people.reporter(person),
        people.words(),
        subject=subject,
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )


def titles(found: list[dict[str, str]]) -> str:
    return " | ".join(each["title"] for each in found)


def test_everybody_hears_of_public_outages_alone_and_a_customer_of_their_own_by_its_name(
    client: Client, carla: Contact
) -> None:
    down(service(carla.organisation, "Toetsplatform School"))
    down(service(people.organisation("Winkel", "diploc"), "Winkel-web", public="Webhosting"))
    assert "Webhosting" in titles(suggested(client, "Iets is stuk")["known"])
    assert "Toetsplatform" not in titles(suggested(client, "Toetsplatform doet niets")["known"])
    assert all("outage" not in each for each in suggested(client, "Iets is stuk")["known"])
    client.force_login(user_of(carla))
    both = suggested(client, "Iets is stuk")["known"]
    assert ("Toetsplatform" in titles(both), "Winkel-web" in titles(both)) == (True, False)
    assert all(each["outage"] for each in both)
    named = suggested(client, "Toetsplatform reageert niet")["known"]
    assert "Webhosting" not in titles(named)  # what is spoken of stands alone


def test_following_an_outage_mails_each_news_once_until_it_is_over(
    client: Client, carla: Contact
) -> None:
    outage = down(service(carla.organisation, "Toetsplatform"))
    client.force_login(user_of(carla))
    for _twice in range(2):
        told = {"outage": outage.pk, "help_visit": WORD, "subject": "Half af"}
        assert client.post(reverse("help-follow"), told).status_code == 302
    assert not Ticket.objects.exists()
    assert "Toetsplatform" in client.get(reverse("status-mine")).content.decode()
    now = timezone.now()
    assert followers.tell(now=now) == 0  # nothing has happened since
    outages.restore(outage, at=now, now=now, actor=people.agent())
    assert [followers.tell(now=now) for _twice in range(2)] == [1, 0]
    letter = OutgoingMail.objects.get(to=user_of(carla).email)
    assert "Toetsplatform" in letter.subject
    assert not OutageFollower.objects.exists()
    counted = counting.followed_instead(now=now + timedelta(hours=2))
    assert [count for _what, count in counted] == [1]


def test_who_stops_following_or_may_not_see_it_any_more_is_not_mailed(
    client: Client, carla: Contact
) -> None:
    outage = down(service(carla.organisation, "Toetsplatform"))
    dirk = with_account(people.contact(people.organisation("Winkel", "diploc"), "Dirk"))
    client.force_login(user_of(dirk))
    assert client.post(reverse("help-follow"), {"outage": outage.pk}).status_code == 404
    client.force_login(user_of(carla))
    client.post(reverse("help-follow"), {"outage": outage.pk})
    client.post(reverse("status-leave"), {"outage": outage.pk})
    assert not OutageFollower.objects.exists()
    client.post(reverse("help-follow"), {"outage": outage.pk})
    User.objects.filter(pk=user_of(carla).pk).update(is_active=False)
    now = timezone.now()
    outages.restore(outage, at=now, now=now, actor=people.agent())
    assert followers.tell(now=now) == 0
    assert not OutgoingMail.objects.exists()


def test_a_colleagues_report_is_followed_by_whom_the_organisation_named_and_by_nobody_else(
    client: Client, carla: Contact
) -> None:
    eva = with_account(people.contact(carla.organisation, "Eva"), sees_all=True)
    fred = with_account(people.contact(carla.organisation, "Fred"))
    ticket = opened(carla, "Exporteren naar Excel lukt niet")
    client.force_login(user_of(fred))
    assert suggested(client, "exporteren naar excel")["reports"] == []
    assert client.post(reverse("help-follow"), {"report": ticket.reference}).status_code == 404
    client.force_login(user_of(eva))
    (found,) = suggested(client, "exporteren naar excel")["reports"]
    assert found["report"] == ticket.reference
    assert suggested(client, "Heel iets anders")["reports"] == []
    told = {"report": ticket.reference, "help_visit": WORD}
    page = client.post(reverse("help-follow"), told, follow=True)
    assert ticket.reference in page.content.decode()
    assert list(ticket.participants.values_list("email", flat=True)) == [user_of(eva).email]
    desk.reply(ticket, people.words("We kijken."), actor=people.agent())
    answer = OutgoingMail.objects.filter(automatic=False).latest("pk")
    assert user_of(eva).email in answer.cc
    again = client.post(reverse("help-follow"), told, follow=True)
    assert again.status_code == 200
    assert ticket.participants.count() == 1
    assert Ticket.objects.count() == 1
    assert OpenedSuggestion.objects.get().what == "report"


def test_ones_own_report_is_led_to_and_one_that_is_done_with_is_not_followed(
    client: Client, carla: Contact
) -> None:
    ticket = opened(carla, "Exporteren lukt niet")
    client.force_login(user_of(carla))
    (found,) = suggested(client, "exporteren lukt niet")["reports"]
    page = client.post(reverse("help-follow"), {"report": found["report"]})
    assert page["Location"] == reverse("my-ticket", args=[ticket.reference])
    assert not ticket.participants.exists()
    eva = with_account(people.contact(carla.organisation, "Eva"), sees_all=True)
    desk.resolve(ticket, people.words("Klaar."), actor=people.agent())
    client.force_login(user_of(eva))
    assert suggested(client, "exporteren lukt niet")["reports"] == []
    client.post(reverse("help-follow"), {"report": ticket.reference})
    assert not ticket.participants.exists()


def test_maintenance_that_goes_on_is_told_and_that_to_come_where_it_is_spoken_of(
    client: Client, carla: Contact
) -> None:
    now = timezone.now()
    shop = people.organisation("Winkel", "diploc")
    of = service(shop, "Winkel-web", public="Webhosting")
    announced(of, begins=now + timedelta(days=2))
    assert suggested(client, "Iets is stuk")["known"] == []
    assert "Webhosting" in titles(suggested(client, "webhosting is traag")["known"])
    announced(of, begins=now - timedelta(minutes=5))
    assert "Webhosting" in titles(suggested(client, "Iets is stuk")["known"])
    assert "Winkel-web" not in titles(suggested(client, "winkel-web is stuk")["known"])


def announced(of: Service, *, begins: datetime) -> None:
    work = Maintenance(
        kind="planned",
        nature="Nieuwe schijf",
        begins_at=begins,
        ends_at=begins + timedelta(hours=1),
        expected_minutes=30,
    )
    upkeep.announce(work, [of], actor=None, now=begins - timedelta(days=5))


def test_whom_a_link_proves_reads_what_is_down_of_their_organisation(
    client: Client, carla: Contact
) -> None:
    down(service(carla.organisation, "Toetsplatform"))
    email = carla.addresses.get().email
    by_link = reverse("report-as", args=[proving.token_of(email)])
    assert "Toetsplatform is verstoord" in client.get(by_link).content.decode()
    stranger = reverse("report-as", args=[proving.token_of("wie@elders.example")])
    for address in (stranger, reverse("report")):
        assert "Toetsplatform" not in client.get(address).content.decode()
