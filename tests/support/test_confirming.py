"""One place decides whether a confirmation may go, whatever way the report came."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from support import who as known
from support.automation.doing import Doer, do
from support.mail import addresses
from support.mail.models import IncomingMail, Mailbox, OutgoingMail
from support.who import Reporter
from tests import people
from tests.letters_in import come, come_at, opened
from tests.people import words
from tickets.models import Channel, Ticket

pytestmark = pytest.mark.django_db

CHANNELS = [Channel.WEB, Channel.WIDGET, Channel.API, Channel.PHONE]


@pytest.fixture(autouse=True)
def _house(settings: LazySettings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Steunpunt <support@desk.example>"
    settings.REPLY_ADDRESS = "support@desk.example"


def report(email: str, channel: Channel = Channel.WEB) -> Ticket:
    return desk.open_ticket(
        known.by_address(email, "Iemand"),
        words(),
        subject="Doelen",
        kind="question",
        channel=channel,
    )


def why_on_page(client: Client, ticket: Ticket) -> str:
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    return page.split("Er ging geen bevestiging uit: ")[1].split("<")[0].strip()


NOBODY = """
    mailer-daemon MAILER-DAEMON postmaster noreply no-reply no_reply NoReply donotreply do-not-reply
    do_not_reply niet-beantwoorden nietbeantwoorden niet-antwoorden geen-antwoord never-reply bounce
    ne-pas-repondre nepasrepondre noresponder no-responda no-contestar non-rispondere nao-responda
    bounces bounce+abc=x.example noreply-facturen facturen-noreply noreply.nl owner-lijst
    lijst-request lijst-bounces autoreply mailer_daemon
"""
SOMEBODY = """
    carla noor.eply reply bouncer norbert daemen nobodyknows postma requests antwoord
"""


@pytest.mark.parametrize("local", NOBODY.split())
def test_nobody_reads_these_addresses(local: str) -> None:
    assert addresses.is_machine(f"{local}@school.example")
    opened(From=f"Iemand <{local}@school.example>")
    assert not OutgoingMail.objects.exists()
    assert IncomingMail.objects.get().unconfirmed == "machine"


@pytest.mark.parametrize("local", SOMEBODY.split())
def test_people_read_these(local: str) -> None:
    assert not addresses.is_machine(f"{local}@noreply.example")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("email", ["postmaster@x.example", "support@desk.example"])
def test_a_report_by_any_way_of_an_address_that_gets_no_letters(
    email: str, channel: Channel, client: Client
) -> None:
    ticket = report(email, channel)
    assert not OutgoingMail.objects.exists()
    client.force_login(people.agent())
    assert why_on_page(client, ticket)


def test_none_of_our_own_addresses_is_confirmed_or_answered(settings: LazySettings) -> None:
    settings.HOUSE_ADDRESSES = ["Hosting <hosting@desk.example>"]
    people.agreement("dialog")
    team = people.agent().team
    assert team is not None
    Mailbox.objects.create(name="Info", address="Info@desk.example", sends_as="balie@desk.example")
    own = ["support@desk.example", "SUPPORT+wd1.abc@desk.example", "hosting@desk.example"]
    own += ["info@desk.example", "balie@desk.example", team.email]
    for email in own:
        ticket = report(email)
        with pytest.raises(desk.DeskError):
            desk.reply(ticket, words("Antwoord"), actor=people.User.objects.get())
        opened(From=email)
    assert not OutgoingMail.objects.exists()
    assert IncomingMail.objects.filter(unconfirmed="ours").count() == len(own)


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_address_gets_no_more_letters_than_its_cap(
    channel: Channel, settings: LazySettings, client: Client
) -> None:
    settings.INTAKE_BRAKE_MAILS = 2
    person = people.contact(people.organisation())
    tickets = [report("Carla@school.example", channel) for _number in range(4)]
    assert OutgoingMail.objects.count() == 2
    assert tickets[-1].contact == person
    client.force_login(people.agent())
    assert why_on_page(client, tickets[-1]) == "te veel e-mails van dit adres"
    opened(From="carla@school.example")
    assert OutgoingMail.objects.count() == 2


def test_forged_senders_together_get_no_more_letters_than_the_cap(
    settings: LazySettings, client: Client
) -> None:
    settings.CONFIRMATIONS_TO_STRANGERS, settings.CONFIRMATIONS = 3, 5
    for number in range(3):
        opened(From=f"Slachtoffer <s{number}@ander.example>")
    for number in range(4):
        report(f"t{number}@ander.example", Channel.WIDGET)
    last = opened(From="Slachtoffer <s9@ander.example>")
    assert (OutgoingMail.objects.count(), Ticket.objects.count()) == (3, 8)
    client.force_login(people.agent())
    assert why_on_page(client, last) == "te veel bevestigingen tegelijk"
    # Customers whom we know still hear that their report arrived, up to the cap of all together.
    school = people.organisation()
    for name in ("Carla", "Bas", "Ines"):
        people.contact(school, name)
        report(f"{name.lower()}@school.example")
    assert OutgoingMail.objects.count() == 5


def test_an_hour_later_there_is_room_again(settings: LazySettings) -> None:
    settings.CONFIRMATIONS = 1
    opened(From="een@ander.example")
    come(From="twee@ander.example")
    assert OutgoingMail.objects.count() == 1
    come_at(timezone.now() + timedelta(minutes=61), From="drie@ander.example")
    assert OutgoingMail.objects.count() == 2


def test_sixty_forged_senders_get_no_sixty_letters() -> None:
    for number in range(60):
        opened(From=f"Win <s{number}@ander.example>")
    assert (OutgoingMail.objects.count(), Ticket.objects.count()) == (30, 60)


def test_a_triggers_letter_has_the_same_cap_and_does_not_fail(settings: LazySettings) -> None:
    settings.CONFIRMATIONS = 1
    ticket = report("een@ander.example")
    step = [{"verb": "reply", "text": "Wij kijken ernaar."}]
    doer = Doer(actor=None, at=timezone.now(), name="Welkom")
    (done,) = do(step, ticket, doer=doer)
    assert "te veel bevestigingen tegelijk" in done
    assert OutgoingMail.objects.count() == 1
    machine = report("noreply@ander.example")
    assert do(step, machine, doer=doer)
    assert OutgoingMail.objects.count() == 1


def test_who_reported_without_an_address_needs_no_reason() -> None:
    ticket = desk.open_ticket(
        Reporter(name="Beller"), words(), subject="x", kind="question", channel=Channel.PHONE
    )
    assert "unconfirmed" not in ticket.events.get().data
