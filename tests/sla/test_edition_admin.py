"""A manager writes an edition in a form: every term a field, nothing of it raw JSON."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html  # type: ignore[import-untyped]

from sla import comparing, editions
from sla.agreements import terms_of
from sla.models import Agreement, Calendar, Edition
from tests import people
from tickets.models import Role

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def manager(client: Client) -> None:
    client.force_login(people.agent("Mila", Role.MANAGER))


def drafted(key: str = "dialog") -> Edition:
    people.contact(people.organisation("School", key))
    return editions.draft(people.agreement(key), now=timezone.now())


def address(edition: Edition) -> str:
    return reverse("admin:sla_edition_change", args=[edition.pk])


def form(client: Client, url: str) -> dict[str, Any]:
    """The fields of the form as a browser would send them back."""
    found = html.fromstring(client.get(url, headers=ENGLISH).content.decode())
    fields: dict[str, Any] = {}
    for name, value in found.get_element_by_id("edition_form").form_values():
        fields.setdefault(name, []).append(value)
    return fields


def saved(client: Client, url: str, **changes: Any) -> Any:
    return client.post(url, form(client, url) | changes, headers=ENGLISH)


def reread(edition: Edition) -> Edition:
    return Edition.objects.get(pk=edition.pk)


@pytest.mark.parametrize("key", ["dialog", "diploc"])
def test_saving_what_is_there_changes_nothing(client: Client, key: str) -> None:
    draft = drafted(key)
    before = editions.predecessor(draft)
    assert before
    answer = saved(client, address(draft))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("edition", args=[key, 2])
    told = client.get(answer["Location"]).content.decode()
    assert f'<a href="{address(draft)}">' in told, "a link in what is said of it is a link"
    after = reread(draft)
    assert comparing.changes(before, after) == []
    assert after.terms == before.terms
    assert terms_of(after) == terms_of(before)


def test_in_dutch_too_the_numbers_come_back_as_they_were(client: Client) -> None:
    draft = drafted("diploc")
    url = address(draft)
    found = html.fromstring(client.get(url).content.decode()).get_element_by_id("edition_form")
    fields: dict[str, Any] = {}
    for name, value in found.form_values():
        fields.setdefault(name, []).append(value)
    assert fields["guarantee"] == ["99,5"]
    assert fields["credits-0-edge"] == ["99,2"]
    assert client.post(url, fields).status_code == 302
    assert reread(draft).terms == draft.terms


def test_every_term_is_a_field_of_its_own(client: Client) -> None:
    draft = drafted("diploc")
    draft.terms["clauses"]["liability"] = "Afbakening"
    draft.save()
    spare = len(draft.terms["availability"]["credits"])
    answer = saved(
        client,
        address(draft),
        notice_days="45",
        notice_months="",
        guarantee="99.9",
        counts_above_minutes="5",
        warn_after_days="10",
        clause_phone="4.D",
        ticket_kinds=["support"],
        priorities_hoog_nl="Alles ligt plat",
        **{
            f"credits-{spare}-edge": "99.9",
            f"credits-{spare}-side": "below",
            f"credits-{spare}-percent": "5",
        },
    )
    assert answer.status_code == 302
    terms = reread(draft).terms
    assert terms["notice"] == {"days": 45, "exit_at_renewal": True}
    assert terms["availability"]["guarantee"] == "99.9"
    assert terms["availability"]["credits"][-1] == {"below": "99.9", "percent": 5}
    assert terms["planning"] == {"warn_after_days": 10}
    assert terms["clauses"] == {
        "amendments": "Afbakening",
        "liability": "Afbakening",
        "phone": "4.D",
    }
    assert terms["ticket_kinds"] == ["support"]
    assert terms["priorities"] == {"hoog": {"nl": "Alles ligt plat"}}


def new_target(number: int, **fields: Any) -> dict[str, Any]:
    given = {
        "promise": "reaction",
        "clause": "Support",
        "ticket_kinds": ["question"],
        "measure": "work",
        "hours": "8",
        "warnings": "50, 80",
        "words_nl": "Binnen een dag",
        "words_en": "Within a day",
    } | fields
    return {f"targets-{number}-{name}": value for name, value in given.items()} | {
        "targets-TOTAL_FORMS": number + 1
    }


def test_a_promise_is_added_with_kinds_to_tick_and_words_by_language(client: Client) -> None:
    draft = drafted("diploc")
    added = new_target(1, priorities=["hoog", "middel"], warnings="80,50 %")
    assert saved(client, address(draft), **added).status_code == 302
    target = draft.targets.get(key="reaction-hoog-middel")
    assert target.words == {"nl": "Binnen een dag", "en": "Within a day"}
    assert (target.warnings, target.position) == ([50, 80], 1)
    assert target.ticket_kinds == ["question"]
    again = new_target(2, priorities=["hoog", "middel"])
    assert saved(client, address(draft), **again).status_code == 302
    assert draft.targets.filter(key="reaction-hoog-middel-2").exists()


def test_a_promise_is_in_working_days_by_some_channels_as_an_effort(client: Client) -> None:
    draft = drafted("diploc")
    fields = {"measure": "days", "hours": "0", "days": "1.5", "channels": ["email", "web"]}
    added = new_target(1, strength="effort", **fields)
    assert saved(client, address(draft), release_after_days="2", **added).status_code == 302
    target = draft.targets.get(key="reaction-question")
    assert (target.measure, str(target.days), target.strength) == ("days", "1.50", "effort")
    assert target.channels == ["email", "web"]
    assert reread(draft).terms["waiting"] == {"release_after_days": 2}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measure": "days", "hours": "0"}, "This can't be promised"),
        ({"measure": "day_end", "hours": "0", "days": "1.5"}, "This can't be promised"),
        ({"days": "2"}, "This can't be promised"),
        ({"measure": "release"}, "This can't be promised"),
        (
            {"measure": "days", "hours": "0", "days": "-1"},
            "Ensure this value is greater than or equal to 0",
        ),
        ({"warnings": "50,150"}, "whole percentages from 1 to 99"),
        ({"ticket_kinds": []}, "This field is required"),
        ({"hours": "-1"}, "Ensure this value is greater than or equal to 0"),
        ({"promise": "next_response", "hours": "0"}, "This can't be promised"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused_where_it_stands(
    client: Client, changes: dict[str, Any], said: str
) -> None:
    draft = drafted("diploc")
    answer = saved(client, address(draft), **new_target(1, **changes))
    assert answer.status_code == 200
    assert said in unescape(answer.content.decode())
    assert draft.targets.count() == 1


def test_steps_of_escalation_are_edited_beside_the_promises(client: Client) -> None:
    draft = drafted()
    more = {
        "escalation-TOTAL_FORMS": 5,
        "escalation-4-share": "90",
        "escalation-4-after_hours": "0",
        "escalation-4-to": ["team", "managers"],
    }
    assert saved(client, address(draft), **more).status_code == 302
    assert draft.escalation.get(share=90).to == ["team", "managers"]
    wrong = {"escalation-0-share": "50", "escalation-0-after_hours": "4"}
    answer = saved(client, address(draft), **wrong)
    assert "go with 100" in answer.content.decode()


def test_a_date_inside_the_notice_is_refused_with_the_first_possible_one(client: Client) -> None:
    draft = drafted()
    first = draft.in_force_on
    too_early = first - timedelta(days=1)
    answer = saved(client, address(draft), in_force_on=f"{too_early:%Y-%m-%d}")
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert errors["in_force_on"][0].endswith(f"The first possible date is {first:%-d %B %Y}.")
    assert reread(draft).in_force_on == first


def test_wrong_steps_of_credit_are_refused_and_stay_as_typed(client: Client) -> None:
    draft = drafted("diploc")
    wrong = {"credits-0-edge": "veel", "credits-0-percent": "40"}
    answer = saved(client, address(draft), **wrong)
    assert "An availability is a number" in answer.content.decode()
    assert 'value="veel"' in answer.content.decode()


def test_an_announced_edition_is_read_as_written_and_can_not_be_changed(client: Client) -> None:
    edition = people.agreement().editions.get()
    shown = unescape(client.get(address(edition)).content.decode())
    assert 'key = "reaction-hoog"' in shown
    assert 'name="in_force_on"' not in shown
    assert client.post(address(edition), {"in_force_on": "2030-01-01"}).status_code == 403
    delete = reverse("admin:sla_edition_delete", args=[edition.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_the_first_edition_of_a_new_agreement_is_written_without_code(client: Client) -> None:
    calendar = Calendar.objects.create(name="Altijd")
    calendar.blocks.create(weekday=0, opens="09:00", closes="17:00")
    client.post(
        reverse("admin:sla_agreement_add"), {"key": "acme", "name": "Acme", "provider": "Acme"}
    )
    agreement = Agreement.objects.get(key="acme")
    url = reverse("admin:sla_edition_add")
    given = {
        "agreement": agreement.pk,
        "in_force_on": "2025-01-01",
        "calendar": calendar.pk,
        "targets-INITIAL_FORMS": 0,
        "escalation-TOTAL_FORMS": 0,
        "escalation-INITIAL_FORMS": 0,
    }
    answer = client.post(url, given | new_target(0), headers=ENGLISH)
    assert answer.status_code == 302
    edition = agreement.editions.get()
    assert (edition.number, edition.announced_at) == (1, None)
    editions.announce(edition, now=timezone.now())


def test_new_editions_are_drafted_from_the_list_of_agreements(client: Client) -> None:
    agreement = people.agreement()
    asked = {"action": "draft", "_selected_action": [agreement.pk]}
    url = reverse("admin:sla_agreement_changelist")
    assert (
        "a draft to change"
        in client.post(url, asked, headers=ENGLISH, follow=True).content.decode()
    )
    assert agreement.editions.get(number=2).announced_at is None
    answer = client.post(url, asked, headers=ENGLISH, follow=True)
    assert "There is a draft already" in answer.content.decode()
