"""Targets as contracts write them, through every form that an agreement has."""

import re
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from sla import (
    agreements,
    calling,
    comparing,
    editions,
    engine,
    evidence,
    telling,
    terms,
    whatif,
    written,
)
from sla.audit import differences
from sla.contracts import contract
from sla.engine import Measure
from sla.models import Clock, Contract, Edition, Target
from sla.queries import cards_of
from sla.sweep import sweep
from support import desk
from support.whatif.models import WhatIf
from support.whatif.working import Question, ask
from tests import people
from tests.api.programs import program
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Organisation, Priority, Role, Ticket, User

pytestmark = pytest.mark.django_db

SEVEN = {day: [["09:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
EIGHT_HOURS, SEVEN_HOURS = timedelta(hours=8), timedelta(hours=7)
TARGETS: list[dict[str, Any]] = [
    {
        "key": "by-phone",
        "promise": "reaction",
        "clause": "2.1",
        "ticket_kinds": ["incident"],
        "hours": 1,
        "channels": "phone",
        "strength": "guarantee",
        "words": {"nl": "Binnen een uur"},
    },
    {
        "key": "otherwise",
        "promise": "reaction",
        "clause": "2.2",
        "ticket_kinds": ["incident"],
        "measure": "day_end",
        "days": 1,
        "channels": "not_phone",
        "strength": "effort",
    },
    {
        "key": "solved",
        "promise": "resolution",
        "clause": "2.3",
        "ticket_kinds": ["incident"],
        "measure": "days",
        "days": 2.5,
        "channels": ["email", "web"],
        "pauses_while_waiting": True,
    },
]


def data(key: str = "derde") -> dict[str, Any]:
    """A third agreement with a calendar of seven-hour days."""
    whole = deepcopy(contract("diploc"))
    calendar = whole["calendar"] | {"name": "Zeven uur", "week": SEVEN}
    waiting = {"release_after_days": 2}
    return whole | {"key": key, "targets": TARGETS, "calendar": calendar, "waiting": waiting}


@pytest.fixture
def edition() -> Edition:
    return agreements.load(data(), in_force_on=date(2020, 1, 1))


def reported(edition: Edition, channel: str = Channel.EMAIL) -> Ticket:
    customer = Organisation.objects.create(name=f"School {channel}")
    Contract.objects.create(organisation=customer, agreement=edition.agreement)
    return desk.open_ticket(
        people.reporter(people.contact(customer)),
        words(),
        subject="Storing",
        kind=Kind.INCIDENT,
        channel=channel,
        at=at("2026-06-15 10:00"),
    )


def test_it_comes_back_from_its_file_as_it_went_in(edition: Edition, tmp_path: Any) -> None:
    file = tmp_path / "derde.toml"
    file.write_text(written.export(edition), encoding="utf-8")
    read = written.read(str(file))
    assert 'channels = "not_phone"' in file.read_text(encoding="utf-8")
    assert comparing.differences(written.written(edition), read) == []
    again = agreements.check(read)
    assert again.targets == agreements.terms_of(edition).targets
    assert again.release_after_days == 2


def test_the_rows_the_evidence_and_the_audit_agree(edition: Edition) -> None:
    mailed, phoned = reported(edition), reported(edition, Channel.PHONE)
    due = dict(Clock.objects.filter(ticket=mailed).values_list("target_key", "due_at"))
    assert due == {"otherwise": at("2026-06-16 16:00"), "solved": at("2026-06-17 13:30")}
    assert set(phoned.clocks.values_list("target_key", flat=True)) == {"by-phone"}
    now = at("2026-06-20 12:00")
    sweep(now=now)
    assert list(differences(now=now)) == []
    for ticket in (mailed, phoned):
        assert evidence.check(evidence.evidence_of(ticket, now=now)) == []


def test_what_it_says_in_words(edition: Edition) -> None:
    phone, otherwise, solved = (agreements.target_data(each) for each in edition.targets.all())
    with translation.override("nl"):
        assert (
            terms.time_words(otherwise, SEVEN_HOURS)
            == "uiterlijk aan het einde van de volgende werkdag"
        )
        assert terms.time_words(solved, SEVEN_HOURS) == "binnen 2,5 werkdagen"
        assert terms.channels_words(phone) == "telefonisch"
        assert terms.channels_words(otherwise) == "niet telefonisch"
        assert terms.channels_words(solved) == "per e-mail of via het webformulier"
        assert terms.strength_words(phone) == "een garantie"
        assert terms.strength_words(solved) == ""


def test_a_time_in_whole_working_days_is_worded_alike_on_every_page() -> None:
    """Bijlage 1 says "binnen één werkdag": so do the form, the agreement, its page and the API."""
    dialog = people.agreement().editions.get()
    hoog = {"kind": Kind.INCIDENT, "priority": Priority.HIGH}
    mila, client = people.agent("Mila", Role.MANAGER), Client(headers={"Accept-Language": "nl"})
    client.force_login(mila)
    contact = people.contact(people.organisation())
    with translation.override("nl"):
        reader = telling.reader_of(contact, contact.organisation, dialog)
        expected = telling.expected(
            dialog, **hoog, channel=Channel.WEB, reader=reader, waived=False
        ).points
    pages = [
        client.get(reverse("organisation-agreement", args=[contact.organisation_id])),
        client.get(reverse("edition", args=["dialog", 1])),
        client.get(reverse("what-if"), {"edition": dialog.pk}),
    ]
    for said in (" ".join(expected), *(page.content.decode() for page in pages)):
        assert "binnen één werkdag" in said
        assert "binnen 8 werkuren" not in said
        assert "binnen 1 werkdag" not in said


def test_hours_that_become_days_of_as_many_hours_are_told_as_written(edition: Edition) -> None:
    draft = editions.draft(edition.agreement, now=at("2026-06-15 10:00"))
    draft.targets.filter(key="by-phone").update(measure="days", hours=0, days=1)
    before = deepcopy(written.written(edition))
    next(each for each in before["targets"] if each["key"] == "by-phone")["hours"] = 7
    with translation.override("nl"):
        said = list(comparing.differences(before, written.written(draft)))
    assert said == [
        "Reactietijd, telefonisch, storing: was binnen 7 werkuren, wordt binnen één werkdag"
    ]


def test_a_new_edition_copies_and_compares_them(edition: Edition) -> None:
    draft = editions.draft(edition.agreement, now=at("2026-06-15 10:00"))
    assert comparing.changes(edition, draft) == []
    draft.targets.filter(key="otherwise").update(days=3, strength="guarantee", channels=["email"])
    with translation.override("nl"):
        said = " | ".join(comparing.promised_changes(edition, draft))
    assert "uiterlijk aan het einde van werkdag 3 na de melding" in said
    assert "was een inspanning, wordt een garantie" in said
    assert "was niet telefonisch, wordt per e-mail" in said


def test_a_target_that_knows_nothing_of_them_means_what_it_meant() -> None:
    """As rows of announced editions are: the columns came with these defaults."""
    old = Target(
        key="old", promise="reaction", clause="2.1", ticket_kinds=["incident"], hours=Decimal(8)
    )
    read = engine.Target.read(agreements.target_data(old))
    assert (read.measure, read.work) == (Measure.WORK, timedelta(hours=8))
    assert (read.channels, read.strength, read.days) == (frozenset(), None, 0)
    with translation.override("nl"):
        assert terms.time_words(agreements.target_data(old), EIGHT_HOURS) == "binnen één werkdag"
        assert terms.time_words(agreements.target_data(old), SEVEN_HOURS) == "binnen 8 werkuren"
        assert terms.strength_words(agreements.target_data(old)) == ""


def test_customers_read_them_in_their_agreement(edition: Edition, client: Client) -> None:
    ticket = reported(edition)
    client.force_login(people.agent("Mila", Role.MANAGER))
    assert ticket.organisation
    page = client.get(
        reverse("organisation-agreement", args=[ticket.organisation_id]),
        headers={"Accept-Language": "nl"},
    ).content.decode()
    assert "binnen 2,5 werkdagen" in page
    assert "Eén werkdag is 7u." in page
    assert "een inspanning" in page
    assert "niet telefonisch" in page


def test_the_edition_page_and_the_api_tell_them(edition: Edition, client: Client) -> None:
    client.force_login(people.agent("Mila", Role.MANAGER))
    page = client.get(
        reverse("edition", args=["derde", 1]), headers={"Accept-Language": "nl"}
    ).content.decode()
    assert "een garantie" in page
    assert "na 2 werkdagen onafgebroken wachten" in page
    told = program(people.agent("Bob")).get("/api/v1/agreements/derde/editions/1/").json()
    assert [(each["days"], each["strength"]) for each in told["targets"]] == [
        (0.0, "guarantee"),
        (1.0, "effort"),
        (2.5, ""),
    ]
    assert told["targets"][0]["channels"] == ["phone"]


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (
            Channel.WEB,
            [
                "Reactie: binnen 1 werkuur, als u belt (2.1).",
                "Reactie: uiterlijk aan het einde van de volgende werkdag (2.2).",
                "Oplossing: binnen 2,5 werkdagen (2.3).",
            ],
        ),
        (
            Channel.WIDGET,
            [
                "Reactie: binnen 1 werkuur, als u belt (2.1).",
                "Reactie: uiterlijk aan het einde van de volgende werkdag (2.2).",
            ],
        ),
    ],
)
def test_a_form_tells_what_holds_of_what_it_sends(
    edition: Edition, channel: str, said: list[str]
) -> None:
    with translation.override("nl"):
        told = telling.expected(
            edition,
            Kind.INCIDENT,
            Priority.HIGH,
            channel=channel,
            reader=telling.Reader(may_phone=True),
            waived=False,
        )
    assert list(told.points) == said


def test_a_form_says_that_no_reaction_time_holds_of_what_it_sends() -> None:
    less = [target for target in TARGETS if target["key"] != "otherwise"]
    edition = agreements.load(data() | {"targets": less}, in_force_on=date(2020, 1, 1))
    with translation.override("nl"):
        told = telling.expected(
            edition,
            Kind.INCIDENT,
            Priority.HIGH,
            channel=Channel.WIDGET,
            reader=telling.Reader(may_phone=False),
            waived=False,
        )
    assert list(told.points) == [
        "Reactie: zo snel als we kunnen; er staat geen tijd vast.",
        "Reactie: binnen 1 werkuur, als iemand belt die dat mag (2.1).",
    ]


@pytest.mark.parametrize(
    ("clauses", "may_phone", "said"),
    [
        ({}, False, "Wat we beloven op een melding per telefoon, geldt voor dit telefoontje."),
        (
            {"caller": "art. 5"},
            True,
            "Wat we beloven op een melding per telefoon, geldt voor dit telefoontje.",
        ),
        (
            {"caller": "art. 5"},
            False,
            "Help waar het kan, maar dit telefoontje telt niet als melding per telefoon (art. 5).",
        ),
    ],
)
def test_who_takes_a_call_hears_whether_it_is_a_report_by_phone(
    clauses: dict[str, str], may_phone: bool, said: str
) -> None:
    edition = agreements.load(data() | {"clauses": clauses}, in_force_on=date(2020, 1, 1))
    caller = people.contact(people.organisation(), may_phone=may_phone)
    with translation.override("nl"):
        reader = telling.reader_of(caller, caller.organisation, edition)
        assert calling.verdict(edition, reader=reader, waived=False) == said


BY_CALL = "Wat we beloven op een telefonische melding, geldt zodra u ons erover belt."
BY_SOMEBODY = (
    "Wat we beloven op een telefonische melding, geldt zodra iemand ons erover belt die dat mag"
)


def with_a_number(**changed: Any) -> Edition:
    """The same, of a helpdesk that has a telephone."""
    return agreements.load(
        data() | {"phone": "030 123 45 67"} | changed, in_force_on=date(2020, 1, 1)
    )


def customer_of(edition: Edition, **person: Any) -> Contact:
    customer = Organisation.objects.create(name="School")
    Contract.objects.create(organisation=customer, agreement=edition.agreement)
    return people.contact(customer, **person)


def page_of(contact: Contact, address: str) -> str:
    """A page as somebody of a customer gets it."""
    user = User.objects.create_user(contact.email, name=contact.name)
    Contact.objects.filter(pk=contact.pk).update(user=user)
    client = Client(headers={"Accept-Language": "nl"})
    client.force_login(user)
    return client.get(address).content.decode().partition("<main")[2]


def read_by(contact: Contact, address: str) -> str:
    """The words of a page, as somebody of a customer reads it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page_of(contact, address))).split())


def test_what_holds_by_phone_only_comes_with_the_number_and_who_may_phone() -> None:
    edition = with_a_number(clauses={"caller": "art. 5"})
    carla = customer_of(edition)
    agreed = read_by(carla, reverse("our-agreement"))
    assert "030 123 45 67" in agreed
    assert "geldt alleen voor wat telefonisch is gemeld" in agreed
    assert "bindt" not in agreed, "nothing binds only by phone there"
    assert "Deze mensen mogen bellen: Carla . (art. 5)" in agreed
    form = read_by(people.contact(carla.organisation, "Bas", may_phone=False), reverse("report"))
    assert f"{BY_SOMEBODY} (art. 5). Dat mogen: Carla." in form
    assert "030 123 45 67" in form


def test_an_incident_without_priorities_is_told_its_times_and_that_a_call_adds_one() -> None:
    carla = customer_of(with_a_number(clauses={}))
    form = page_of(carla, reverse("report"))
    card = re.search(r'<label class="card"><input[^>]*value="incident".*?</label>', form, re.DOTALL)
    assert card is not None
    assert 'data-phone="incident"' in card[0]
    assert "uiterlijk aan het einde van de volgende werkdag (2.2)" in card[0]


def test_where_no_clause_says_who_may_phone_everybody_may() -> None:
    bas = customer_of(with_a_number(clauses={}), may_phone=False)
    assert "Iedereen in uw organisatie mag bellen." in read_by(bas, reverse("our-agreement"))
    ada = people.contact(bas.organisation, "Ada", may_phone=False)
    assert BY_CALL in read_by(ada, reverse("report"))


def test_a_report_says_that_a_call_adds_a_promise_until_somebody_called() -> None:
    edition = with_a_number(clauses={})
    bas = customer_of(edition, may_phone=False)
    now = at("2026-06-15 10:00")
    ticket = desk.open_ticket(
        people.reporter(bas),
        words(),
        subject="Storing",
        kind=Kind.INCIDENT,
        channel=Channel.EMAIL,
        at=now,
    )
    reader = telling.reader_of(bas, bas.organisation, edition)

    def advice() -> calling.Advice | None:
        cards = cards_of(ticket, now=now)
        return calling.advice(cards, edition, ticket=ticket, reader=reader, now=now)

    with translation.override("nl"):
        told = advice()
        assert told is not None
        assert (told.title, told.text) == ("Bel ons nu", BY_CALL)
    desk.log_call(
        ticket,
        words(),
        actor=people.agent("Bob"),
        contact=bas,
        caller="Bas",
        answered=False,
        at=now,
    )
    assert advice() is None
    assert "by-phone" in ticket.clocks.values_list("target_key", flat=True)


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"channels": []}, "an empty list holds for no report; write any"),
        ({"ticket_kinds": []}, "ticket_kinds: an empty list holds for no report"),
        ({"chanels": "phone"}, "target 'by-phone': chanels is unknown"),
        ({"phone_required": "no"}, "phone_required must be true or false"),
        ({"measure": "release"}, "hours go with the measure work"),
        (
            {"promise": "resolution", "phone_required": True},
            "phone_required goes with the promise reaction",
        ),
        ({"hours": 1e9}, "is not an amount of working hours"),
    ],
)
def test_a_slip_of_the_pen_is_refused_in_words_and_is_not_silently_another_promise(
    slip: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        agreements.check(data() | {"targets": [TARGETS[0] | slip]})


def test_so_is_one_in_who_hears_of_it() -> None:
    with pytest.raises(ValueError, match="escalation: after_hour is unknown"):
        agreements.check(data() | {"escalation": [{"after_hour": 4, "to": ["team"]}]})


def test_the_calculator_counts_in_them(edition: Edition, client: Client) -> None:
    client.force_login(people.agent("Mila", Role.MANAGER))
    asked = {
        "agreement": "derde",
        "reported_at": "2026-06-15T10:00",
        "kind": "incident",
        "channel": "email",
    }
    page = client.get(
        reverse("calculator"), asked, headers={"Accept-Language": "nl"}
    ).content.decode()
    assert "2,5 werkdagen van deze kalender zijn 17u 30m." in page
    assert "Tot het einde van werkdag 1 erna" in page
    assert "<li>2.2, een inspanning.</li>" in page
    assert "<li>2.3.</li>" in page
    assert "“”" not in page


def test_what_if_tries_them(edition: Edition, client: Client) -> None:
    people.agreement()
    mila = people.agent("Mila", Role.MANAGER)
    client.force_login(mila)
    reported(edition)
    scope = whatif.Sample(date(2026, 6, 1), date(2026, 6, 30), edition.agreement_id)
    run = ask(
        mila,
        Question(edition, scope, {"solved": {"measure": "work", "hours": 4, "days": 0}}),
        now=at("2026-06-30 12:00"),
    )
    assert run.total == 1
    form = client.get(reverse("what-if"), {"edition": edition.pk})
    page = form.content.decode()
    assert 'name="target-solved-measure"' in page
    sent: dict[str, Any] = {
        "edition": edition.pk,
        "shown": edition.pk,
        "period": "own",
        "first": "2026-06-01",
        "last": "2026-06-15",
        "whose": "agreement",
    }
    for key, amount, measure, channels in (
        ("by-phone", "1", "work", "phone"),
        ("otherwise", "2", "days", "any"),
        ("solved", "2.5", "days", "list"),
    ):
        sent |= {
            f"target-{key}-hours": amount,
            f"target-{key}-measure": measure,
            f"target-{key}-channels": channels,
        }
    sent["target-solved-pauses_while_waiting"] = "on"
    assert client.post(reverse("what-if"), sent).status_code == 302
    asked = WhatIf.objects.latest("pk")
    assert asked.question["edits"] == {
        "otherwise": {"measure": "days", "days": 2, "channels": "any"}
    }
    wrong = sent | {"target-otherwise-measure": "day_end", "target-otherwise-hours": "1.5"}
    assert client.post(reverse("what-if"), wrong).status_code == 422
